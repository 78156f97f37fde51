// Asks a model in a Hugging Face folder and prints its answer as it comes.
// dotnet run libs/modeling/examples/generate.cs -- models/tiny/model "How do I bake bread?"
#:project ../Sgasa.Modeling.csproj
#:package TorchSharp-cpu
using Sgasa.Modeling;

using var folder = ModelFolder.Open(args[0]);
using var model = CausalLM.FromPretrained(folder.Path, device: "auto", dtype: "auto");
var template = ChatTemplate.FromPretrained(folder.Path);
var prompt = template.Encode(folder.Tokenizer, [new ChatMessage("user", args[1])], addGenerationPrompt: true);
var sampling = new SamplingConfig { Temperature = 0.6, TopP = 0.95, MaxNewTokens = 256 };
await foreach (var piece in model.GenerateAsync(folder.Tokenizer, prompt, sampling, seed: 1)) Console.Write(piece);
Console.WriteLine();
