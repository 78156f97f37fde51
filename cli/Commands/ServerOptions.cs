using System.CommandLine;
using Sgasa.Cli.Deployments;
using Sgasa.Cli.Embedding;
using Sgasa.Cli.Remote;
using Sgasa.Cli.Terminal;
using Sgasa.Contracts;
using Sgasa.Hosting.ModelClients;

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

    /// <summary>What the help of a command says that can ask a deployment's model.</summary>
    public const string ModelHelpText =
        """

        With --server, SGASA_SERVER or --trainer, the model of a deployment answers; --adapter is then a checkpoint there, such as
        r-0123456789ab/checkpoint/dpo, or a training's id. The key comes from SGASA_API_KEY or --api-key-file.

        """;

    /// <summary>The name of the option for the address.</summary>
    public const string ServerName = "--server";

    /// <summary>The name of the option for a trainer's address.</summary>
    public const string TrainerName = "--trainer";

    // One of each for every command that knows servers, and for the tool itself: each shows its own in its help.
    private readonly List<Option<string?>> _servers = [];
    private readonly List<Option<string?>> _keyFiles = [];
    private readonly List<Option<string?>> _trainers = [];

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

    /// <summary>Adds the options to a command that can also reach a trainer itself.</summary>
    public void AddWithTrainerTo(Command command)
    {
        AddTo(command);
        var trainer = new Option<string?>(TrainerName)
        {
            Description = "Address of a trainer itself, from within a deployment: http://host:port or unix:/path",
            HelpName = "ADDRESS",
        };
        trainer.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var address }] && TrainerAddress.Fault(address) is { } fault)
                result.AddError($"{TrainerName} {fault.TrimEnd('.')}");
        });
        command.Add(trainer);
        command.Validators.Add(result =>
        {
            if (result.GetResult(trainer) is not null && _servers.Any(server => result.GetResult(server) is { Implicit: false }))
                result.AddError($"{ServerName} and {TrainerName} can't both be given");
        });
        _trainers.Add(trainer);
    }

    /// <summary>The trainer that a command line names, by itself or through a server; null where the work is done here.</summary>
    /// <exception cref="UserErrorException">Address or key is none.</exception>
    public TrainerConnection? OpenTrainer(ParseResult parsed, ToolConsole console)
    {
        if (ValueOf(parsed, _trainers) is { } address)
            return TrainerConnection.Direct(address, KeyFile.Read(ValueOf(parsed, _keyFiles)));
        if (ServerOf(parsed) is not { } server) return null;

        var key = KeyFile.Read(ValueOf(parsed, _keyFiles));
        if (key is not null && server.IsOpenToOthers) ToolConsole.WriteLine(console.Error, OpenKey(server));
        return TrainerConnection.Through(server, key);
    }

    /// <summary>Refuses options that say what only a command that works here can be told.</summary>
    /// <exception cref="UserErrorException">One of them is given.</exception>
    public static void Refuse(ParseResult parsed, params IEnumerable<Option> options)
    {
        foreach (var option in options)
        {
            if (parsed.GetResult(option) is null or { Implicit: true }) continue;
            throw new UserErrorException(
                $"{option.Name} is the server's to choose. Leave it out, or work here with {ServerName} {ServerAddress.Local}.");
        }
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
            Tell(OpenKey(server));
        return new ServerDeployment(server, key, Tell, time);

        void Tell(string line) => ToolConsole.WriteLine(console.Error, line);
    }

    private static string OpenKey(ServerAddress server) =>
        $"warning: the key goes to {server} unencrypted, for others to read. Use https if the server has it.";

    // The command's own comes after the tool's in the list, and counts before it.
    private static string? ValueOf(ParseResult parsed, IEnumerable<Option<string?>> options) =>
        options.Reverse().Select(parsed.GetValue).FirstOrDefault(value => value is not null);
}
