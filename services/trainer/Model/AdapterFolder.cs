using Sgasa.Modeling;
using TorchSharp;

namespace Sgasa.Trainer.Model;

/// <summary>Reads adapters of the loaded model; PEFT's format.</summary>
internal static class AdapterFolder
{
    /// <summary>Name of the adapter's configuration.</summary>
    public const string ConfigName = "adapter_config.json";

    /// <summary>Loads an adapter; called from the device thread.</summary>
    /// <exception cref="ModelUnusableException">It is damaged, or made for another base model.</exception>
    public static LoraAdapter Load(string folder, ModelConfig config, string fingerprint, torch.Device device)
    {
        try
        {
            return PeftAdapter.Load(folder, config, fingerprint, device);
        }
        catch (ModelFormatException fault)
        {
            throw new ModelUnusableException(fault);
        }
    }
}
