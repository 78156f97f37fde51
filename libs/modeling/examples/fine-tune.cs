// Fine-tunes a LoRA adapter on a data set in one of TRL's shapes; stopped, the same command continues.
// dotnet run libs/modeling/examples/fine-tune.cs -- models/tiny/model sft.jsonl my-run
#:project ../Sgasa.Modeling.csproj
#:package TorchSharp-cpu
using Sgasa.Modeling;
using Sgasa.Modeling.Training;

var (path, data, output) = (args[0], args[1], args[2]);
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    stop.Cancel();
};

using var folder = ModelFolder.Open(path);
var end = EndToken.Find(folder.Path, folder.Tokenizer, folder.Config);
var encoder = new ExampleEncoder(folder.Tokenizer, ChatTemplate.FromPretrained(folder.Path), end);
var examples = Dataset.LoadSftAsync([data], encoder).GetAwaiter().GetResult(); // tensors belong to the thread that makes them

using var model = CausalLM.FromPretrained(folder.Path, device: "auto");
using var adapter = LoraAdapter.Create(folder.Config, new LoraConfig { R = 8, LoraAlpha = 16 }, seed: 1, model.Device);
using var trainer = new SftTrainer(model, adapter, examples, new SftConfig { NumTrainEpochs = 3, LearningRate = 5e-4 });
var result = trainer.Train(new FineTuningRunOptions
{
    OutputFolder = output,
    BaseModel = folder.Path,
    BaseModelFingerprint = folder.Fingerprint,
    OnStep = step => Console.WriteLine($"step {step.Step}: loss {step.Loss:F4}"),
}, stop.Token);
Console.WriteLine($"Mean loss {result.TrainLoss:F4}; the adapter is in {output}");
