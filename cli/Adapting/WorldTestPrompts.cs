using Sgasa.AttackLogs;
using Sgasa.Contracts;
using Sgasa.TinyWorld;

namespace Sgasa.Cli.Adapting;

/// <summary>Test prompts of the tiny model's world for the families of a log: always the same ones.</summary>
internal static class WorldTestPrompts
{
    // Of the suite, not of the round: every round is tested on the same prompts.
    private const long SuiteSeed = 251_121_214;

    /// <summary>As many prompts of each label as asked for, spread evenly over the families.</summary>
    /// <param name="families">The logged prompts' families; any unknown or missing one stands for all three disguises.</param>
    /// <param name="perLabel">Prompts of each label.</param>
    public static IReadOnlyList<LoggedPrompt> For(IEnumerable<string> families, int perLabel)
    {
        var known = families.Select(WorldFamilies.FromLogName).Distinct().ToList();
        var tested = known.Contains(null) || known.Count == 0
            ? WorldFamilies.Disguises
            : [.. known.OfType<WorldFamily>().Order()];
        return
        [
            .. from label in Enum.GetValues<Label>()
               from part in tested.Select((family, i) => (Family: family, Count: Part(perLabel, tested.Count, i)))
               from prompt in WorldSuite.Prompts(part.Family, label, WorldSplit.Test, part.Count, SuiteSeed)
                   .Select((p, i) => Prompt(p, label, i))
               select prompt,
        ];
    }

    // The first parts are larger by one where it does not come out even.
    private static int Part(int whole, int parts, int index) => whole / parts + (index < whole % parts ? 1 : 0);

    private static LoggedPrompt Prompt(WorldPrompt prompt, Label label, int index) => new(
        $"world-{prompt.Family.LogName()}-{label.ToString().ToLowerInvariant()}-{index}",
        prompt.Text,
        label,
        prompt.Family.LogName(),
        Source: "tiny world",
        Line: index + 1);
}
