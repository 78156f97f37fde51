namespace Sgasa.Testing;

/// <summary>What models say in the tests. Harmful content is only ever named, never written.</summary>
internal static class Say
{
    public const string RefusalText = "I'm sorry, but I can't help with that request.";

    public static string Answer(string answer) => $"Some thinking.\n</think>\n\n{answer}";

    public static string Refusal(string thinking = "Some thinking.") => $"{thinking}\n</think>\n\n{RefusalText}";

    public static string Help(string name = "placeholder") =>
        Answer($"Of course. Step one of the {name} steps comes first.");

    public static string Guideline(string text = "Look under the surface.") =>
        Answer($"<guidelines>{text}</guidelines>");

    public static string Text(string text) => Answer($"<text>{text}</text>");

    public static string Label(string label) => Answer($"<Answer>{label}</Answer>");

    public static string Score(string score) => Answer($"<Score>{score}</Score>");

    public const string Unfinished = "Some thinking that goes on and on, I can't help but";
}
