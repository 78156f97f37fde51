using System.CommandLine;
using Sgasa.Cli.Generating;
using Sgasa.Cli.Terminal;
using Sgasa.Contracts;
using Sgasa.Modeling;

namespace Sgasa.Cli.Commands;

/// <summary><c>sgasa generate</c>: one prompt, answered as it is sampled.</summary>
internal sealed class GenerateCommand : IToolCommand
{
    private const string HelpText =
        """
        Examples:
          sgasa generate "How do I bake bread?"
          sgasa generate "How do I bake bread?" --show-thinking --adapter sgasa-output/rounds/r-0123456789ab/adapter
          sgasa generate - --model ~/models/qwen --temperature 0 --json < prompt.txt
          sgasa --server https://sgasa.example.org generate "How do I bake bread?" --adapter r-0123456789ab/checkpoint/dpo

        """ + ServerOptions.ModelHelpText;

    /// <inheritdoc />
    public int Place => 20;

    /// <inheritdoc />
    public string HelpOf(Command command) => HelpText;

    /// <inheritdoc />
    public Command Create(ToolConsole console, TimeProvider time, ServerOptions servers)
    {
        var defaults = Recipe.DefaultSampling;
        var prompt = new Argument<string>("PROMPT") { Description = "The prompt; - reads it from standard input" };
        var model = CommonOptions.Model();
        var adapter = CommonOptions.Adapter();
        var thinking = new Option<bool>("--show-thinking") { Description = "Show what the model thinks, too" };
        var temperature = new Option<double>("--temperature")
        {
            Description = "Softmax temperature; 0 takes the likeliest token",
            HelpName = "T",
            DefaultValueFactory = _ => defaults.Temperature,
            CustomParser = result => CommonOptions.Fraction(result, "--temperature", 0, SamplingConfig.MaxTemperature),
        };
        var topP = new Option<double>("--top-p")
        {
            Description = "Draw from the smallest set of tokens with this probability; 1 keeps all",
            HelpName = "P",
            DefaultValueFactory = _ => defaults.TopP,
            CustomParser = result => CommonOptions.Fraction(result, "--top-p", 0, 1),
        };
        var topK = new Option<long>("--top-k")
        {
            Description = "Draw from the K likeliest tokens; 0 keeps all",
            HelpName = "K",
            DefaultValueFactory = _ => defaults.TopK,
            CustomParser = result => CommonOptions.Number(result, "--top-k", 0, int.MaxValue),
        };
        var length = new Option<long>("--max-new-tokens")
        {
            Description = "Most tokens the answer may have, thinking included",
            HelpName = "N",
            DefaultValueFactory = _ => defaults.MaxNewTokens,
            CustomParser = result => CommonOptions.Number(result, "--max-new-tokens", 1, SamplingConfig.MostNewTokens),
        };
        var seed = CommonOptions.Seed("Seed of the sampling");
        var device = CommonOptions.Device();
        var json = CommonOptions.Json();
        var command = new Command("generate", "Answers one prompt, with or without an adapter")
        {
            prompt, model, adapter, thinking, temperature, topP, topK, length, seed, device, json,
        };
        servers.AddWithTrainerTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var options = new GenerateOptions
            {
                Prompt = parsed.GetRequiredValue(prompt),
                Model = parsed.GetValue(model),
                Adapter = parsed.GetValue(adapter),
                ShowThinking = parsed.GetValue(thinking),
                Sampling = new SamplingConfig
                {
                    Temperature = parsed.GetValue(temperature),
                    TopP = parsed.GetValue(topP),
                    TopK = (int)parsed.GetValue(topK),
                    MaxNewTokens = (int)parsed.GetValue(length),
                },
                Seed = parsed.GetValue(seed),
                Device = parsed.GetRequiredValue(device),
                Json = parsed.GetValue(json),
            };
            using var trainer = servers.OpenTrainer(parsed, console);
            if (trainer is not null) ServerOptions.Refuse(parsed, model, device);
            return await new GenerateRun(console, time).RunAsync(options, trainer, ct);
        });
        return command;
    }
}
