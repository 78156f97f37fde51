using System.Text.Json.Serialization;

namespace Sgasa.Contracts;

/// <summary>Which of the two trainings a pair is for, or a checkpoint came from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Stage>))]
public enum Stage
{
    /// <summary>Supervised fine-tuning on guideline-following responses (method, steps 5 and 6).</summary>
    Sft,

    /// <summary>Direct preference optimization with the SFT model as reference (method, steps 7 and 8).</summary>
    Dpo,
}
