using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Sgasa.Cli.Terminal;

namespace Sgasa.Cli.Commands;

/// <summary>The tree of commands.</summary>
internal static class ToolCommands
{
    /// <summary>The tool's name, whatever the process is called.</summary>
    public const string Name = "sgasa";

    private const int HelpWidth = 110;

    private static readonly IToolCommand[] All =
    [
        .. typeof(ToolCommands).Assembly.GetTypes()
            .Where(type => type.IsClass && type.IsAssignableTo(typeof(IToolCommand)))
            .Select(type => (IToolCommand)Activator.CreateInstance(type)!)
            .OrderBy(tool => tool.Place),
    ];

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
        foreach (var tool in All) Add(tool);

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

        void Add(IToolCommand tool)
        {
            var command = tool.Create(console, time, servers);
            if (command.Action is null) command.SetAction(parsed => Help(parsed, command));
            root.Add(command);
            foreach (var one in command.Subcommands.Prepend(command)) texts[one] = tool.HelpOf(one);
        }
    }

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
            parseResult.InvocationConfiguration.Output.WriteLine(ToolVersion.Current);
            return ExitCodes.Success;
        }
    }
}
