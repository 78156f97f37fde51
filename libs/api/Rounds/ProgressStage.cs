using System.Text.Json.Serialization;

namespace Sgasa.Api.Rounds;

/// <summary>The stages of a round, in order.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProgressStage>))]
public enum ProgressStage
{
    /// <summary>Guidelines written and verified.</summary>
    Guidelines,

    /// <summary>Prompts written and filtered.</summary>
    Prompts,

    /// <summary>SFT pairs built.</summary>
    SftPairs,

    /// <summary>SFT steps.</summary>
    Sft,

    /// <summary>Preference pairs built.</summary>
    DpoPairs,

    /// <summary>DPO steps.</summary>
    Dpo,

    /// <summary>Responses judged, over all four methods.</summary>
    Evaluation,
}
