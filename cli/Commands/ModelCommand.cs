using System.CommandLine;
using Sgasa.Cli.ModelFolders;
using Sgasa.Cli.Terminal;
using Sgasa.Modeling;

namespace Sgasa.Cli.Commands;

/// <summary><c>sgasa model</c>: model folders looked at, checked, made, merged and described.</summary>
internal sealed class ModelCommand : IToolCommand
{
    private const string HelpText =
        """
        Examples:
          sgasa model inspect ~/models/qwen
          sgasa model verify ~/models/qwen
          sgasa model merge --adapter training/sft --output merged

        """;

    /// <inheritdoc />
    public int Place => 80;

    /// <inheritdoc />
    public string HelpOf(Command command) => HelpText;

    /// <inheritdoc />
    public Command Create(ToolConsole console, TimeProvider time, ServerOptions servers) => new(
        "model", "Looks at model folders, checks, makes and merges them")
    {
        Inspect(console), Verify(console), Init(console), Merge(console), Card(console),
    };

    private static Command Inspect(ToolConsole console)
    {
        var folder = Folder("Hugging Face model folder [default: the tiny model]");
        var json = CommonOptions.Json();
        var command = new Command("inspect", "Shows architecture, weights, tokenizer and template") { folder, json };
        command.SetAction(parsed => new InspectModel(console).Run(parsed.GetValue(folder), parsed.GetValue(json)));
        return command;
    }

    private static Command Verify(ToolConsole console)
    {
        var folder = Folder("Hugging Face model folder [default: the tiny model]");
        var json = CommonOptions.Json();
        var command = new Command("verify", "Checks every file, tensor and value; exit code 2 where something is wrong")
        {
            folder, json,
        };
        command.SetAction((parsed, ct) =>
            Task.Run(() => new VerifyModel(console).Run(parsed.GetValue(folder), parsed.GetValue(json), ct), ct));
        return command;
    }

    private static Command Init(ToolConsole console)
    {
        var output = NewFolder("Folder to write");
        var config = new Option<string?>("--config")
        {
            Description = "Folder whose config.json is taken, instead of the sizes",
            HelpName = "FOLDER",
        };
        var tokenizer = new Option<string?>("--tokenizer")
        {
            Description = "Folder whose tokenizer and template are copied [default: that of --config where it has one, else " +
                "the tiny model]",
            HelpName = "FOLDER",
        };
        var type = CommonOptions.OneOf(
            "--model-type", "Architecture: " + string.Join(", ", ModelFamilies.Names), "TYPE", "qwen2", [.. ModelFamilies.Names]);
        var hidden = CommonOptions.Count("--hidden-size", "Width", 64, 2, 1 << 20);
        var inner = CommonOptions.Count("--intermediate-size", "Inner width of the feed-forward block", 176, 1, 1 << 22);
        var layers = CommonOptions.Count("--num-hidden-layers", "Layers", 2, 1, 4096);
        var heads = CommonOptions.Count("--num-attention-heads", "Query heads", 4, 1, 65536);
        var keyHeads = CommonOptions.Count("--num-key-value-heads", "Key and value heads", 2, 1, 65536);
        var context = CommonOptions.Count("--max-position-embeddings", "Longest sequence", 2048, 1);
        var tied = new Option<bool>("--untied") { Description = "Give the output head weights of its own" };
        var dtype = CommonOptions.OneOf(
            "--dtype", "Type of the weights: bfloat16 or float32", "TYPE", "bfloat16", ["bfloat16", "float32"]);
        var shard = CommonOptions.Count("--max-shard-size", "Largest weight file, in MiB", 4768, 1, 1 << 20);
        var seed = CommonOptions.Seed("Seed of the weights");
        var json = CommonOptions.Json();
        var command = new Command("init", "Makes a model of random weights, to try a size or a setting")
        {
            output, config, tokenizer, type, hidden, inner, layers, heads, keyHeads, context, tied, dtype, shard, seed, json,
        };
        command.SetAction(parsed => new InitModel(console).Run(new InitRequest
        {
            Output = parsed.GetRequiredValue(output),
            Config = parsed.GetValue(config),
            Tokenizer = parsed.GetValue(tokenizer),
            ModelType = parsed.GetRequiredValue(type),
            HiddenSize = parsed.GetValue(hidden),
            IntermediateSize = parsed.GetValue(inner),
            Layers = parsed.GetValue(layers),
            Heads = parsed.GetValue(heads),
            KeyValueHeads = parsed.GetValue(keyHeads),
            ContextLength = parsed.GetValue(context),
            Untied = parsed.GetValue(tied),
            Dtype = parsed.GetRequiredValue(dtype),
            ShardMebibytes = parsed.GetValue(shard),
            Seed = parsed.GetValue(seed),
            Json = parsed.GetValue(json),
        }));
        return command;
    }

    private static Command Merge(ToolConsole console)
    {
        var model = CommonOptions.Model();
        var adapter = CommonOptions.Adapter();
        adapter.Required = true;
        var output = NewFolder("Folder to write");
        var json = CommonOptions.Json();
        var command = new Command("merge", "Adds an adapter to its base model's weights, and writes the whole as a model folder")
        {
            model, adapter, output, json,
        };
        command.SetAction(parsed => new MergeModel(console).Run(
            parsed.GetValue(model), parsed.GetRequiredValue(adapter)!, parsed.GetRequiredValue(output), parsed.GetValue(json)));
        return command;
    }

    private static Command Card(ToolConsole console)
    {
        var folder = new Argument<string>("FOLDER") { Description = "Adapter or model folder" };
        var force = new Option<bool>("--force") { Description = "Replace a README.md that is there" };
        var command = new Command("card", "Writes a model card, README.md, for an adapter or a model") { folder, force };
        command.SetAction(parsed => new ModelCard(console).Run(parsed.GetRequiredValue(folder), parsed.GetValue(force)));
        return command;
    }

    private static Argument<string?> Folder(string description) => new("FOLDER")
    {
        Description = description,
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static Option<string> NewFolder(string description) => new("--output")
    {
        Description = description + "; it must be new or empty",
        HelpName = "FOLDER",
        Required = true,
    };
}
