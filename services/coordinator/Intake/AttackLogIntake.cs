using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Sgasa.Api;
using Sgasa.Api.Files;
using Sgasa.Artifacts;
using Sgasa.AttackLogs;
using Sgasa.AttackLogs.Formats;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Coordinator.Settings;

namespace Sgasa.Coordinator.Intake;

/// <summary>
/// Takes attack logs of any length into the store, a batch of prompts at a time. A batch's id derives from its content
/// and the log's id from its batches, so a log that broke off half-way is completed by sending it again: what is there
/// is written over by itself. A log can be used when its receipt is written, which is last.
/// </summary>
public sealed class AttackLogIntake(IArtifactStore artifacts, IOptions<ApiOptions> options, ILogger<AttackLogIntake> logger)
{
    /// <summary>Prompts of each label that a log has to hold.</summary>
    public const int MinimumPerLabel = 2;

    private const int BatchPrompts = 500;
    private const int BatchCharacters = 1 << 20;
    private const int IdDigits = 24;

    /// <summary>Reads a log, checks it line by line, and stores it.</summary>
    /// <param name="content">The log; stays open.</param>
    /// <param name="name">What to call it, in errors too.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="UserErrorException">The log's first mistake, with its line; the log can't be used then.</exception>
    public async Task<AttackLog> TakeAsync(Stream content, string name, ILogFormat format, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var parser = new AttackLogParser(name, format, options.Value.MaxLineBytes, options.Value.MaxLogPrompts);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (sample, batch, characters) = (new LogSampler<string>(), new List<LoggedPrompt>(), 0);
        await foreach (var prompt in AttackLogReader.ReadAsync(content, parser, MinimumPerLabel, cancellationToken))
        {
            batch.Add(prompt);
            if ((characters += prompt.Text.Length) >= BatchCharacters || batch.Count == BatchPrompts) await StoreAsync();
        }

        if (batch.Count > 0) await StoreAsync();
        return await CompleteAsync();

        async Task StoreAsync()
        {
            var hash = HashOf(batch);
            digest.AppendData(hash);
            var stored = Stored("b-" + Convert.ToHexStringLower(hash)[..IdDigits], batch);
            foreach (var prompt in stored) sample.Add(prompt.Label, prompt.Text, prompt.Id);
            await artifacts.UpsertAsync(stored, cancellationToken);
            batch.Clear();
            characters = 0;
        }

        async Task<AttackLog> CompleteAsync()
        {
            var id = "l-" + Convert.ToHexStringLower(digest.GetHashAndReset())[..IdDigits];
            if (await FindAsync(id, cancellationToken) is { } known) return known;

            var log = new AttackLog
            {
                Id = id,
                Name = name,
                Harmful = parser.Checks.Harmful,
                Benign = parser.Checks.Benign,
                SampleIds = sample.Kept(),
            };
            var receipt = new Receipt
            {
                Id = ReceiptOf(id),
                RoundId = id,
                Event = JsonSerializer.Serialize(log, ApiJson.Default.AttackLog),
            };
            await artifacts.UpsertAsync(receipt, cancellationToken);
            logger.LogTaken(id, log.Harmful, log.Benign);
            return log;
        }
    }

    /// <summary>A log that was taken in whole, or null.</summary>
    public async Task<AttackLog?> FindAsync(string logId, CancellationToken cancellationToken) =>
        await artifacts.FindAsync<Receipt>(ReceiptOf(logId), cancellationToken) is { } receipt
            ? JsonSerializer.Deserialize(receipt.Event, ApiJson.Default.AttackLog)
            : null;

    /// <summary>The prompts of some logs that a round works with, in the order of the logs.</summary>
    /// <exception cref="UserErrorException">A log is not there, or two of them disagree on a prompt's label.</exception>
    public async Task<IReadOnlyList<LoggedPrompt>> SampleAsync(
        IReadOnlyList<string> logIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(logIds);
        var (sample, labels) = (new LogSampler<LoggedPrompt>(), new Dictionary<string, Label>(StringComparer.Ordinal));
        foreach (var logId in logIds.Distinct(StringComparer.Ordinal))
        {
            var log = await FindAsync(logId, cancellationToken) ?? throw new UserErrorException(
                $"There is no complete log '{logId}'. Send the log first, or again where it broke off.");
            foreach (var prompt in await artifacts.GetAsync<AttackPrompt>(log.SampleIds, cancellationToken))
            {
                // The same prompt in two logs counts once.
                if (labels.TryAdd(prompt.Text.Trim(), prompt.Label)) sample.Add(prompt.Label, prompt.Text, Read(prompt));
                else if (labels[prompt.Text.Trim()] != prompt.Label)
                {
                    throw new UserErrorException(
                        $"{log.Name}: prompt '{prompt.LogId}' has another label than in a log before it. " +
                        "Correct one of the logs.");
                }
            }
        }

        return sample.Kept();
    }

    private static string ReceiptOf(string logId) => ArtifactIds.Receipt(logId, "intake");

    private static List<AttackPrompt> Stored(string batchId, IEnumerable<LoggedPrompt> batch) =>
    [
        .. batch.Select((prompt, i) => new AttackPrompt
        {
            Id = ArtifactIds.AttackPrompt(batchId, i),
            RoundId = batchId,
            LogId = prompt.LogId,
            Text = prompt.Text,
            Label = prompt.Label,
            Family = prompt.Family,
            Source = prompt.Source,
        }),
    ];

    private static LoggedPrompt Read(AttackPrompt prompt) =>
        new(prompt.LogId, prompt.Text, prompt.Label, prompt.Family, prompt.Source, Line: 0);

    private static byte[] HashOf(IEnumerable<LoggedPrompt> batch)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var prompt in batch)
        {
            string[] fields = [prompt.LogId, prompt.Text, prompt.Label.ToString(), prompt.Family, prompt.Source];
            foreach (var field in fields)
            {
                var bytes = Encoding.UTF8.GetBytes(field);
                // Lengths between the fields: no two prompts read the same.
                BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
                hash.AppendData(length);
                hash.AppendData(bytes);
            }
        }

        return hash.GetHashAndReset();
    }
}
