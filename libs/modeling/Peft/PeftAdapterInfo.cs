namespace Sgasa.Modeling;

/// <summary>What an adapter folder says about itself.</summary>
/// <param name="Lora">Ranks, scaling and targets, and the dropout it was trained with.</param>
/// <param name="BaseModel">
/// The model it was trained on, as <c>base_model_name_or_path</c> has it; null where it says none.
/// </param>
/// <param name="Fingerprint">
/// That model's <see cref="ModelFolder.Fingerprint"/>; null in adapters from elsewhere.
/// </param>
public sealed record PeftAdapterInfo(LoraConfig Lora, string? BaseModel, string? Fingerprint);
