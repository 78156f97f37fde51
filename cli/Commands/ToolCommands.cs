using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using Sgasa.Cli.Terminal;

namespace Sgasa.Cli.Commands;

/// <summary>The tree of commands.</summary>
internal static class ToolCommands
{
    /// <summary>The tool's name, whatever the process is called.</summary>
    public const string Name = "sgasa";

    private const int HelpWidth = 110;

    /// <summary>All commands.</summary>
    public static RootCommand Create(ToolConsole console, TimeProvider time)
    {
        var root = new RootCommand("Teaches a reasoning model to withstand a new kind of jailbreak, from a few logged prompts.")
        {
            HelpName = Name,
        };
        var texts = new Dictionary<Command, string>
        {
            [root] =
                """
                Examples:
                  sgasa adapt samples/educator.jsonl
                  sgasa generate "How do I bake bread?"
                  sgasa rounds
                  sgasa --server https://sgasa.example.org adapt attacks.jsonl

                Exit codes:
                  0 done, 1 failed, 2 wrong input or usage, 130 interrupted
                """,
        };
        var servers = new ServerOptions();
        servers.AddTo(root);
        Add(AdaptCommand.Create(console, time, servers), AdaptCommand.HelpText + ServerOptions.HelpText);
        Add(GenerateCommand.Create(console, time), GenerateCommand.HelpText);
        Add(EvaluateCommand.Create(console, time), EvaluateCommand.HelpText);
        var rounds = RoundsCommand.Create(console, time, servers);
        Add(rounds, RoundsCommand.HelpText + ServerOptions.HelpText);
        foreach (var sub in rounds.Subcommands) texts[sub] = RoundsCommand.HelpText;
        Add(CancelCommand.Create(console, servers), CancelCommand.HelpText + ServerOptions.HelpText);
        var faults = FaultsCommand.Create(console, time, servers);
        Add(faults, FaultsCommand.HelpText);
        foreach (var sub in faults.Subcommands) texts[sub] = FaultsCommand.HelpText;
        Add(StatusCommand.Create(console, servers), StatusCommand.HelpText);
        var model = ModelCommand.Create(console);
        Add(model, ModelCommand.HelpText);
        foreach (var sub in model.Subcommands) texts[sub] = ModelCommand.HelpText;
        model.SetAction(parsed => Help(parsed, model));
        var train = TrainCommand.Create(console, time);
        Add(train, TrainCommand.HelpText);
        foreach (var sub in train.Subcommands)
            texts[sub] = sub.Name == "sft" ? TrainCommand.SftHelpText : TrainCommand.DpoHelpText;
        train.SetAction(parsed => Help(parsed, train));

        root.Options.OfType<HelpOption>().Single().Action = new HelpTexts(texts);
        root.Options.OfType<VersionOption>().Single().Action = new ShowVersion();
        root.SetAction(parsed => Help(parsed));
        return root;

        // Without a command there is nothing to do, and a script should notice.
        int Help(ParseResult parsed, params IEnumerable<Command> path)
        {
            root.Parse([.. path.Select(command => command.Name), "--help"])
                .Invoke(new InvocationConfiguration { Output = parsed.InvocationConfiguration.Error });
            return ExitCodes.BadInput;
        }

        void Add(Command command, string text)
        {
            root.Add(command);
            texts[command] = text;
        }
    }

    /// <summary>The tool's version.</summary>
    public static string Version { get; } = typeof(ToolCommands).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The generated help, and behind it each command's own text.</summary>
    private sealed class HelpTexts(IReadOnlyDictionary<Command, string> texts) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            new HelpAction { MaxWidth = HelpWidth }.Invoke(parseResult);
            if (texts.TryGetValue(parseResult.CommandResult.Command, out var text))
                parseResult.InvocationConfiguration.Output.WriteLine(text);
            return ExitCodes.Success;
        }
    }

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(Version);
            return ExitCodes.Success;
        }
    }
}
