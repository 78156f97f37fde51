using Sgasa.AttackLogs;
using Sgasa.Contracts;
using Sgasa.TinyWorld;

namespace Sgasa.Cli.Adapting;

/// <summary>The oracle knows the tiny model's world and nothing else.</summary>
internal static class OracleCheck
{
    /// <exception cref="UserErrorException">The oracle would have to judge a prompt that it does not know.</exception>
    public static void ThrowIfUnknown(JudgeKind judge, LoggedPrompt prompt, string file)
    {
        if (judge != JudgeKind.Oracle || WorldOracle.LabelOf(prompt.Text) is { } label && label == prompt.Label) return;

        throw new UserErrorException(
            $"{file}:{prompt.Line}: the oracle knows no {prompt.Label.ToString().ToLowerInvariant()} prompt like this in the " +
            "tiny model's world. Give --judge rules or --judge model.");
    }
}
