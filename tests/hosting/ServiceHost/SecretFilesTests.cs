using Microsoft.Extensions.Configuration;
using Sgasa.Contracts;

namespace Sgasa.Hosting.Tests.ServiceHost;

public sealed class SecretFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConfigurationManager _configuration = new();

    [Fact]
    public void AddSecretFiles_SettingNamesAFile_TakesItsTextWithoutTheLastLineBreak()
    {
        _configuration["Bus:Password_FILE"] = _folder.Write("password", " p w \r\n");

        _configuration.AddSecretFiles();

        _configuration["Bus:Password"].ShouldBe(" p w ");
    }

    [Fact]
    public void AddSecretFiles_FolderOfSecrets_TakesEachFileByItsName()
    {
        _folder.Write("Security__SharedSecret", "from the folder\n");
        _folder.Write("unrelated", "of somebody else");
        _configuration[SecretFiles.FolderKey] = _folder.Path;

        _configuration.AddSecretFiles();

        _configuration["Security:SharedSecret"].ShouldBe("from the folder");
        _configuration["unrelated"].ShouldBeNull();
    }

    [Fact]
    public void AddSecretFiles_SettingIsGivenTwice_NamesBoth()
    {
        _configuration["Bus:Password"] = "one";
        _configuration["Bus:Password_FILE"] = _folder.Write("password", "two");

        var fault = Should.Throw<UserErrorException>(_configuration.AddSecretFiles);

        fault.Message.ShouldBe("Bus:Password is given twice, by itself and as Bus:Password_FILE: keep one.");
    }

    [Fact]
    public void AddSecretFiles_FileIsMissing_NamesTheSetting()
    {
        _configuration["Store:ConnectionString_FILE"] = Path.Combine(_folder.Path, "none");

        var fault = Should.Throw<UserErrorException>(_configuration.AddSecretFiles);

        fault.Message.ShouldStartWith("Store:ConnectionString_FILE: ");
    }

    [Fact]
    public void AddSecretFiles_VariableOfTheSystem_IsLeftAlone()
    {
        _configuration["SSL_CERT_FILE"] = "/none";

        _configuration.AddSecretFiles();

        _configuration["SSL_CERT"].ShouldBeNull();
    }

    public void Dispose()
    {
        _configuration.Dispose();
        _folder.Dispose();
    }
}
