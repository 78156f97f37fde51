namespace Sgasa.Evaluator;

/// <summary>Keys of the samplers in the host's services.</summary>
internal static class Samplers
{
    /// <summary>The evaluator's own.</summary>
    public const string Generator = "evaluator";

    /// <summary>The one that asks the judge model.</summary>
    public const string Judge = "evaluator-judge";
}
