using Sgasa.Contracts;

namespace Sgasa.Evaluator.Judging;

/// <summary>A world in which the right answer to each prompt is known.</summary>
public interface IOracle
{
    /// <summary>The verdict on a whole response, thinking and answer.</summary>
    JudgeVerdict Judge(Label label, string prompt, string response);
}
