using System.Runtime.CompilerServices;
using Sgasa.Api.Files;
using Sgasa.Api.Rounds;
using Sgasa.Artifacts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Coordinator.Exports;

/// <summary>What a round made, as the lines of the files that others read: TRL's JSON Lines, and our own beside them.</summary>
public sealed class RoundExports(IArtifactStore artifacts)
{
    private const int PairsPerRead = 200;

    /// <summary>The lines of one of <see cref="ExportNames.Lines"/>, in the order of the work.</summary>
    /// <exception cref="ArtifactNotFoundException">The store lacks something that the round names.</exception>
    /// <exception cref="ArgumentException">There is no such file.</exception>
    public IAsyncEnumerable<string> LinesAsync(RoundDetails round, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(round);
        var id = round.Specification.Id;
        var kept = round.PromptIds.ToHashSet(StringComparer.Ordinal);
        return name switch
        {
            "sft.jsonl" => PairsAsync<SftPair, SftLine>(round.SftPairIds, SftLine.From, cancellationToken),
            "dpo.jsonl" => PairsAsync<PreferencePair, PreferenceLine>(round.DpoPairIds, PreferenceLine.From, cancellationToken),
            "guidelines.jsonl" => ListAsync<Guideline, GuidelineLine>(id, GuidelineLine.From, cancellationToken),
            "prompts.jsonl" => ListAsync<AugmentedPrompt, PromptLine>(
                id, p => PromptLine.From(p, kept.Contains(p.Id)), cancellationToken),
            "responses.jsonl" => ResponsesAsync(id, cancellationToken),
            _ => throw new ArgumentException($"There is no export '{name}'.", nameof(name)),
        };
    }

    private async IAsyncEnumerable<string> PairsAsync<T, TLine>(
        IReadOnlyList<string> ids, Func<T, TLine> line, [EnumeratorCancellation] CancellationToken ct) where T : class, IArtifact
    {
        foreach (var some in ids.Chunk(PairsPerRead))
            foreach (var pair in await artifacts.GetAsync<T>(some, ct))
                yield return ExportJson.Line(line(pair));
    }

    private async IAsyncEnumerable<string> ListAsync<T, TLine>(
        string roundId, Func<T, TLine> line, [EnumeratorCancellation] CancellationToken ct) where T : class, IArtifact
    {
        foreach (var artifact in await artifacts.ListAsync<T>(roundId, ct)) yield return ExportJson.Line(line(artifact));
    }

    private async IAsyncEnumerable<string> ResponsesAsync(string roundId, [EnumeratorCancellation] CancellationToken ct)
    {
        var prompts = (await artifacts.ListAsync<EvaluationPrompt>(roundId, ct)).ToDictionary(p => p.Id, StringComparer.Ordinal);
        var responses = await artifacts.ListAsync<JudgedResponse>(roundId, ct);
        foreach (var response in responses.OrderBy(r => r.Method).ThenBy(r => r.PromptId, StringComparer.Ordinal))
            yield return ExportJson.Line(ResponseLine.From(response, prompts[response.PromptId]));
    }
}
