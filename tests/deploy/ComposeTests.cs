using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sgasa.Deploy.Tests.Support;
using Sgasa.Hosting.Security;

namespace Sgasa.Deploy.Tests;

/// <summary>The compose file: its settings are the services', and what it promises about rights and secrets holds.</summary>
public sealed partial class ComposeTests
{
    private static readonly string Path = Repository.In("docker-compose.yml");

    private static readonly string[] Services = ["coordinator", "synthesizer", "augmenter", "trainer", "evaluator"];

    private static readonly string[] Secrets = ["Password", "SharedSecret", "ApiKeys", "ConnectionString", "_PASS"];

    private static readonly JsonObject All = (JsonObject)StrictYaml.Read(Path)["services"]!;

    public static TheoryData<string> Names => [.. All.Select(s => s.Key)];

    public static TheoryData<string> Ours => [.. All.Select(s => s.Key).Where(s => ServiceOf(s) is not null)];

    [Fact]
    public void Compose_HasEachService_WithABrokerAndADatabase()
    {
        Ours.Select(s => ServiceOf(s.Data)!).Distinct().ShouldBe(Services, ignoreOrder: true);
        All.Select(s => ((string)s.Value!["image"]!).Split(':')[0]).ShouldContain("rabbitmq");
        All.Select(s => ((string)s.Value!["image"]!).Split(':')[0]).ShouldContain("mongo");
    }

    [Theory]
    [MemberData(nameof(Ours))]
    public void Settings_OfAService_AreItsOwn(string name)
    {
        var settings = Environment(name).ToDictionary(s => s.Key, s => Default().Replace(s.Value, "$1"));

        Settings.Faults(ServiceOf(name)!, settings.Where(s => s.Value.Length > 0)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Service_RunsWithoutRights(string name)
    {
        var service = All[name]!;

        ((bool?)service["read_only"]).ShouldBe(true);
        service["cap_drop"]!.AsArray().Select(c => (string)c!).ShouldBe(["ALL"]);
        service["security_opt"]!.AsArray().Select(c => (string)c!).ShouldContain("no-new-privileges:true");
        service["privileged"].ShouldBeNull();
        service["network_mode"].ShouldBeNull();
        ((string?)service["user"]).ShouldNotBe("root");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Service_EachPublishedPort_IsThisMachinesAlone(string name) =>
        (All[name]!["ports"]?.AsArray() ?? []).Select(p => (string)p!)
            .ShouldAllBe(p => p.StartsWith("127.0.0.1:", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Service_ItsImage_IsOfOneVersion(string name)
    {
        var image = Default().Replace((string)All[name]!["image"]!, "$1");

        image.Split(':').Length.ShouldBe(2);
        image.ShouldNotEndWith(":latest");
        if (ServiceOf(name) is null) image.Split(':')[1].ShouldContain(c => char.IsAsciiDigit(c));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Secrets_ThatAreWrittenDown_SayThatTheyAreForDevelopmentOnly(string name)
    {
        var secrets = Environment(name).Where(s => Secrets.Any(w => s.Key.Contains(w, StringComparison.Ordinal)));

        foreach (var (key, value) in secrets)
        {
            var written = Default().Matches(value).Single(m => m.Groups[1].Value.Length > 0).Groups[1].Value;
            written.ShouldStartWith(DevelopmentSecrets.Mark, customMessage: key);
        }
    }

    [Fact]
    public void Example_NamesEachVariableOfTheComposeFile_AndNoOther()
    {
        var used = Variable().Matches(File.ReadAllText(Path)).Select(m => m.Groups[1].Value).Distinct();

        var named = File.ReadAllLines(Repository.In(".env.example"))
            .Select(l => Assigned().Match(l)).Where(m => m.Success).Select(m => m.Groups[1].Value).Distinct();

        named.Except(["COMPOSE_PROFILES"]).ShouldBe(used, ignoreOrder: true);
    }

    [Fact]
    public void Page_EachVariable_IsOneOfTheComposeFile()
    {
        var used = Variable().Matches(File.ReadAllText(Path)).Select(m => m.Groups[1].Value);

        var named = Named().Matches(File.ReadAllText(Repository.In("docs/deployment.md"))).Select(m => m.Value).Distinct();

        named.ShouldBeSubsetOf(used);
    }

    [Fact]
    public void Images_InKubernetes_AreThoseThatComposeBuilds()
    {
        var built = All.Select(s => ((string)s.Value!["image"]!).Split(':')[0]).ToHashSet();

        foreach (var overlay in Overlays.Names)
        {
            Overlays.Of(overlay).Services.Values.SelectMany(p => p.Spec.Containers).Select(c => c.Image.Split(':')[0])
                .ShouldBeSubsetOf(built, overlay);
        }
    }

    /// <summary>The service behind a name: its own, or the argument that its image is built with.</summary>
    private static string? ServiceOf(string name) => (string?)All[name]!["build"]?["args"]?["SERVICE"];

    private static IEnumerable<KeyValuePair<string, string>> Environment(string name) =>
        (All[name]!["environment"]?.AsObject() ?? []).Select(e => KeyValuePair.Create(e.Key, e.Value?.ToString() ?? ""));

    [GeneratedRegex(@"\$\{[A-Z_]+:-([^}]*)\}")]
    private static partial Regex Default();

    [GeneratedRegex(@"\$\{([A-Z_]+)[:}]")]
    private static partial Regex Variable();

    [GeneratedRegex("SGASA_[A-Z_]+")]
    private static partial Regex Named();

    [GeneratedRegex("^#?([A-Z_]+)=")]
    private static partial Regex Assigned();
}
