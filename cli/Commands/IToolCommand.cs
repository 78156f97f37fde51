using System.CommandLine;
using Sgasa.Cli.Terminal;

namespace Sgasa.Cli.Commands;

/// <summary>A command of the tool. Whatever class here implements this is one: nothing else lists them.</summary>
internal interface IToolCommand
{
    /// <summary>Its place in the tool's help; the first has the smallest.</summary>
    int Place { get; }

    /// <summary>The command with its options and subcommands. One without an action shows its help.</summary>
    /// <param name="console">Where it reads and writes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="servers">The options that name a deployment.</param>
    Command Create(ToolConsole console, TimeProvider time, ServerOptions servers);

    /// <summary>What the help of the command, or of one of its subcommands, says behind the options.</summary>
    string HelpOf(Command command);
}
