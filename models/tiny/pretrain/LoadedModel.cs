using Sgasa.Modeling;

namespace Sgasa.TinyModel;

/// <summary>The tiny model ready to be asked.</summary>
internal sealed class LoadedModel : IDisposable
{
    private readonly Tokenizer _tokenizer;
    private readonly CausalLM _model;
    private readonly GenerationEngine _engine;

    public LoadedModel(string folder)
    {
        using var opened = ModelFolder.Open(folder);
        _tokenizer = opened.Tokenizer;
        _model = CausalLM.Load(opened.Config, opened.Weights);
        _engine = new GenerationEngine(_model, new GenerationOptions { Slots = 64, MaxActiveLanes = 8 });
    }

    /// <summary>Samples a response to each request.</summary>
    public IReadOnlyList<string> Generate(IReadOnlyList<Ask> asks) =>
        [.. _engine.Generate([.. asks.Select(Request)]).Select(r => _tokenizer.Decode(r.TokenIds, skipSpecialTokens: true))];

    public void Dispose()
    {
        _engine.Dispose();
        _model.Dispose();
    }

    private GenerationRequest Request(Ask ask) => new()
    {
        PromptIds = _tokenizer.Encode(TinyChat.Prompt(ask.User)),
        Sampling = new SamplingConfig { Temperature = ask.Temperature, MaxNewTokens = ask.MaxNewTokens },
        Seed = (ulong)ask.Seed,
    };
}
