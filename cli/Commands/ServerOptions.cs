using System.CommandLine;
using Sgasa.Cli.Deployments;
using Sgasa.Cli.Embedding;
using Sgasa.Cli.Remote;
using Sgasa.Cli.Terminal;
using Sgasa.Contracts;

namespace Sgasa.Cli.Commands;

/// <summary>The options that name a deployment, before the command or behind it.</summary>
internal sealed class ServerOptions
{
    /// <summary>What the help of every command says that knows servers.</summary>
    public const string HelpText =
        """

        With --server, or SGASA_SERVER set, a running deployment does the work; its key comes from SGASA_API_KEY or
        --api-key-file. '--server local' works here, whatever SGASA_SERVER says.

        """;

    /// <summary>The name of the option for the address.</summary>
    public const string ServerName = "--server";

    // One of each for every command that knows servers, and for the tool itself: each shows its own in its help.
    private readonly List<Option<string?>> _servers = [];
    private readonly List<Option<string?>> _keyFiles = [];

    /// <summary>Adds the options to a command, and to its subcommands; those of the tool itself go before the command.</summary>
    public void AddTo(Command command)
    {
        var server = new Option<string?>(ServerName)
        {
            Description = "Address of a running deployment, or local [default: SGASA_SERVER, else local]",
            HelpName = "URL",
            Recursive = command is not RootCommand,
        };
        var keyFile = new Option<string?>("--api-key-file")
        {
            Description = "File whose first line is the deployment's key [default: SGASA_API_KEY]",
            HelpName = "FILE",
            Recursive = command is not RootCommand,
        };
        command.Add(server);
        command.Add(keyFile);
        _servers.Add(server);
        _keyFiles.Add(keyFile);
    }

    /// <summary>The server that a command line names; null where the work is done here.</summary>
    /// <exception cref="UserErrorException">It is no address.</exception>
    public ServerAddress? ServerOf(ParseResult parsed) => ServerAddress.Of(ValueOf(parsed, _servers));

    /// <summary>The deployment that a command line names: a server, or this process.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="console">Where it writes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="json">Whether standard output is for one JSON object.</param>
    /// <param name="embedded">How rounds run in this process, where no server is named.</param>
    /// <exception cref="UserErrorException">Address or key is none.</exception>
    public IDeployment Open(
        ParseResult parsed, ToolConsole console, TimeProvider time, bool json, EmbeddedOptions embedded)
    {
        if (ServerOf(parsed) is not { } server)
        {
            return new EmbeddedDeployment(
                embedded, line => ToolConsole.WriteLine(console.ProgressOf(json), line), time);
        }

        var key = KeyFile.Read(ValueOf(parsed, _keyFiles));
        if (key is not null && server.IsOpenToOthers)
            Tell($"warning: the key goes to {server} unencrypted, for others to read. Use https if the server has it.");
        return new ServerDeployment(server, key, Tell, time);

        void Tell(string line) => ToolConsole.WriteLine(console.Error, line);
    }

    // The command's own comes after the tool's in the list, and counts before it.
    private static string? ValueOf(ParseResult parsed, IEnumerable<Option<string?>> options) =>
        options.Reverse().Select(parsed.GetValue).FirstOrDefault(value => value is not null);
}
