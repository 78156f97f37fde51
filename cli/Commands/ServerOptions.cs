using System.CommandLine;
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

    /// <summary>The deployment that a command line names; null where the work is done here.</summary>
    /// <exception cref="UserErrorException">Address or key is none.</exception>
    public CoordinatorClient? Connect(ParseResult parsed, ToolConsole console)
    {
        if (ServerAddress.Of(ValueOf(parsed, _servers)) is not { } server) return null;

        var key = ApiKey.Read(ValueOf(parsed, _keyFiles));
        if (key is not null && server.IsOpenToOthers)
        {
            ToolConsole.WriteLine(
                console.Error,
                $"warning: the key goes to {server} unencrypted, for others to read. Use https if the server has it.");
        }

        return new CoordinatorClient(server, key);
    }

    /// <summary>The deployment, for a command that needs one.</summary>
    /// <exception cref="UserErrorException">There is none, or address or key is none.</exception>
    public CoordinatorClient Require(ParseResult parsed, ToolConsole console, string command) =>
        Connect(parsed, console) ?? throw new UserErrorException(
            $"'{ToolCommands.Name} {command}' is about a running deployment. Give --server URL, or set " +
            $"{ServerAddress.Variable}.");

    // The command's own comes after the tool's in the list, and counts before it.
    private static string? ValueOf(ParseResult parsed, IEnumerable<Option<string?>> options) =>
        options.Reverse().Select(parsed.GetValue).FirstOrDefault(value => value is not null);
}
