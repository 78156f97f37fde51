using System.Text.Json;
using Sgasa.Modeling;
using TorchSharp;

namespace Sgasa.Parity.Tests.Support;

/// <summary>One golden model, opened as any user of the library opens it, and what is expected of it.</summary>
internal sealed class GoldenModel
{
    private readonly Lazy<ModelFolder> _folder;
    private readonly Lazy<CausalLM> _model;
    private readonly Lazy<ChatTemplate> _template;
    private readonly Dictionary<string, Exception?> _outcomes = [];

    public GoldenModel(string path)
    {
        Path = path;
        Tolerances = new Tolerances(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, "tolerances.json"));
        Expected = new GoldenNode(JsonDocument.Parse(File.ReadAllBytes(PathOf("expected.json"))).RootElement);
        Tensors = new GoldenTensors(PathOf("expected.safetensors"));
        _folder = new Lazy<ModelFolder>(() => ModelFolder.Open(PathOf("model")));
        _model = new Lazy<CausalLM>(() => Load(_folder.Value));
        _template = new Lazy<ChatTemplate>(() => ChatTemplate.FromPretrained(PathOf("model")));
    }

    /// <summary>The model's folder within the set.</summary>
    public string Path { get; }

    /// <summary>How far computed values may lie from expected ones.</summary>
    public Tolerances Tolerances { get; }

    /// <summary>Everything in <c>expected.json</c>.</summary>
    public GoldenNode Expected { get; }

    /// <summary>Everything in <c>expected.safetensors</c>.</summary>
    public GoldenTensors Tensors { get; }

    public ModelConfig Config => _folder.Value.Config;

    public Tokenizer Tokenizer => _folder.Value.Tokenizer;

    public CausalLM Model => _model.Value;

    public ChatTemplate Template => _template.Value;

    public IReadOnlyList<GoldenNode> Prompts => Expected["prompts"].Items();

    /// <summary>The model of a folder, in float32.</summary>
    public static CausalLM Load(ModelFolder folder) =>
        CausalLM.Load(folder.Config, folder.Weights, Fixtures.Device, torch.ScalarType.Float32);

    /// <summary>A file or folder of this model.</summary>
    public string PathOf(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>One of the stored adapters; the caller disposes of it.</summary>
    public LoraAdapter Adapter(string folder = "adapter") => PeftAdapter.Load(PathOf(folder), Config, device: Fixtures.Device);

    /// <summary>The text of a conversation, with the beginning of the answer.</summary>
    public string Render(GoldenNode messages) =>
        Template.Render([.. messages.Read().EnumerateArray().Select(ChatMessage.FromJson)], addGenerationPrompt: true);

    /// <summary>Runs a check, once however often it is asked for, and says what it threw.</summary>
    public Exception? Outcome(string check)
    {
        if (_outcomes.TryGetValue(check, out var known)) return known;
        using var scope = torch.NewDisposeScope();
        return _outcomes[check] = Record.Exception(() => ParityChecks.All[check](this));
    }

    /// <summary>Token ids as a batch of one, int64 <c>[1, T]</c>.</summary>
    public static torch.Tensor Batch(params IEnumerable<int> ids) =>
        torch.tensor(ids.Select(id => (long)id).ToArray(), device: Fixtures.Device).unsqueeze(0);

    /// <summary>Rows of one length as a batch, int64 <c>[B, T]</c>.</summary>
    public static torch.Tensor Batch(int[][] rows) => torch.cat([.. rows.Select(row => Batch(row))], 0);
}
