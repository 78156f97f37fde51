using Sgasa.Modeling;
using Sgasa.Trainer.Checkpoints;
using Sgasa.Trainer.Device;
using TorchSharp;

namespace Sgasa.Trainer.Model;

/// <summary>The one copy of the base model with all that belongs to it.</summary>
public sealed class LoadedModel : IGenerationLane
{
    /// <summary>The model folder's full path.</summary>
    public required string Folder { get; init; }

    /// <summary>The model folder's name.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder));

    /// <summary>SHA-256 that tells this base model from others.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Number of weights.</summary>
    public required long Parameters { get; init; }

    /// <summary>Where the model runs.</summary>
    public required string Device { get; init; }

    /// <summary>The architecture; its longest sequence is the one that this host allows.</summary>
    public required ModelConfig Config { get; init; }

    /// <summary>The tokenizer; safe for several threads.</summary>
    public required Tokenizer Tokenizer { get; init; }

    /// <summary>The chat template; safe for several threads.</summary>
    public required ChatTemplate Template { get; init; }

    /// <summary>The token that ends a training completion.</summary>
    public required int EndToken { get; init; }

    /// <summary>The weights; for the device thread only.</summary>
    public required CausalLM Weights { get; init; }

    /// <summary>The sampler; for the device thread only.</summary>
    public required GenerationEngine Engine { get; init; }

    /// <summary>The adapters in memory; for the device thread only.</summary>
    public required AdapterCache Adapters { get; init; }

    /// <summary>
    /// A user's request as the token ids that the model continues. Control tokens spelled in it are plain text: prompts come
    /// from attack logs, and must not end their own turn.
    /// </summary>
    /// <exception cref="ChatTemplateException">The template refuses it.</exception>
    public int[] Encode(IReadOnlyList<ChatMessage> messages) =>
        Template.Encode(Tokenizer, messages, addGenerationPrompt: true);

    /// <inheritdoc />
    public bool Step()
    {
        using var scope = torch.NewDisposeScope(); // what the step leaves over goes with it
        return Engine.Step();
    }

    /// <summary>Frees everything on the device.</summary>
    public void Dispose()
    {
        Adapters.Dispose();
        Engine.Dispose();
        Weights.Dispose();
    }
}
