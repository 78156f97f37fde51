using System.CommandLine;
using System.CommandLine.Parsing;
using Sgasa.Contracts;
using Sgasa.Hosting;

namespace Sgasa.Cli.Commands;

/// <summary>What is wrong with a command line, in one line.</summary>
internal static class UsageErrors
{
    /// <exception cref="UserErrorException">The command line can't be understood.</exception>
    public static void ThrowIfAny(ParseResult parsed)
    {
        // Help and version win over whatever else is on the line.
        if (parsed.Action?.ClearsParseErrors == true) return;
        var problem = UnknownOption(parsed) ?? UselessServer(parsed) ?? (parsed.Errors is [var first, ..] ? first.Message : null);
        if (problem is null) return;

        var command = string.Join(' ', Path(parsed.CommandResult));
        throw new UserErrorException($"{problem.TrimEnd('.')}. See '{command} --help'.");
    }

    // Anything unknown is an argument to the parser, so 'adapt --sed 1' would complain of the 1 alone.
    private static string? UnknownOption(ParseResult parsed)
    {
        var unknown = parsed.Tokens
            .TakeWhile(t => t.Type != TokenType.DoubleDash)
            .FirstOrDefault(t => t.Type == TokenType.Argument && t.Value.StartsWith("--", StringComparison.Ordinal));
        if (unknown is null) return null;

        var options = parsed.CommandResult.Command.Options.Select(o => o.Name).Append("--help").Distinct();
        var nearest = options.MinBy(o => Spelling.Distance(o, unknown.Value))!;
        var remedy = Spelling.Distance(nearest, unknown.Value) <= 3 ? $" Did you mean '{nearest}'?" : "";
        return $"Unknown option '{unknown.Value}'.{remedy}";
    }

    private static string? UselessServer(ParseResult parsed)
    {
        var given = parsed.RootCommandResult.Children.OfType<OptionResult>().Any(o => o is
        {
            Option.Name: ServerOptions.ServerName,
            Implicit: false,
        });
        return given && parsed.CommandResult != parsed.RootCommandResult && !KnowsServers(parsed.CommandResult)
            ? $"'{parsed.CommandResult.Command.Name}' works here and asks no server: leave {ServerOptions.ServerName} out"
            : null;
    }

    private static bool KnowsServers(CommandResult command) => command.Parent is CommandResult parent
        && (command.Command.Options.Any(o => o.Name == ServerOptions.ServerName) || KnowsServers(parent));

    private static IEnumerable<string> Path(CommandResult command) => command.Parent is CommandResult parent
        ? Path(parent).Append(command.Command.Name)
        : [ToolCommands.Name];
}
