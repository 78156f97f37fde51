using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sgasa.Contracts;
using Sgasa.Modeling;
using Sgasa.Modeling.Safetensors;
using Sgasa.TinyWorld;
using static TorchSharp.torch;

namespace Sgasa.TinyModel;

/// <summary>The commands that make and measure the tiny model.</summary>
internal static class TinyModelCommands
{
    private const long CorpusSeed = 1;

    private static readonly Option<DirectoryInfo> Folder = new("--folder")
    {
        Description = "The model folder.",
        DefaultValueFactory = _ => new DirectoryInfo("models/tiny/model"),
    };

    public static RootCommand Root() => new("Makes the tiny reasoning model that ships with SGASA.")
    {
        TokenizerCommand(), PretrainCommand(), MeasureCommand(), SamplesCommand(),
    };

    private static Command TokenizerCommand()
    {
        var command = new Command("tokenizer", "Trains the byte-level BPE vocabulary and writes the tokenizer files.") { Folder };
        command.SetAction(parsed =>
        {
            var corpus = new WorldCorpus(CorpusSeed);
            var texts = Enumerable.Range(0, 30_000).Select(i => corpus.Document(i))
                .SelectMany(d => new[] { d.User, d.Completion.Replace("</think>", "", StringComparison.Ordinal) });
            TinyModelFolder.WriteTokenizer(parsed.GetRequiredValue(Folder).FullName, texts);
        });
        return command;
    }

    private static Command PretrainCommand()
    {
        var phase = new Option<int?>("--phase")
        {
            Description = "1 starts anew, 2 goes on from the weights in the folder; both without this option.",
        };
        phase.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is not (null or 1 or 2)) result.AddError("--phase is 1 or 2.");
        });
        var steps = new Option<int?>("--steps") { Description = "Optimizer steps of a phase, where others are wanted than its own." };
        var threads = new Option<int>("--threads") { Description = "Processor threads.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var float32 = new Option<bool>("--float32")
        {
            Description = "Multiply in float32: for processors without fast bfloat16 products, where bfloat16 crawls.",
        };
        var command = new Command("pretrain", "Trains the model from scratch on the texts of its world.") { Folder, phase, steps, threads, float32 };
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            TorchRuntime.EnsureLoaded();
            set_num_threads(parsed.GetValue(threads));
            var folder = parsed.GetRequiredValue(Folder).FullName;
            foreach (var number in parsed.GetValue(phase) is { } only ? [only] : new[] { 1, 2 })
            {
                var config = number == 1 ? new PretrainingConfig() : PretrainingConfig.SecondPhase;
                Pretrain(
                    folder,
                    config with
                    {
                        Steps = parsed.GetValue(steps) ?? config.Steps,
                        Compute = parsed.GetValue(float32) ? ScalarType.Float32 : ScalarType.BFloat16,
                    },
                    goesOn: number > 1,
                    cancellationToken);
            }
        }, cancellationToken));
        return command;
    }

    private static void Pretrain(string folder, PretrainingConfig config, bool goesOn, CancellationToken cancellationToken)
    {
        var tokenizer = Tokenizer.FromPretrained(folder);
        var architecture = TinyModelFolder.Architecture(tokenizer);
        using var start = goesOn ? SafetensorsFolder.Open(folder) : null;
        new Pretrainer(architecture, tokenizer, config).Run(
            Console.WriteLine,
            weights => TinyModelFolder.WriteModel(folder, architecture, weights),
            start,
            cancellationToken);
    }

    private static Command MeasureCommand()
    {
        var split = new Option<WorldSplit>("--split")
        {
            Description = "Dev for tuning; Test for the model card, and for nothing else.",
            DefaultValueFactory = _ => WorldSplit.Dev,
        };
        var count = new Option<int>("--count") { Description = "Prompts per figure.", DefaultValueFactory = _ => 150 };
        var seed = new Option<long>("--seed") { Description = "Seed of suites and sampling.", DefaultValueFactory = _ => 1 };
        var responses = new Option<FileInfo?>("--responses") { Description = "Where to write every request and response as JSON Lines, to read." };
        var command = new Command("measure", "Prints the figures of the model card, judged by the world's oracle.") { Folder, split, count, seed, responses };
        command.SetAction(parsed =>
        {
            using var model = new LoadedModel(parsed.GetRequiredValue(Folder).FullName);
            using var written = parsed.GetValue(responses)?.CreateText();
            foreach (var figure in new Measurement(Generate, parsed.GetValue(split), parsed.GetValue(count), parsed.GetValue(seed)).Run())
            {
                Console.WriteLine($"{figure.Name,-48} {figure.Share,6:F3}  {figure.Hits}/{figure.Count}");
            }

            IReadOnlyList<string> Generate(IReadOnlyList<Ask> asks)
            {
                var texts = model.Generate(asks);
                foreach (var (ask, text) in asks.Zip(texts))
                {
                    written?.WriteLine(new JsonObject { ["request"] = ask.User, ["response"] = text }.ToJsonString(Plain));
                }
                return texts;
            }
        });
        return command;
    }

    private static Command SamplesCommand()
    {
        var output = new Option<DirectoryInfo>("--output") { Description = "The folder.", DefaultValueFactory = _ => new DirectoryInfo("samples") };
        var command = new Command("samples", "Writes one attack log of five harmful and five benign prompts per family.") { output };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(output);
            folder.Create();
            foreach (var family in WorldFamilies.Disguises)
            {
                var lines = Enum.GetValues<Label>().SelectMany(label =>
                    WorldSuite.Prompts(family, label, WorldSplit.Dev, 5, seed: 1).Select((prompt, i) => new JsonObject
                    {
                        ["id"] = $"{family.LogName()}-{label.ToString().ToLowerInvariant()}-{i + 1}",
                        ["label"] = label.ToString().ToLowerInvariant(),
                        ["family"] = family.LogName(),
                        ["source"] = "tiny world",
                        ["prompt"] = prompt.Text,
                    }.ToJsonString(Plain)));
                File.WriteAllText(Path.Combine(folder.FullName, $"{family.LogName()}.jsonl"), string.Join('\n', lines) + "\n");
            }
        });
        return command;
    }

    private static readonly JsonSerializerOptions Plain =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
