namespace Sgasa.Modeling.Tests.Chat;

public sealed class ChatTemplateTests
{
    [Fact]
    public void FromFolder_NoTemplate_SaysWhereItWasLookedFor()
    {
        using var folder = new TemporaryFolder();

        Should.Throw<ModelFormatException>(() => ChatTemplate.FromPretrained(folder.Path)).Message.ShouldBe(
            $"{folder.Path}: has no chat template, neither chat_template.jinja nor in tokenizer_config.json. "
            + "Use a model that was trained for chat.");
    }

    [Fact]
    public void FromFolder_SeveralTemplates_TakesTheDefaultOne()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["tokenizer_config.json"], """
            {"chat_template":[{"name":"tool_use","template":"tools"},{"name":"default","template":"{{ bos_token }}plain"}],
             "bos_token":{"__type":"AddedToken","content":"<s>"}}
            """);

        ChatTemplate.FromPretrained(folder.Path).Render([], false).ShouldBe("<s>plain");
    }

    [Fact]
    public void FromFolder_UnsupportedStatement_NamesFileAndLine()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["chat_template.jinja"], "a\n{% include 'x' %}");

        Should.Throw<ModelFormatException>(() => ChatTemplate.FromPretrained(folder.Path)).Message.ShouldBe(
            folder["chat_template.jinja"] + ", chat template line 2: the statement 'include' is not supported.");
    }

    [Fact]
    public void Render_FailingOperation_NamesTheLine()
    {
        var error = Should.Throw<ChatTemplateException>(
            () => ChatTemplate.Parse("\n{{ messages[0].content + 1 }}").Render([new ChatMessage("user", "x")], true));

        error.Line.ShouldBe(2);
        error.Message.ShouldContain("line 2: '+' does not work between a text and a whole number");
    }

    [Fact]
    public void Render_DateAskedFor_ComesFromTheClock()
    {
        var clock = new FixedClock(new DateTimeOffset(2025, 3, 4, 15, 6, 7, TimeSpan.Zero));

        var text = ChatTemplate.Parse("{{ strftime_now('%d %b %Y %H:%M:%S') }}", clock: clock).Render([], false);

        text.ShouldBe("04 Mar 2025 15:06:07");
    }

    [Theory]
    [InlineData("%-d %-m %-H %-I %-M %-S %-j", "4 3 15 3 6 7 63")]
    [InlineData("%e|%j|%u|%w|%p|%a|%A", " 4|063|2|2|PM|Tue|Tuesday")]
    [InlineData("%F %T|%D %R|%y|%z%Z|%f|%%", "2025-03-04 15:06:07|03/04/25 15:06|25||000000|%")]
    public void Render_DateInAnyFormat_IsAsPythonWritesIt(string format, string expected)
    {
        var clock = new FixedClock(new DateTimeOffset(2025, 3, 4, 15, 6, 7, TimeSpan.Zero));

        ChatTemplate.Parse($"{{{{ strftime_now('{format}') }}}}", clock: clock).Render([], false).ShouldBe(expected);
    }

    [Fact]
    public void Render_UnknownDateFormat_IsNamedWithItsLine()
    {
        Should.Throw<ChatTemplateException>(() => ChatTemplate.Parse("\n{{ strftime_now('%Q') }}").Render([], false))
            .Message.ShouldBe("the given text, chat template line 2: the time format '%Q' is not supported.");
    }

    [Fact]
    public void Render_ExtraVariables_AreConverted()
    {
        var extra = new Dictionary<string, object?>
        {
            ["a"] = 1,
            ["b"] = new[] { 1.5f },
            ["c"] = new Dictionary<string, object?> { ["k"] = true },
            ["d"] = null,
        };

        ChatTemplate.Parse("{{ [a, b, c, d] | tojson }}").Render([], false, extra).ShouldBe("""[1, [1.5], {"k": true}, null]""");
        Should.Throw<ArgumentException>(() => ChatTemplate.Parse("").Render(
            [], false, new Dictionary<string, object?> { ["x"] = new object() }));
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
