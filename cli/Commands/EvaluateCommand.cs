using System.CommandLine;
using Sgasa.AttackLogs.Formats;
using Sgasa.Cli.Evaluating;
using Sgasa.Cli.Terminal;

namespace Sgasa.Cli.Commands;

/// <summary><c>sgasa evaluate</c>: the figures of a model or adapter on a prompt file.</summary>
internal sealed class EvaluateCommand : IToolCommand
{
    private const string HelpText =
        """
        PROMPTS has the format of an attack log: prompt and label on each line, see 'sgasa adapt --help'.

        Examples:
          sgasa evaluate samples/roleplay.jsonl
          sgasa evaluate samples/roleplay.jsonl --adapter sgasa-output/rounds/r-0123456789ab/adapter
          sgasa evaluate test.jsonl --model ~/models/qwen --judge model --json
          sgasa --server https://sgasa.example.org evaluate test.jsonl --adapter r-0123456789ab/checkpoint/dpo

        """ + ServerOptions.ModelHelpText;

    /// <inheritdoc />
    public int Place => 30;

    /// <inheritdoc />
    public string HelpOf(Command command) => HelpText;

    /// <inheritdoc />
    public Command Create(ToolConsole console, TimeProvider time, ServerOptions servers)
    {
        var prompts = new Argument<string>("PROMPTS") { Description = "Test prompts: " + LogFormats.Names };
        var model = CommonOptions.Model();
        var adapter = CommonOptions.Adapter();
        var judge = CommonOptions.Judge();
        var guideline = new Option<string?>("--guideline")
        {
            Description = "Guideline to put in front of every prompt: a text file, or a round's guidelines.jsonl to draw " +
                "from",
            HelpName = "FILE",
        };
        var recipe = new Option<string?>("--recipe")
        {
            Description = "Recipe whose evaluation.sampling and instructions are used [default: tiny for the tiny model, " +
                "else paper]",
            HelpName = "NAME|FILE",
        };
        var seed = CommonOptions.Seed("Seed of the sampling");
        var device = CommonOptions.Device();
        var json = CommonOptions.Json();
        var command = new Command("evaluate", "Measures a model or an adapter on a prompt file")
        {
            prompts, model, adapter, judge, guideline, recipe, seed, device, json,
        };
        servers.AddWithTrainerTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var options = new EvaluateOptions
            {
                Prompts = parsed.GetRequiredValue(prompts),
                Model = parsed.GetValue(model),
                Adapter = parsed.GetValue(adapter),
                Judge = parsed.GetValue(judge),
                Guideline = parsed.GetValue(guideline),
                Recipe = parsed.GetValue(recipe),
                Seed = parsed.GetValue(seed),
                Device = parsed.GetRequiredValue(device),
                Json = parsed.GetValue(json),
            };
            using var trainer = servers.OpenTrainer(parsed, console);
            if (trainer is not null) ServerOptions.Refuse(parsed, model, device);
            return await new EvaluateRun(console, time).RunAsync(options, trainer, ct);
        });
        return command;
    }
}
