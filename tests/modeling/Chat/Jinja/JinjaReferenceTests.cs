using System.Text.Json;
using Sgasa.Modeling.Chat;
using Sgasa.Modeling.Chat.Jinja;
using Sgasa.Modeling.Chat.Jinja.Syntax;
using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Tests.Chat.Jinja;

/// <summary>Against the reference engine: <c>scripts/jinja-cases.py</c> made the cases.</summary>
public sealed class JinjaReferenceTests
{
    private static readonly JsonElement File = JsonDocument.Parse(System.IO.File.ReadAllBytes(
        Path.Combine(AppContext.BaseDirectory, "fixtures", "jinja", "cases.json"))).RootElement;

    private static readonly Dictionary<string, object?> Variables = File.GetProperty("variables").EnumerateObject()
        .ToDictionary(p => p.Name, p => ValueConversion.From(p.Value));

    public static TheoryData<string, string> Outputs => Cases("output");

    public static TheoryData<string, string> Errors => Cases("error");

    [Theory]
    [MemberData(nameof(Outputs))]
    public void Render_ReferenceTemplate_GivesTheSameText(string template, string output)
    {
        Render(template).ShouldBe(output);
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Render_TemplateThatTheReferenceRefuses_IsRefusedWithItsLine(string template, string reason)
    {
        Should.Throw<JinjaException>(() => Render(template), reason).Line.ShouldBe(1);
    }

    private static string Render(string template) =>
        Interpreter.Render(JinjaParser.Parse(template), Variables, TimeProvider.System);

    private static TheoryData<string, string> Cases(string kind)
    {
        var data = new TheoryData<string, string>();
        foreach (var golden in File.GetProperty("cases").EnumerateArray())
            if (golden.TryGetProperty(kind, out var value)) data.Add(golden.GetProperty("template").GetString()!, value.GetString()!);
        return data;
    }
}
