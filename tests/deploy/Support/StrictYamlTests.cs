namespace Sgasa.Deploy.Tests.Support;

public sealed class StrictYamlTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sgasa-yaml");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Read_ScalarsOfAllKinds_HaveTheirTypes()
    {
        var path = Written("a: 1\nb: \"1\"\nc: true\nd: 0440\ne: 1.5\nf: 0.1.0\ng:\nh: 100m\n");

        var json = StrictYaml.Read(path).ToJsonString();

        json.ShouldBe("""{"a":1,"b":"1","c":true,"d":288,"e":1.5,"f":"0.1.0","g":null,"h":"100m"}""");
    }

    [Fact]
    public void Read_MergedMapping_GivesWayToWhatIsSaidThere()
    {
        var path = Written("base: &base\n  a: 1\n  b: 2\nown:\n  <<: *base\n  b: 3\n");

        var json = StrictYaml.Read(path)["own"]!.ToJsonString();

        json.ShouldBe("""{"b":3,"a":1}""");
    }

    [Theory]
    [InlineData("a: 1\na: 2\n")]
    [InlineData("a:\n  b: 1\n  b: 1\n")]
    [InlineData("a: yes\n")]
    [InlineData("a: 12:30\n")]
    [InlineData("a: !!binary aGk=\n")]
    [InlineData("- a\n")]
    [InlineData("a: [1\n")]
    public void Read_WhatCouldBeTakenOtherwise_IsRefused(string yaml)
    {
        var path = Written(yaml);

        Should.Throw<InvalidDataException>(() => StrictYaml.Read(path));
    }

    private string Written(string yaml)
    {
        var path = Path.Combine(_folder.FullName, "a.yaml");
        File.WriteAllText(path, yaml);
        return path;
    }
}
