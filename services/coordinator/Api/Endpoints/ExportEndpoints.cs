using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using Sgasa.Api;
using Sgasa.Api.Files;
using Sgasa.Artifacts;
using Sgasa.Artifacts.Files;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Coordinator.Api.Problems;
using Sgasa.Coordinator.Exports;
using Sgasa.Coordinator.Rounds;
using Sgasa.Hosting.Recipes;

namespace Sgasa.Coordinator.Api.Endpoints;

/// <summary>What rounds made, as files: TRL's JSON Lines, and adapters in PEFT's format.</summary>
internal static class ExportEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/rounds/{id}/exports/{name}", ExportAsync)
            .WithName("GetExport")
            .WithSummary($"One of {string.Join(", ", ExportNames.Lines)} and {ExportNames.Recipe}, as a stream.");
        api.MapGet("/rounds/{id}/checkpoints/{stage}", CheckpointAsync)
            .WithName("GetCheckpoint")
            .WithSummary("The checkpoint of a stage, sft or dpo.");
        api.MapGet("/rounds/{id}/checkpoints/{stage}/files", FilesAsync)
            .WithName("ListAdapterFiles")
            .WithSummary("The files of a checkpoint's adapter, in PEFT's format.");
        api.MapGet("/rounds/{id}/checkpoints/{stage}/files/{name}", FileAsync)
            .WithName("GetAdapterFile")
            .WithSummary("One file of a checkpoint's adapter, as a stream.");
    }

    private static async Task<Results<PushStreamHttpResult, ContentHttpResult>> ExportAsync(
        string id, string name, IRoundService rounds, RoundExports exports, HttpContext context)
    {
        var round = await rounds.FindAsync(ApiIds.Id(id), context.RequestAborted) ?? throw new RoundNotFoundException(id);
        if (name == ExportNames.Recipe)
            return TypedResults.Content(RecipeFile.ToYaml(round.Specification.Recipe), "application/yaml");
        if (!ExportNames.Lines.Contains(name))
            throw NotFound($"There is no such export. Take one of {string.Join(", ", ExportNames.Lines)} and {ExportNames.Recipe}.");

        // The first line is read before the answer begins: what goes wrong at once is told in a status.
        var lines = exports.LinesAsync(round, name, context.RequestAborted).GetAsyncEnumerator(context.RequestAborted);
        context.Response.RegisterForDisposeAsync(lines);
        var any = await lines.MoveNextAsync();
        return TypedResults.Stream(Write, "application/x-ndjson");

        async Task Write(Stream body)
        {
            await using var writer = new StreamWriter(body, bufferSize: 1 << 16) { NewLine = "\n" };
            for (; any; any = await lines.MoveNextAsync()) await writer.WriteLineAsync(lines.Current);
        }
    }

    private static async Task<Ok<Checkpoint>> CheckpointAsync(
        string id, string stage, IRoundService rounds, IArtifactStore artifacts, CancellationToken ct) =>
        TypedResults.Ok(await FindAsync(id, stage, rounds, artifacts, ct));

    private static async Task<Ok<IReadOnlyList<AdapterFile>>> FilesAsync(
        string id, string stage, IRoundService rounds, IArtifactStore artifacts, HttpContext context)
    {
        var ct = context.RequestAborted;
        var key = KeyOf(await FindAsync(id, stage, rounds, artifacts, ct));
        var files = context.RequestServices.GetService<IFileStore>() is { } store ? await store.FindAsync(key, ct) : null;
        return files is null
            ? throw NotFound("The adapter's files are not in the file store of this deployment.")
            : TypedResults.Ok<IReadOnlyList<AdapterFile>>(
                [.. files.Files.Select(f => new AdapterFile(f.Name, f.Length, f.Sha256))]);
    }

    private static async Task<FileStreamHttpResult> FileAsync(
        string id, string stage, string name, IRoundService rounds, IArtifactStore artifacts, HttpContext context)
    {
        var ct = context.RequestAborted;
        var key = KeyOf(await FindAsync(id, stage, rounds, artifacts, ct));
        var store = context.RequestServices.GetService<IFileStore>();
        var files = store is null ? null : await store.FindAsync(key, ct);
        // Only what the set names is opened: a name from outside is looked up, never made into a path.
        return files?.Files.FirstOrDefault(f => f.Name == name) is { } file
            ? TypedResults.Stream(await store!.OpenReadAsync(key, file.Name, ct), MediaTypeNames.Application.Octet)
            : throw NotFound("The adapter has no such file.");
    }

    private static async Task<Checkpoint> FindAsync(
        string id, string stage, IRoundService rounds, IArtifactStore artifacts, CancellationToken ct)
    {
        var round = await rounds.FindAsync(ApiIds.Id(id), ct) ?? throw new RoundNotFoundException(id);
        var which = Enum.GetValues<Stage>().Cast<Stage?>().FirstOrDefault(
            s => stage.Equals(s.ToString(), StringComparison.OrdinalIgnoreCase))
            ?? throw NotFound("There is no such stage. Take sft or dpo.");
        var checkpoint = which == Stage.Sft ? round.SftCheckpointId : round.DpoCheckpointId;
        return await artifacts.GetAsync<Checkpoint>(
            checkpoint ?? throw NotFound("The stage has no checkpoint yet. Wait for it, see the round's events."), ct);
    }

    private static string KeyOf(Checkpoint checkpoint) => "checkpoints/" + checkpoint.Folder;

    private static ApiRefusedException NotFound(string detail) => new(StatusCodes.Status404NotFound, detail);
}
