using System.Text.RegularExpressions;
using Sgasa.Deploy.Tests.Support;

namespace Sgasa.Deploy.Tests;

/// <summary>The operating pages name settings, files and pages that are there.</summary>
public sealed partial class PageTests
{
    public static TheoryData<string> All => ["deployment.md", "kubernetes.md", "operations.md", "security.md"];

    [Theory]
    [MemberData(nameof(All))]
    public void Page_EachSetting_IsOneOfTheServices(string page)
    {
        var settings = Setting().Matches(TextOf(page)).Select(m => m.Groups[1].Value).Distinct().ToList();

        settings.ShouldNotBeEmpty();
        settings.ShouldAllBe(s => Settings.Has(s));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Page_EachFileOfTheRepository_IsThere(string page)
    {
        var links = Link().Matches(TextOf(page)).Select(m => "docs/" + m.Groups[1].Value);
        var files = File().Matches(TextOf(page)).Select(m => m.Groups[1].Value.TrimEnd('.'));

        foreach (var path in links.Concat(files).Select(Repository.In))
            (System.IO.File.Exists(path) || Directory.Exists(path) || path.Contains("/secrets/")).ShouldBeTrue(path);
    }

    private static string TextOf(string page) => System.IO.File.ReadAllText(Repository.In("docs/" + page));

    [GeneratedRegex("`([A-Z][a-z]+(?::[A-Z][A-Za-z]+)+)`")]
    private static partial Regex Setting();

    [GeneratedRegex(@"\]\(([a-z/.-]+\.md)[)#]")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w/.])((?:deploy|samples|tests)/[A-Za-z0-9./_-]+)")]
    private static partial Regex File();
}
