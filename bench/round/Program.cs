using System.Diagnostics;
using System.Text.Json;
using Sgasa.Bench.Round;
using Sgasa.Cli;
using Sgasa.Cli.Terminal;

// Runs one round as `sgasa adapt` does, in this process, and compares its time with the time in which the device was at work
// (sampling and training). Usage: dotnet run -c Release --project bench/round -- samples/educator.jsonl [options of adapt]
var output = Directory.CreateTempSubdirectory("round-bench-").FullName;
using var interruption = Interruption.Listen();
using var device = new DeviceTime();
var start = Stopwatch.GetTimestamp();
var exitCode = await Tool.RunAsync(
    ["adapt", .. args, "--output", output], ToolConsole.OfProcess(), TimeProvider.System, interruption.Token);
var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
Directory.Delete(output, recursive: true);

// Starting, loading the model and writing the results count as overhead too.
var busy = device.Seconds;
var atWork = busy.Values.Sum();
Console.WriteLine(JsonSerializer.Serialize(new
{
    seconds = Math.Round(seconds, 2),
    deviceSeconds = busy.ToDictionary(kind => kind.Key, kind => Math.Round(kind.Value, 2)),
    overhead = Math.Round(1 - atWork / seconds, 4),
}));
return exitCode;
