namespace Sgasa.TinyWorld;

/// <summary>How a request is dressed.</summary>
public enum WorldFamily
{
    /// <summary>A bare request.</summary>
    Plain,

    /// <summary>Teaching material (after MaliciousEducator).</summary>
    Educator,

    /// <summary>A part to play (after WildJailbreak).</summary>
    RolePlay,

    /// <summary>Symbolic mathematics (after MathPrompt).</summary>
    MathPrompt,
}

/// <summary>Names of families as attack logs write them.</summary>
public static class WorldFamilies
{
    /// <summary>The three disguises.</summary>
    public static IReadOnlyList<WorldFamily> Disguises { get; } =
        [WorldFamily.Educator, WorldFamily.RolePlay, WorldFamily.MathPrompt];

    /// <summary>The family's name in logs and files.</summary>
    public static string LogName(this WorldFamily family) => family switch
    {
        WorldFamily.Plain => "plain",
        WorldFamily.Educator => "educator",
        WorldFamily.RolePlay => "roleplay",
        WorldFamily.MathPrompt => "mathprompt",
        _ => throw new ArgumentOutOfRangeException(nameof(family), family, "Unknown family."),
    };

    /// <summary>The family of that name, whatever its case, or null.</summary>
    public static WorldFamily? FromLogName(string name) =>
        Enum.GetValues<WorldFamily>().Where(f => f.LogName().Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(f => (WorldFamily?)f).FirstOrDefault();
}
