using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Sgasa.Artifacts.Files;
using Sgasa.Cli.Output;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Cli.Remote;

/// <summary>What a server's round made.</summary>
/// <param name="server">The server.</param>
/// <param name="tell">Says to the user what the server can't give.</param>
internal sealed class ServerRoundFiles(CoordinatorClient server, Action<string> tell) : IRoundFiles
{
    public async IAsyncEnumerable<string> LinesAsync(
        RoundDetails round, string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await server.OpenExportAsync(round.Specification.Id, name, cancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line) yield return line;
    }

    public async Task<Checkpoint> CopyAdapterAsync(
        RoundDetails round, Stage stage, string target, CancellationToken cancellationToken)
    {
        var id = round.Specification.Id;
        var checkpoint = await server.CheckpointAsync(id, stage, cancellationToken);
        if (await server.AdapterFilesAsync(id, stage, cancellationToken) is not { Count: > 0 } files)
        {
            tell($"warning: the server keeps no adapter files of {checkpoint.Id}: there is no {Path.GetFileName(target)} folder");
            return checkpoint;
        }

        await AtomicFiles.WriteFolderAsync(target, async folder =>
        {
            foreach (var file in files) await FetchAsync(id, stage, file, folder, cancellationToken);
        });
        return checkpoint;
    }

    private async Task FetchAsync(string id, Stage stage, StoredFile file, string folder, CancellationToken ct)
    {
        if (file.Name.StartsWith('.') || file.Name.Length == 0 || Path.GetFileName(file.Name) != file.Name)
        {
            throw new ServerFaultException(
                $"{server.Server}: the server names an adapter's file '{file.Name}', which is no file's name.");
        }

        using var response = await server.OpenAdapterAsync(id, stage, file.Name, ct);
        await using var content = await response.Content.ReadAsStreamAsync(ct);
        var path = Path.Combine(folder, file.Name);
        await using (var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
            await content.CopyToAsync(target, ct);
        await using var written = File.OpenRead(path);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(written, ct));
        if (hash != file.Sha256)
            throw new ServerFaultException($"{server.Server}: {file.Name} came damaged. Give the same command again.");
    }
}
