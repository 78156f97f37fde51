using System.Security.Cryptography;
using System.Text.Json;
using Sgasa.Parity.Tests.Support;

namespace Sgasa.Parity.Tests;

/// <summary>
/// The library against what the reference implementation computed, for every model of the set that
/// <c>SGASA_PARITY_FIXTURES</c> names, or of the committed one.
/// </summary>
public sealed class ParityTests
{
    public static TheoryData<string> EachModel => [.. Fixtures.Models];

    public static MatrixTheoryData<string, string> EachCheck => new(Fixtures.Models, ParityChecks.All.Keys);

    [Theory, MemberData(nameof(EachCheck))]
    public void Model_GoldenFieldsOfOneKind_MatchTheReference(string model, string check)
    {
        Fixtures.Open(model).Outcome(check).ShouldBeNull();
    }

    [Theory, MemberData(nameof(EachModel))]
    public void Model_EveryGoldenField_IsLookedAtByACheck(string model)
    {
        var golden = Fixtures.Open(model);

        foreach (var check in ParityChecks.All.Keys) golden.Outcome(check);

        golden.Expected.Unread().ShouldBeEmpty();
        golden.Tensors.Unread().ShouldBeEmpty();
    }

    [Fact]
    public void Manifest_EveryFile_IsAsItWasMade()
    {
        var path = Path.Combine(Fixtures.Folder, "manifest.json");
        Assert.SkipUnless(File.Exists(path), "This set of fixtures has no manifest.");
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(path));

        foreach (var file in manifest.RootElement.GetProperty("files").EnumerateObject())
        {
            var bytes = File.ReadAllBytes(Path.Combine(Fixtures.Folder, file.Name));

            bytes.Length.ShouldBe(file.Value.GetProperty("bytes").GetInt32(), file.Name);
            Convert.ToHexStringLower(SHA256.HashData(bytes)).ShouldBe(file.Value.GetProperty("sha256").GetString(), file.Name);
        }
    }
}
