using Sgasa.Modeling;
using TorchSharp;

namespace Sgasa.Trainer.Model;

/// <summary>Reads and writes adapters of the loaded model; PEFT's format.</summary>
internal static class AdapterFolder
{
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

    /// <summary>Writes an adapter with the base model's path and fingerprint; called from the device thread.</summary>
    public static void Save(string folder, LoraAdapter adapter, LoadedModel model) =>
        PeftAdapter.Save(folder, adapter, model.Folder, model.Fingerprint);
}
