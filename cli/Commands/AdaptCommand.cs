using System.CommandLine;
using Sgasa.AttackLogs.Formats;
using Sgasa.Cli.Adapting;
using Sgasa.Cli.Embedding;
using Sgasa.Cli.Terminal;
using Sgasa.Contracts;

namespace Sgasa.Cli.Commands;

/// <summary><c>sgasa adapt</c>: one round from an attack log to a candidate checkpoint.</summary>
internal sealed class AdaptCommand : IToolCommand
{
    private const string HelpText =
        """
        LOG holds at least two harmful and two benign prompts, one JSON object per line:
          {"prompt": "...", "label": "harmful", "family": "educator", "source": "gateway", "id": "a1"}
        with family, source and id if wanted; or CSV with the same columns, in a file named .csv.

        A round that was stopped or killed goes on where it was when the same command is given again; one that is
        finished prints its table at once. Adapter, training pairs and figures are left in FOLDER/rounds/ROUND/.

        A round of a server goes on there when this command is stopped; the same command follows it again.

        Examples:
          sgasa adapt samples/educator.jsonl
          sgasa adapt samples/roleplay.jsonl --seed 7 --json > result.json
          sgasa adapt attacks.csv --model ~/models/qwen --recipe mine.yaml --test test.jsonl --device cuda
          sgasa --server https://sgasa.example.org adapt attacks.jsonl

        """;

    /// <inheritdoc />
    public int Place => 10;

    /// <inheritdoc />
    public string HelpOf(Command command) => HelpText + ServerOptions.HelpText;

    /// <inheritdoc />
    public Command Create(ToolConsole console, TimeProvider time, ServerOptions servers)
    {
        var log = new Argument<string>("LOG") { Description = "Attack log: " + LogFormats.Names };
        var model = CommonOptions.Model();
        var recipe = new Option<string?>("--recipe")
        {
            Description = "Recipe: tiny, paper, or a YAML or JSON file [default: tiny for the tiny model, else paper]",
            HelpName = "NAME|FILE",
        };
        var seed = CommonOptions.Seed("Seed of everything that is drawn at random");
        var output = CommonOptions.Output();
        var test = new Option<string?>("--test")
        {
            Description = "Test prompts, in the format of LOG [default: the tiny model's world, or else augmented " +
                "prompts held out]",
            HelpName = "FILE",
        };
        var judge = CommonOptions.Judge();
        var device = CommonOptions.Device();
        var json = CommonOptions.Json();
        var command = new Command(
            "adapt", "Runs one round: from an attack log to an aligned adapter, and a table of what it gained")
        {
            log, model, recipe, seed, output, test, judge, device, json,
        };
        servers.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var request = new AdaptRequest
            {
                Log = parsed.GetRequiredValue(log),
                Recipe = parsed.GetValue(recipe),
                Seed = parsed.GetValue(seed),
                Output = parsed.GetRequiredValue(output),
                Test = parsed.GetValue(test),
                Judge = parsed.GetValue(judge),
                Device = parsed.GetRequiredValue(device),
                Json = parsed.GetValue(json),
            };
            await using var deployment = servers.Open(parsed, console, time, request.Json, new EmbeddedOptions
            {
                Command = command.Name,
                Output = request.Output,
                Model = parsed.GetValue(model),
                Device = request.Device,
            });
            if (servers.ServerOf(parsed) is not null) ServerOptions.Refuse(parsed, model, device);

            return await new AdaptRun(console, time, deployment).RunAsync(request, ct);
        });
        return command;
    }
}
