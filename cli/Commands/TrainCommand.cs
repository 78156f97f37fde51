using System.CommandLine;
using Sgasa.Cli.Terminal;
using Sgasa.Cli.Training;
using Sgasa.Contracts;
using Sgasa.Modeling.Training;

namespace Sgasa.Cli.Commands;

/// <summary><c>sgasa train</c>: a plain trainer, without any round.</summary>
internal sealed class TrainCommand : IToolCommand
{
    private const string HelpText =
        """
        Examples:
          sgasa train sft --data sft.jsonl --output my-sft
          sgasa train dpo --data pairs.parquet --adapter my-sft --output my-dpo --eval-split 0.1

        """;

    private const string SftHelpText =
        """
        A row of FILE, which is JSON Lines or Parquet, has one of TRL's shapes:
          {"prompt": [{"role": "user", "content": "..."}], "completion": [{"role": "assistant", "content": "..."}]}
          {"messages": [{"role": "user", "content": "..."}, {"role": "assistant", "content": "..."}]}
          {"prompt": "...", "completion": "..."}
        Messages go through the model's chat template; texts are taken as they are. Only the assistant's part is learnt.

        A training that was stopped or killed goes on from its last checkpoint when the same command is given again, and
        ends in the same adapter. FOLDER then holds the adapter in PEFT's format, checkpoints and metrics.

        Examples:
          sgasa train sft --data sft.jsonl --output my-sft
          sgasa train sft --model ~/models/qwen --data a.jsonl b.parquet --eval-split 0.05 --load-best-model-at-end
          sgasa --server https://sgasa.example.org train sft --data sft.jsonl --output my-sft

        """ + ServerHelpText;

    private const string DpoHelpText =
        """
        A row of FILE, which is JSON Lines or Parquet, has one of TRL's shapes:
          {"prompt": [{"role": "user", ...}], "chosen": [{"role": "assistant", ...}], "rejected": [{"role": "assistant", ...}]}
          {"chosen": [{"role": "user", ...}, {"role": "assistant", ...}], "rejected": [the same prompt, ...]}
          {"prompt": "...", "chosen": "...", "rejected": "..."}
        Columns ref_chosen_logps and ref_rejected_logps, where all rows have them, are taken for the reference's values.
        The reference is the adapter that the training begins with, or the model itself.

        A training that was stopped or killed goes on from its last checkpoint when the same command is given again, and
        ends in the same adapter. FOLDER then holds the adapter in PEFT's format, checkpoints and metrics.

        Examples:
          sgasa train dpo --data pairs.jsonl --adapter my-sft --output my-dpo
          sgasa train dpo --data pairs.jsonl --loss-type ipo --beta 0.2 --eval-data test.jsonl --early-stopping-patience 3

        """ + ServerHelpText;

    private const string ServerHelpText =
        """

        With --server, SGASA_SERVER or --trainer, a deployment's trainer does the work: the data goes there, its progress is shown,
        and the adapter comes back, the same bytes as from a training here. It goes on there when this command is stopped; the
        same command follows it again. --adapter is then a folder, or a checkpoint there such as r-0123456789ab/checkpoint/dpo.
        --model is a folder here of the model that the deployment must have.

        """;

    private const string CancelHelpText =
        """
        Example:
          sgasa --server https://sgasa.example.org train cancel train-0123456789ab

        """;

    /// <inheritdoc />
    public int Place => 90;

    /// <inheritdoc />
    public string HelpOf(Command command) => command.Name switch
    {
        "sft" => SftHelpText,
        "dpo" => DpoHelpText,
        "cancel" => CancelHelpText,
        _ => HelpText,
    };

    /// <inheritdoc />
    public Command Create(ToolConsole console, TimeProvider time, ServerOptions servers) =>
        new("train", "Trains an adapter on a data set: supervised (sft) or on preferences (dpo)")
        {
            Sft(console, time, servers), Dpo(console, time, servers), Cancel(console, time, servers),
        };

    private static Command Sft(ToolConsole console, TimeProvider time, ServerOptions servers)
    {
        var options = new TrainOptions(new SftConfig(), "training/sft");
        var command = new Command("sft", "Learns the completions of a data set");
        options.AddTo(command);
        servers.AddWithTrainerTo(command);
        command.SetAction((parsed, ct) => RunAsync(
            parsed, console, time, servers, options, options.Fill(parsed, new SftConfig()), ct));
        return command;
    }

    private static Command Cancel(ToolConsole console, TimeProvider time, ServerOptions servers)
    {
        var job = new Argument<string>("TRAINING") { Description = "The training's id, as its command told it" };
        var command = new Command("cancel", "Stops a training of a deployment for good") { job };
        servers.AddWithTrainerTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            using var trainer = servers.OpenTrainer(parsed, console)
                ?? throw new UserErrorException("A training of this machine ends with Ctrl-C. Name the deployment with --server.");
            return await new RemoteTrainRun(console, time, trainer).CancelAsync(parsed.GetRequiredValue(job), ct);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed,
        ToolConsole console,
        TimeProvider time,
        ServerOptions servers,
        TrainOptions options,
        TrainingArguments arguments,
        CancellationToken ct)
    {
        var request = options.Request(parsed, arguments);
        using var trainer = servers.OpenTrainer(parsed, console);
        if (trainer is null) return await new TrainRun(console, time).RunAsync(request, ct);
        ServerOptions.Refuse(parsed, options.OfThisMachine);
        return await new RemoteTrainRun(console, time, trainer).RunAsync(request, ct);
    }

    private static Command Dpo(ToolConsole console, TimeProvider time, ServerOptions servers)
    {
        var defaults = new DpoConfig();
        var options = new TrainOptions(defaults, "training/dpo");
        var beta = CommonOptions.Value("--beta", "How strongly the model is held to the reference", defaults.Beta, 1e-6, 1000);
        var losses = CommonOptions.Words<DpoLossType>();
        var loss = CommonOptions.OneOf(
            "--loss-type", $"Loss of a pair: {CommonOptions.List(losses)}", "TYPE", "sigmoid", losses);
        var smoothing = CommonOptions.Value(
            "--label-smoothing", "Share of pairs taken to be labelled the wrong way round; with sigmoid alone", 0, 0, 0.5);
        var free = new Option<bool>("--reference-free") { Description = "Do without a reference" };
        var each = new Option<bool>("--no-precompute-ref-log-probs")
        {
            Description = "Compute the reference's values in each step, not all of them before the first",
        };
        var rpo = CommonOptions.OptionalValue(
            "--rpo-alpha", "Add this much of the chosen completions' negative log-likelihood [default: none]", 0, 1000);
        var command = new Command("dpo", "Learns to prefer the chosen completions of a data set");
        options.AddTo(command, beta, loss, smoothing, free, each, rpo);
        servers.AddWithTrainerTo(command);
        command.SetAction((parsed, ct) => RunAsync(
            parsed, console, time, servers, options,
            options.Fill(parsed, new DpoConfig
            {
                Beta = parsed.GetValue(beta),
                LossType = CommonOptions.Member<DpoLossType>(parsed.GetRequiredValue(loss)),
                LabelSmoothing = parsed.GetValue(smoothing),
                ReferenceFree = parsed.GetValue(free),
                PrecomputeRefLogProbs = !parsed.GetValue(each),
                RpoAlpha = parsed.GetValue(rpo),
            }),
            ct));
        return command;
    }
}
