using Sgasa.Cli;
using Sgasa.Cli.Terminal;

using var interruption = Interruption.Listen();
return await Tool.RunAsync(args, ToolConsole.OfProcess(), TimeProvider.System, interruption.Token);
