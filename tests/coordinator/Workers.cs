using System.Security.Cryptography;
using System.Text;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Coordinator.Tests;

/// <summary>
/// Answers every command the way idempotent workers do: what comes back derives from the command's place and a seed
/// alone, never from when or how often it was asked.
/// </summary>
internal sealed class Workers
{
    public int Seed { get; init; }

    /// <summary>Share of guideline attempts that are verified.</summary>
    public double Verified { get; init; } = 1.0;

    /// <summary>Share of texts that pass the filters.</summary>
    public double Accepted { get; init; } = 1.0;

    /// <summary>Different signatures there are: fewer means more near-duplicates.</summary>
    public int Signatures { get; init; } = int.MaxValue;

    /// <summary>Share of prompts that give a pair.</summary>
    public double Paired { get; init; } = 1.0;

    /// <summary>Share of prompts that give a preference pair, where it is another.</summary>
    public double? DpoPaired { get; init; }

    /// <summary>Whether training changes nothing.</summary>
    public bool EquallySafe { get; init; }

    public object Answer(object command) => command switch
    {
        SynthesizeGuideline c => Answer(c),
        AugmentPrompts c => Answer(c),
        BuildPairs c => Answer(c),
        TrainCheckpoint c => new CheckpointReady
        {
            RoundId = c.RoundId,
            Stage = c.Stage,
            CheckpointId = ArtifactIds.Checkpoint(c.RoundId, c.Stage),
        },
        EvaluateCheckpoint c => Answer(c),
        _ => throw new ArgumentException($"{command.GetType().Name} is not a command.", nameof(command)),
    };

    private GuidelineSynthesized Answer(SynthesizeGuideline command)
    {
        var id = ArtifactIds.Guideline(command.RoundId, command.Slot, command.Attempt);
        var verified = Happens(id, Verified);
        return new GuidelineSynthesized
        {
            RoundId = command.RoundId,
            Slot = command.Slot,
            Attempt = command.Attempt,
            GuidelineId = id,
            Verified = verified,
            Score = verified ? 1.0 : Draw(id) % 9 / 10.0,
            Tokens = 10,
        };
    }

    private PromptAugmented Answer(AugmentPrompts command) => new()
    {
        RoundId = command.RoundId,
        Label = command.Label,
        Batch = command.Batch,
        Accepted =
        [
            .. from place in Enumerable.Range(0, command.Count)
               let id = ArtifactIds.AugmentedPrompt(command.RoundId, command.Label, command.Batch, place)
               where Happens(id, Accepted)
               select new AcceptedPrompt { PromptId = id, Signature = Signature(id) },
        ],
        Requested = command.Count,
        Tokens = command.Count,
    };

    private PairBuilt Answer(BuildPairs command) => new()
    {
        RoundId = command.RoundId,
        Stage = command.Stage,
        Label = command.Label,
        Batch = command.Batch,
        PairIds =
        [
            .. command.PromptIds.Select(p => ArtifactIds.Pair(command.RoundId, command.Stage, p))
                .Where(id => Happens(id, command.Stage == Stage.Dpo ? DpoPaired ?? Paired : Paired)),
        ],
        Prompts = command.PromptIds.Count,
        Tokens = command.PromptIds.Count,
    };

    private CheckpointEvaluated Answer(EvaluateCheckpoint command)
    {
        var harmful = command.PromptIds.Count(p => p.Contains("/harmful/", StringComparison.Ordinal));
        var benign = command.PromptIds.Count - harmful;
        return new CheckpointEvaluated
        {
            RoundId = command.RoundId,
            Method = command.Method,
            Shard = command.Shard,
            Counts = new EvaluationCounts
            {
                // Each method is safer than the one before it, and none refuses a benign prompt.
                NotUnsafe = EquallySafe ? 0 : harmful * (int)command.Method / 3,
                HarmfulScored = harmful,
                NotOverrefuse = benign,
                BenignScored = benign,
            },
            Tokens = command.PromptIds.Count,
        };
    }

    private string Signature(string id)
    {
        var kind = (uint)Draw(id) % (uint)Signatures;
        return Convert.ToBase64String(SHA512.HashData(BitConverter.GetBytes(kind)));
    }

    private bool Happens(string id, double probability) => Draw("happens " + id) < probability * int.MaxValue;

    private int Draw(string id) =>
        BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes($"{Seed} {id}"))) & int.MaxValue;
}
