using CsCheck;
using Sgasa.Modeling.Chat.Jinja;
using Sgasa.Modeling.Chat.Jinja.Syntax;
using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Tests.Chat.Jinja;

/// <summary>A template comes from anywhere: it must end, soon, and can fail in one way only.</summary>
public sealed class JinjaBoundsTests
{
    [Theory]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "runs too long")]
    [InlineData("{% for a in range(9999999999) %}{% endfor %}", "is too long")]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "recurses too deeply")]
    [InlineData("{{ 'x' * 999999999999 }}", "is too long")]
    [InlineData("{{ [0] * 999999999 }}", "is too long")]
    [InlineData("{% set ns = namespace(s='xx') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}", "is too long")]
    [InlineData("{% set ns = namespace(l=[0]) %}{% for i in range(99) %}{% set ns.l = ns.l + ns.l %}{% endfor %}", "is too long")]
    [InlineData("{% set ns = namespace(l=[]) %}{% for i in range(49) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}", "is too long")]
    [InlineData("{% set ns = namespace(l=[]) %}{% for i in range(49) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l | tojson }}", "is too long")]
    [InlineData("{% set a = namespace(l=[], m=[]) %}{% for i in range(49) %}{% set a.l = [a.l, a.l] %}{% set a.m = [a.m, a.m] %}{% endfor %}{{ a.l == a.m }}", "runs too long")]
    [InlineData("{% set ns = namespace(l=[]) %}{% for i in range(999) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}", "nests too deeply")]
    [InlineData("{% for i in range(99) %}{% for j in range(99) %}{{ 'x' * 99999 }}{% endfor %}{% endfor %}", "is too long")]
    [InlineData("{{ ('x' * 9999999).replace('x', 'yyyy') }}", "is too long")]
    [InlineData("{{ ('x ' * 999999).split() }}", "more than 200000 parts")]
    [InlineData("{{ 10 ** 99 }}", "too large")]
    [InlineData("{{ 9223372036854775807 + 1 }}", "too large")]
    [InlineData("{{ -9223372036854775807 - 2 }}", "too large")]
    [InlineData("{{ 99999999999999999999 }}", "too large")]
    [InlineData("{{ (-9223372036854775807 - 1) // -1 }}", "too large")]
    public void Render_TemplateWithoutMeasure_IsStopped(string template, string message)
    {
        var error = Should.Throw<JinjaException>(() => Render(template));

        error.Message.ShouldContain(message);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("[")]
    [InlineData("not ")]
    [InlineData("-")]
    [InlineData("{'a': ")]
    [InlineData("1 if 1 else ")]
    public void Parse_DeeplyNestedExpression_IsRefused(string opening)
    {
        var template = "{{ " + string.Concat(Enumerable.Repeat(opening, 50_000)) + "1 }}";

        Should.Throw<JinjaException>(() => JinjaParser.Parse(template));
    }

    [Theory]
    [InlineData("{{ [] * 9223372036854775807 }}")]
    [InlineData("{{ [] * 2147483647 }}")]
    [InlineData("{{ [0] * -9223372036854775807 }}")]
    public void Render_NothingRepeated_IsNothingAtOnce(string template) => Render(template).ShouldBe("[]");

    [Fact]
    public void Render_LongChainOfOperators_IsRefusedWithoutExhaustingTheStack()
    {
        var template = "{{ 1" + string.Concat(Enumerable.Repeat(" + 1", 50_000)) + " }}";

        Should.Throw<JinjaException>(() => Render(template)).Message.ShouldContain("too deeply");
    }

    [Theory]
    [InlineData("x\n\n{% include 'a' %}", 3, "the statement 'include' is not supported")]
    [InlineData("{% import 'a' as b %}", 1, "'import' is not supported")]
    [InlineData("\n{% for a in b recursive %}{% endfor %}", 2, "a recursive loop is not supported")]
    [InlineData("{{ f(*a, *b) }}", 1, "found '*' where")]
    [InlineData("{% call x %}{% endcall %}", 1, "'call' wants a call of a macro")]
    [InlineData("{{ a\n | xmlattr }}", 2, "the filter 'xmlattr' is not supported")]
    [InlineData("{{ a is\n\n escaped }}", 3, "the test 'escaped' is not supported")]
    [InlineData("{% break %}", 1, "'break' outside a loop")]
    public void Parse_UnsupportedConstruct_IsNamedWithItsLine(string template, int line, string message)
    {
        var error = Should.Throw<JinjaException>(() => JinjaParser.Parse(template));

        error.Message.ShouldContain(message);
        error.Line.ShouldBe(line);
    }

    [Fact]
    public void Render_FailureInALaterLine_NamesThatLine()
    {
        Should.Throw<JinjaException>(() => Render("a\n{% if true %}\n{{ 1 +\n 'b' }}{% endif %}")).Line.ShouldBe(4);
    }

    [Fact]
    public void Render_AnySequenceOfPieces_EndsInTextOrInItsOwnException()
    {
        string[] pieces =
        [
            "{{", "}}", "{%", "%}", "{#", "#}", "-", "+", "%", "{", "}", "(", ")", "[", "]", "'", "\"", "\\", "\n", " ", " ", ".", ",", ":",
            "|", "~", "*", "**", "/", "//", "==", "<", "=", "1", "0", "2.5", "'a'", "x", "l", "d", "ns", " if ", " else ", " elif ",
            " endif ", " for ", " in ", " endfor ", " set ", " endset ", " macro ", " endmacro ", "f()", " raw ", " endraw ", " is ", " not ",
            " and ", " or ", " loop.index ", " break ", " continue ", " none ", " true ", " trim ", " join ", " map ", " tojson ",
            " length ", " defined ", " range(3) ", " namespace(a=1) ", ".split()", "é", "\uD83D", "{% if x %}", "{% endif %}",
            "{% for a in l %}", "{% endfor %}", "{{ x }}", "{% set x = 1 %}", "{% macro f() %}", "{% endmacro %}",
        ];

        OneOf(pieces).Array[0, 25].Select(chosen => string.Concat(chosen)).Sample(
            template =>
            {
                try
                {
                    Render(template);
                }
                catch (JinjaException e)
                {
                    e.Line.ShouldBeGreaterThan(0);
                }
            },
            iter: 2_000);
    }

    [Fact]
    public void Render_AnyExpression_EndsInTextOrInItsOwnException()
    {
        var atom = OneOf(
            "1", "0", "-1", "2.5", "'a b'", "''", "none", "true", "x", "l", "d", "ns", "q", "[]", "{}", "(1, 2)", "9223372036854775807");
        var tail = OneOf(
            "", ".a", "['a']", "[0]", "[-1]", "[1:]", "[::-1]", "[:1:2]", "()", "|length", "|first", "|join(',')", "|sort", "|map('upper')",
            "|map(attribute='a')|list", "|tojson", "|int", "|float", "|round(1)", "|replace('a', 'b')", "|default(1, true)", "|unique",
            "|max", "|sum", "|dictsort", "|items", "|indent(2)", "|selectattr('a')|list", "|reverse", "|string", "|title", ".split('a')",
            ".strip()", ".items()", ".get('a')", ".upper()", ".replace('a', '', 1)", ".join(l)", ".find('a')", ".rsplit(none, 1)",
            " is defined", " is odd", " is divisibleby(0)", " is in l", " is string", "|batch(2)", "[9223372036854775807:]",
            "[::9223372036854775807]", "[:-9223372036854775807:-9223372036854775807]", "|format(1)", "|abs", "|wordcount", "|list");
        var operation = OneOf(
            " + ", " - ", " * ", " / ", " // ", " % ", " ** ", " ~ ", " == ", " < ", " in ", " not in ", " and ", " or ", " if x else ");

        Gen.Select(atom, tail, tail, operation, atom, tail, (a, b, c, o, d, e) => $"{{{{ {a}{b}{c}{o}{d}{e} }}}}").Sample(
            template =>
            {
                try
                {
                    Render(template);
                }
                catch (JinjaException e)
                {
                    e.Line.ShouldBe(1);
                }
            },
            iter: 2_000);
    }

    private static Gen<string> OneOf(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    private static string Render(string template)
    {
        var dict = new DictValue();
        dict.Put("a", new List<object?> { 1L, "b" });
        Dictionary<string, object?> variables = new()
        {
            ["x"] = "xa",
            ["l"] = new List<object?> { 1L, "b", null, dict },
            ["d"] = dict,
            ["ns"] = new NamespaceValue(),
        };
        return Interpreter.Render(JinjaParser.Parse(template), variables, TimeProvider.System);
    }
}
