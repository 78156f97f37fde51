using System.Security.Cryptography;
using Sgasa.Api.Files;
using Sgasa.Api.Rounds;
using Sgasa.Cli.Deployments;
using Sgasa.Cli.Output;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Cli.Remote;

/// <summary>What a server's round made.</summary>
/// <param name="server">The server.</param>
/// <param name="tell">Says to the user what the server can't give.</param>
internal sealed class ServerRoundFiles(IDeployment server, Action<string> tell) : IRoundFiles
{
    public async Task WriteAsync(RoundDetails round, string name, string target, CancellationToken cancellationToken) =>
        await server.AskAsync(async api =>
        {
            var lines = api.ExportAsync(round.Specification.Id, name, cancellationToken);
            await AtomicFiles.WriteAsync(target, lines, cancellationToken);
            return target;
        });

    public async Task<Checkpoint> CopyAdapterAsync(
        RoundDetails round, Stage stage, string target, CancellationToken cancellationToken)
    {
        var id = round.Specification.Id;
        var checkpoint = await server.AskAsync(api => api.CheckpointAsync(id, stage, cancellationToken));
        if (await server.AskAsync(api => api.AdapterFilesAsync(id, stage, cancellationToken)) is not { Count: > 0 } files)
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

    private async Task FetchAsync(string id, Stage stage, AdapterFile file, string folder, CancellationToken ct)
    {
        if (file.Name.StartsWith('.') || file.Name.Length == 0 || Path.GetFileName(file.Name) != file.Name)
        {
            throw new ServerFaultException(
                $"{server.Name}: the server names an adapter's file '{file.Name}', which is no file's name.");
        }

        var path = Path.Combine(folder, file.Name);
        await server.AskAsync(async api =>
        {
            await using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            await api.CopyAdapterFileAsync(id, stage, file.Name, target, ct);
            return path;
        });
        await using var written = File.OpenRead(path);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(written, ct));
        if (hash != file.Sha256)
            throw new ServerFaultException($"{server.Name}: {file.Name} came damaged. Give the same command again.");
    }
}
