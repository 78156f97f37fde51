namespace Sgasa.AttackLogs;

/// <summary>How much of a log a round works with.</summary>
public static class LogSample
{
    /// <summary>Most prompts of a label that a round takes from its logs.</summary>
    public const int PerLabel = 1_000;

    /// <summary>The part of a log that a round works with; the log itself where it is small enough.</summary>
    public static IReadOnlyList<LoggedPrompt> Of(IReadOnlyList<LoggedPrompt> log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var sampler = new LogSampler<LoggedPrompt>();
        foreach (var prompt in log) sampler.Add(prompt.Label, prompt.Text, prompt);
        return sampler.Kept();
    }
}
