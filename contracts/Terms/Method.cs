using System.Text.Json.Serialization;

namespace Sgasa.Contracts;

/// <summary>The compared methods of the paper's Table 1 that a round evaluates.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Method>))]
public enum Method
{
    /// <summary>The parent checkpoint as it is.</summary>
    Vanilla,

    /// <summary>A verified guideline in the context, no training.</summary>
    Context,

    /// <summary>The checkpoint after SFT.</summary>
    Sft,

    /// <summary>The checkpoint after SFT and DPO.</summary>
    Dpo,
}

/// <summary>How methods are shown.</summary>
public static class MethodNames
{
    /// <summary>The method's name as the paper's tables print it.</summary>
    public static string DisplayName(this Method method) => method switch
    {
        Method.Vanilla => "Vanilla",
        Method.Context => "SGASA (Context)",
        Method.Sft => "SGASA (SFT)",
        Method.Dpo => "SGASA (DPO)",
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Unknown method."),
    };
}
