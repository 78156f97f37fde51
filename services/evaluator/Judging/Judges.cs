using Sgasa.Contracts;

namespace Sgasa.Evaluator.Judging;

/// <summary>The judges there are: every public one of this project, and those that the host plugs in.</summary>
public sealed class Judges(IEnumerable<IJudge> judges)
{
    private readonly Dictionary<JudgeKind, IJudge> _judges = judges.ToDictionary(j => j.Kind);

    /// <summary>The judge of that kind.</summary>
    /// <exception cref="UserErrorException">This host has none.</exception>
    public IJudge For(JudgeKind kind) => _judges.GetValueOrDefault(kind) ?? throw new UserErrorException(
        $"This evaluator has no judge of the kind {kind}, but {string.Join(", ", _judges.Keys.Order())}: choose one of these.");
}
