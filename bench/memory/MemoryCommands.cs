using System.CommandLine;
using System.Text.Json;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;
using TorchSharp;

namespace Sgasa.Bench.Memory;

/// <summary>The tool's commands; each prints one line of JSON.</summary>
internal static class MemoryCommands
{
    /// <summary>All commands.</summary>
    public static RootCommand Root() => new("Measures the memory that the library needs; one measurement per process, on Linux.")
    {
        Write(), Load(), Score(), Train(),
    };

    private static Command Write()
    {
        var folder = new Argument<string>("folder") { Description = "The folder to write." };
        var shape = Shape();
        var shard = Option("--shard-bytes", "Largest weight file.", 2_000_000_000L);
        var command = new Command("write", "Writes a model folder with random bfloat16 weights.") { folder, shape, shard };
        command.SetAction(arguments =>
        {
            var config = Shapes.Of(arguments.GetRequiredValue(shape));
            RandomModelFolder.Write(
                arguments.GetRequiredValue(folder), config, seed: 1, maxShardBytes: arguments.GetValue(shard));
            var parameters = RandomModelFolder.ParametersOf(config);
            Print(new { parameters, stored = 2 * parameters, peak = ProcessMemory.Peak });
        });
        return command;
    }

    private static Command Load()
    {
        var folder = new Argument<string>("folder") { Description = "A model folder." };
        var device = Option("--device", "Where to load it.", "cpu");
        var dtype = Option("--dtype", "The weights' type.", "bfloat16");
        var command = new Command("load", "Loads a model, and compares the peak with the weights' own size.")
        {
            folder, device, dtype,
        };
        command.SetAction(arguments =>
        {
            Warm();
            var before = ProcessMemory.Resident;
            ProcessMemory.ForgetPeak();
            using var model = CausalLM.FromPretrained(
                arguments.GetRequiredValue(folder), arguments.GetRequiredValue(device), arguments.GetRequiredValue(dtype));
            var weights = model.Parameters.Length * model.Parameters.Values.ElementSize;
            var peak = ProcessMemory.Peak;
            Print(new
            {
                weights,
                before,
                peak,
                peakOverWeights = Ratio(peak, weights),
                // Without the runtime and libtorch, which are resident whatever is loaded.
                ownPeakOverWeights = Ratio(peak - before, weights),
            });
        });
        return command;
    }

    private static Command Score()
    {
        var vocabulary = Option("--vocabulary", "Rows of the head.", 151936);
        var hidden = Option("--hidden", "Width of the hidden states.", 1536);
        var tokens = Option("--tokens", "Completion tokens.", 8 * 2048);
        var dtype = Option("--dtype", "The head's type.", "float32");
        var command = new Command("score", "Log-probabilities and their gradient: memory beyond hidden states and head.")
        {
            vocabulary, hidden, tokens, dtype,
        };
        command.SetAction(arguments =>
        {
            Warm();
            using var scope = torch.NewDisposeScope();
            var (v, h, n) = (arguments.GetValue(vocabulary), arguments.GetValue(hidden), arguments.GetValue(tokens));
            // All weights of this model but the head are negligible.
            var config = Shapes.Of("small") with
            {
                VocabSize = v,
                HiddenSize = h,
                IntermediateSize = 16,
                NumHiddenLayers = 1,
                TieWordEmbeddings = true,
            };
            var placement = Placement.Parse("cpu", arguments.GetRequiredValue(dtype));
            using var model = CausalLM.Create(config, seed: 1, dtype: placement.Dtype);
            var states = torch.randn([n, h]).requires_grad_();
            var labels = torch.randint(0, v, [n], dtype: torch.ScalarType.Int64);
            var before = ProcessMemory.Resident;
            ProcessMemory.ForgetPeak();
            model.Score(states, labels).LogProbs.sum().neg().backward();
            var beyond = ProcessMemory.Peak - before;
            Print(new { hiddenStates = 4L * n * h, logits = 4L * n * v, before, beyond });
        });
        return command;
    }

    private static Command Train()
    {
        var folder = Option("--folder", "A model folder; a small random model otherwise.", "");
        var dtype = Option("--dtype", "The type of the folder's weights.", "bfloat16");
        var layers = Option("--layers", "Layers of the small random model.", 12);
        var tokens = Option("--tokens", "Tokens of each of two examples.", 1024);
        var checkpointing = Option("--gradient-checkpointing", "Computes layers twice instead of keeping them.", false);
        var command = new Command("train", "One SFT step: memory beyond the weights.")
        {
            folder, dtype, layers, tokens, checkpointing,
        };
        command.SetAction(arguments =>
        {
            using var model = arguments.GetRequiredValue(folder) is { Length: > 0 } path
                ? CausalLM.FromPretrained(path, "cpu", arguments.GetRequiredValue(dtype))
                : SmallModel(arguments.GetValue(layers));
            var (config, length) = (model.Config, arguments.GetValue(tokens));
            int[] ids = [.. Enumerable.Range(0, length).Select(i => i % config.VocabSize)];
            using var adapter = LoraAdapter.Create(config, new LoraConfig(), seed: 1);
            var example = new SftExample(ids[..(length / 2)], ids[(length / 2)..]);
            using var trainer = new SftTrainer(
                model, adapter, [example, example],
                new SftConfig { PerDeviceTrainBatchSize = 2, GradientCheckpointing = arguments.GetValue(checkpointing) });
            var before = ProcessMemory.Resident;
            ProcessMemory.ForgetPeak();
            var step = trainer.Step();
            Print(new { before, beyond = ProcessMemory.Peak - before, step.Loss });
        });
        return command;
    }

    private static CausalLM SmallModel(int layers) => CausalLM.Create(
        Shapes.Of("small") with { VocabSize = 4096, NumHiddenLayers = layers, TieWordEmbeddings = true }, seed: 1);

    private static Option<string> Shape()
    {
        var shape = Option("--shape", "The model's shape.", "qwen2-1.5b");
        shape.AcceptOnlyFromAmong([.. Shapes.Names]);
        return shape;
    }

    /// <summary>Makes resident what every use of the library makes resident once.</summary>
    private static void Warm()
    {
        using var scope = torch.NewDisposeScope();
        var config = Shapes.Of("small") with { VocabSize = 64, HiddenSize = 64, IntermediateSize = 64 };
        using var model = CausalLM.Create(config, seed: 1);
        var states = torch.randn([4, 64]).requires_grad_();
        model.Score(states, torch.zeros([4], torch.ScalarType.Int64)).LogProbs.sum().backward();
    }

    private static Option<T> Option<T>(string name, string description, T value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };

    private static double Ratio(long bytes, long of) => Math.Round((double)bytes / of, 3);

    private static void Print(object measurement) =>
        Console.WriteLine(JsonSerializer.Serialize(measurement, JsonSerializerOptions.Web));
}
