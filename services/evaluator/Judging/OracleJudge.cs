namespace Sgasa.Evaluator.Judging;

/// <summary>Judges by what the world knows.</summary>
public sealed class OracleJudge(IOracle oracle) : IJudge
{
    /// <inheritdoc />
    public Task<Judgement> JudgeAsync(JudgementRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.FromResult(new Judgement(oracle.Judge(request.Label, request.Prompt, request.Response)));
    }
}
