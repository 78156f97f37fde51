using System.Security.Cryptography;
using System.Text.Json;
using Sgasa.Modeling;
using Sgasa.Parity.Tests.Support;

namespace Sgasa.Parity.Tests;

/// <summary>
/// The library against what the reference implementation computed, for every model of the sets that
/// <c>SGASA_PARITY_FIXTURES</c> names, or of the committed one.
/// </summary>
public sealed class ParityTests
{
    public static TheoryData<string> EachModel => [.. Fixtures.Models];

    public static TheoryData<string> EachFolder => [.. Fixtures.Folders];

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
    public void Model_FamilyNotSupportedYet_IsRefusedByName()
    {
        ModelFamilies.Names.Intersect(Fixtures.NotSupportedYet).ShouldBeEmpty("take it off the list");

        foreach (var model in Fixtures.Refused)
        {
            Should.Throw<ModelFormatException>(() => ModelFolder.Open(Path.Combine(Fixtures.PathOf(model), "model")), model)
                .Message.ShouldContain("is not supported", Case.Sensitive, model);
        }
    }

    [Theory, MemberData(nameof(EachFolder))]
    public void Manifest_EveryFile_IsAsItWasMade(string folder)
    {
        var path = Path.Combine(folder, "manifest.json");
        Assert.SkipUnless(File.Exists(path), "This set of fixtures has no manifest.");
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(path));

        foreach (var file in manifest.RootElement.GetProperty("files").EnumerateObject())
        {
            var bytes = File.ReadAllBytes(Path.Combine(folder, file.Name));

            bytes.Length.ShouldBe(file.Value.GetProperty("bytes").GetInt32(), file.Name);
            Convert.ToHexStringLower(SHA256.HashData(bytes)).ShouldBe(file.Value.GetProperty("sha256").GetString(), file.Name);
        }
    }
}
