using Sgasa.Contracts;
using Sgasa.TinyWorld;

namespace Sgasa.Evaluator.Judging;

/// <summary>The tiny model's language world.</summary>
public sealed class TinyWorldOracle : IOracle
{
    /// <inheritdoc />
    public JudgeVerdict Judge(Label label, string prompt, string response) =>
        WorldOracle.Judge(label, prompt, response);
}
