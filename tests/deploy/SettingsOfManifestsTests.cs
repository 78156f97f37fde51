using Sgasa.Deploy.Tests.Support;

namespace Sgasa.Deploy.Tests;

/// <summary>Every setting in the manifests is one that the service has.</summary>
public sealed class SettingsOfManifestsTests
{
    public static TheoryData<string, string> Services =>
        [.. Overlays.Names.SelectMany(o => Overlays.Of(o).Services.Keys.Select(s => (o, s)))];

    [Theory]
    [MemberData(nameof(Services))]
    public void Settings_OfAService_AreItsOwn(string overlay, string service)
    {
        var settings = Overlays.Of(overlay).SettingsOf(service);

        Settings.Faults(service, settings).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Secrets_OfAService_AreItsOwnSettings(string overlay, string service)
    {
        var secrets = Overlays.Of(overlay).SecretsOf(service);

        Settings.Faults(service, secrets.Where(s => s.Contains("__", StringComparison.Ordinal))
            .Select(s => KeyValuePair.Create(s, new string('x', 48)))).ShouldBeEmpty();
        foreach (var needed in new[] { "Bus__Username", "Bus__Password", "Store__ConnectionString", "Security__SharedSecret" })
            secrets.ShouldContain(needed);
        secrets.Contains("Api__ApiKeys__0").ShouldBe(service == "coordinator");
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Files_ThatSettingsName_AreMounted(string overlay, string service)
    {
        var pod = Overlays.Of(overlay).Services[service].Spec;
        var secrets = Overlays.Of(overlay).SecretsOf(service).Select(s => "/run/secrets/" + s).ToList();
        var mounts = pod.Containers.Single().VolumeMounts.Select(m => m.MountPath + "/").Where(m => m != "/run/secrets/");

        var files = Overlays.Of(overlay).SettingsOf(service)
            .Where(s => s.Key.EndsWith("File", StringComparison.Ordinal) || s.Key.EndsWith("Folder", StringComparison.Ordinal));

        foreach (var (key, path) in files)
            (secrets.Contains(path) || mounts.Any((path + "/").StartsWith)).ShouldBeTrue($"{key}={path}");
    }
}
