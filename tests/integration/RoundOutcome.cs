using System.Security.Cryptography;
using System.Text.Json;
using Sgasa.Artifacts;
using Sgasa.Artifacts.Files;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Integration.Tests;

/// <summary>
/// Everything that a round left, by kind and id: the artifacts as JSON, adapters by the hash of their bytes, and how many
/// documents there are in all. What depends on the clock is left out.
/// </summary>
internal sealed class RoundOutcome
{
    private readonly SortedDictionary<string, string> _parts = new(StringComparer.Ordinal);

    /// <summary>Reads it from the stores.</summary>
    public static async Task<RoundOutcome> ReadAsync(DeploymentStores stores, string roundId, CancellationToken ct)
    {
        var outcome = new RoundOutcome();
        await outcome.AddAsync<AttackPrompt>(stores, roundId, ct);
        await outcome.AddAsync<EvaluationPrompt>(stores, roundId, ct);
        await outcome.AddAsync<Guideline>(stores, roundId, ct);
        await outcome.AddAsync<AugmentedPrompt>(stores, roundId, ct);
        await outcome.AddAsync<SftPair>(stores, roundId, ct);
        await outcome.AddAsync<PreferencePair>(stores, roundId, ct);
        await outcome.AddAsync<Checkpoint>(stores, roundId, ct);
        await outcome.AddAsync<JudgedResponse>(stores, roundId, ct);
        await outcome.AddAsync<Evaluation>(stores, roundId, ct);
        await outcome.AddAsync<Receipt>(stores, roundId, ct);
        foreach (var checkpoint in await stores.Artifacts.ListAsync<Checkpoint>(roundId, ct))
            await outcome.AddAdapterAsync(stores.Files, $"checkpoints/{checkpoint.Folder}", ct);
        await outcome.AddStateAsync(stores.Rounds, roundId, ct);
        // The champion is no round's: whoever is promoted last has the place.
        foreach (var (collection, count) in (await stores.CountsAsync(ct)).Where(c => c.Key != "champion")) outcome._parts[$"documents/{collection}"] = $"{count}";
        return outcome;
    }

    /// <summary>How many adapters were stored.</summary>
    public int Adapters => _parts.Keys.Count(k => k.EndsWith("/adapter_model.safetensors", StringComparison.Ordinal));

    /// <summary>How many artifacts of a kind there are.</summary>
    public int Count<T>() where T : IArtifact =>
        _parts.Keys.Count(k => k.StartsWith($"{typeof(T).Name} ", StringComparison.Ordinal));

    /// <summary>What two outcomes do not have in common, a line each; empty where they are the same.</summary>
    public string DifferenceTo(RoundOutcome undisturbed)
    {
        var names = _parts.Keys.Union(undisturbed._parts.Keys).Order(StringComparer.Ordinal);
        return string.Join('\n', names.Select(name => Difference(name, undisturbed)).OfType<string>());
    }

    private string? Difference(string name, RoundOutcome undisturbed)
    {
        if (!_parts.TryGetValue(name, out var here)) return $"lost: {name}";
        if (!undisturbed._parts.TryGetValue(name, out var there)) return $"too much: {name} = {here}";
        return here == there ? null : $"changed: {name}\n  is  {here}\n  was {there}";
    }

    private async Task AddAsync<T>(DeploymentStores stores, string roundId, CancellationToken ct) where T : class, IArtifact
    {
        foreach (var artifact in await stores.Artifacts.ListAsync<T>(roundId, ct))
            _parts.Add($"{typeof(T).Name} {artifact.Id}", JsonSerializer.Serialize(artifact));
    }

    private async Task AddAdapterAsync(IFileStore files, string key, CancellationToken ct)
    {
        var set = await files.FindAsync(key, ct);
        foreach (var file in set?.Files ?? [])
        {
            await using var content = await files.OpenReadAsync(key, file.Name, ct);
            _parts.Add($"file {key}/{file.Name}", Convert.ToHexStringLower(await SHA256.HashDataAsync(content, ct)));
        }
    }

    // The decider's state, without the numbers of its messages: how often these were sent is nobody's business.
    private async Task AddStateAsync(IRoundStore rounds, string roundId, CancellationToken ct)
    {
        var document = await rounds.FindAsync(roundId, ct);
        using var json = JsonDocument.Parse(document!.Json);
        _parts.Add("round state", json.RootElement.GetProperty("state").GetRawText());
        _parts.Add("round outbox", json.RootElement.GetProperty("outbox").GetRawText());
    }
}
