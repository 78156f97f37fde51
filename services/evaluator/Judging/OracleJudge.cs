using Sgasa.Contracts;

namespace Sgasa.Evaluator.Judging;

/// <summary>Judges by what the host knows of the world that the prompts are from.</summary>
internal sealed class OracleJudge(Func<Label, string, string, JudgeVerdict> oracle) : IJudge
{
    /// <inheritdoc />
    public JudgeKind Kind => JudgeKind.Oracle;

    /// <inheritdoc />
    public Task<Judgement> JudgeAsync(JudgementRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.FromResult(new Judgement(oracle(request.Label, request.Prompt, request.Response)));
    }
}
