using System.Collections;
using System.Globalization;
using System.Text.Json;
using Sgasa.Modeling.Training;

namespace Sgasa.Modeling.Tests.Training;

/// <summary>docs/training.md lists every setting with its default.</summary>
public sealed class DefaultsTests
{
    [Fact]
    public void Training_EverySetting_IsListedWithItsDefault() => ShouldBeListed("Training", new SftConfig(), typeof(TrainingArguments));

    [Fact]
    public void Dpo_EverySettingOfItsOwn_IsListedWithItsDefault() => ShouldBeListed("DPO", new DpoConfig(), typeof(DpoConfig));

    [Fact]
    public void Dpo_LearningRate_IsTheListedOne() => Rows("DPO")["learning_rate"].ShouldBe("1e-5");

    [Fact]
    public void Lora_EverySetting_IsListedWithItsDefault() => ShouldBeListed("LoRA", new LoraConfig(), typeof(LoraConfig));

    private static void ShouldBeListed(string section, object defaults, Type declaring)
    {
        var rows = Rows(section);
        var settings = declaring.GetProperties().Where(p => p.DeclaringType == declaring && p.SetMethod is not null).ToList();

        settings.ShouldNotBeEmpty();
        foreach (var setting in settings)
        {
            var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(setting.Name);
            rows.ShouldContainKey(name);
            Same(rows[name], setting.GetValue(defaults)).ShouldBeTrue($"{name}: '{rows[name]}' is listed, {setting.GetValue(defaults)} it is");
        }
    }

    private static bool Same(string listed, object? value) => value switch
    {
        null => listed == "none",
        bool flag => listed == (flag ? "true" : "false"),
        Enum member => listed == JsonNamingPolicy.SnakeCaseLower.ConvertName(member.ToString()),
        string text => listed == text,
        IReadOnlyList<string> names => listed == "all linear" && names.SequenceEqual(LoraConfig.AllLinear),
        IEnumerable many => listed == "none" && !many.Cast<object>().Any(),
        _ => double.Parse(listed, CultureInfo.InvariantCulture).Equals(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
    };

    private static Dictionary<string, string> Rows(string section)
    {
        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "training.md"));
        var part = page.Split($"\n### {section}\n")[1].Split("\n### ")[0];
        return part.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(cells => cells[1].Split('`')[1], cells => cells[2]);
    }
}
