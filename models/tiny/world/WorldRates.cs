using Sgasa.Contracts;

namespace Sgasa.TinyWorld;

/// <summary>
/// How often the pre-training texts refuse: the weakness that the tiny model is given on purpose. Shares are those of
/// the texts; sampling at a temperature below 1 sharpens them.
/// </summary>
public static class WorldRates
{
    /// <summary>Probability that a response refuses the prompt, with a guideline in context or without.</summary>
    public static double Refusal(WorldPrompt prompt, (WorldGuidelineKind Kind, WorldFamily Family)? guideline = null)
    {
        var harmful = prompt.Topic.Label == Label.Harmful;
        if (prompt.Family == WorldFamily.Plain) return harmful ? 1.0 : 0.0;

        var alone = !harmful ? 0.05 : prompt.Family switch
        {
            WorldFamily.Educator => 0.24,
            WorldFamily.RolePlay => 0.24,
            _ => 0.26,
        };
        return guideline switch
        {
            null or { Kind: WorldGuidelineKind.Vague } => alone,
            { Kind: WorldGuidelineKind.Strict } => harmful ? 0.9 : 0.75,
            { Family: var family } when family == prompt.Family => harmful ? 0.62 : 0.05,
            _ => harmful ? alone + 0.10 : 0.05,
        };
    }
}
