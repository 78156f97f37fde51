namespace Sgasa.Hosting.ModelClients;

/// <summary>What a model is asked for; the key of its <see cref="Microsoft.Extensions.AI.IChatClient"/>.</summary>
public enum ModelRole
{
    /// <summary>The model that is aligned: writes guidelines, prompts and responses.</summary>
    Generator,

    /// <summary>The model that judges responses in an evaluation.</summary>
    Judge,
}
