using System.Collections;
using System.Runtime.CompilerServices;

namespace Sgasa.Modeling.Chat.Jinja.Values;

/// <summary>
/// Bounds on one rendering: a template comes with a model, from anywhere, and must not stall or exhaust its host.
/// </summary>
internal sealed class Budget
{
    /// <summary>Longest text that any operation may make, in UTF-16 units.</summary>
    public const int MaxText = 8 << 20;

    /// <summary>Most elements in a list.</summary>
    public const int MaxItems = 200_000;

    private const long MaxSteps = 3_000_000;
    private const int MaxDepth = 250;
    private const int CharactersMadePerStep = 16;
    private const int CharactersReadPerStep = 256;
    private const int ItemsReadPerStep = 16;
    private long _steps;
    private int _depth;

    /// <summary>Makes a fresh budget.</summary>
    public Budget() => Equality = new ValueEquality(this);

    /// <summary>Comparison that counts what it does.</summary>
    public ValueEquality Equality { get; }

    /// <summary>Counts one operation.</summary>
    public void Step()
    {
        if (++_steps > MaxSteps) throw new JinjaException("the template runs too long");
    }

    /// <summary>Counts a value that an operation is about to read.</summary>
    public object? Read(object? value)
    {
        if (value is string text) _steps += text.Length / CharactersReadPerStep;
        else if (value is ICollection items) _steps += items.Count / ItemsReadPerStep;
        Step();
        return value;
    }

    /// <summary>Counts a text that was made.</summary>
    public string Text(string text)
    {
        CheckText(text.Length);
        _steps += text.Length / CharactersMadePerStep;
        Step();
        return text;
    }

    /// <summary>Counts a list that was made.</summary>
    public void Items(long count)
    {
        if (count > MaxItems) throw new JinjaException($"a list of {count} elements is too long");
        _steps += count;
        Step();
    }

    /// <summary>Refuses a text before it is made.</summary>
    public static void CheckText(long length)
    {
        if (length > MaxText) throw new JinjaException($"a text of {length} characters is too long");
    }

    /// <summary>
    /// Goes one level deeper into expressions, statements or macros; every call is paired with <see cref="Leave"/>.
    /// </summary>
    public void Enter()
    {
        if (++_depth > MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new JinjaException("the template nests or recurses too deeply");
        Step();
    }

    /// <summary>Comes back up.</summary>
    public void Leave() => _depth--;
}
