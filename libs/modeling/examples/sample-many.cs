// Samples eight answers to one prompt together, with an adapter or without one.
// dotnet run libs/modeling/examples/sample-many.cs -- models/tiny/model "How do I sew?" [ADAPTER-FOLDER]
#:project ../Sgasa.Modeling.csproj
#:package TorchSharp-cpu
using Sgasa.Modeling;

using var folder = ModelFolder.Open(args[0]);
using var model = CausalLM.FromPretrained(folder.Path, device: "auto", dtype: "auto");
using var adapter = args is [_, _, var path] ? PeftAdapter.Load(path, folder.Config, folder.Fingerprint, model.Device) : null;
var template = ChatTemplate.FromPretrained(folder.Path);
var prompt = template.Encode(folder.Tokenizer, [new ChatMessage("user", args[1])], addGenerationPrompt: true);

using var engine = new GenerationEngine(model);
var results = engine.Generate([.. Enumerable.Range(0, 8).Select(seed => new GenerationRequest
{
    PromptIds = prompt,
    Adapter = adapter,
    Sampling = new SamplingConfig { Temperature = 1.0, TopP = 0.95, MaxNewTokens = 128 },
    Seed = (ulong)seed,
})]);
foreach (var result in results)
{
    Console.WriteLine(folder.Tokenizer.Decode(result.TokenIds, skipSpecialTokens: true));
    Console.WriteLine("---");
}
