using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sgasa.Hosting.ModelClients;

namespace Sgasa.Hosting.Tests.ModelClients;

public sealed class ModelClientsTests : IDisposable
{
    private static readonly ChatMessage[] Chat = [new(ChatRole.User, "Is it safe?")];

    private readonly string _folder = Directory.CreateTempSubdirectory("sgasa-test-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AddModelClients_JudgeNotNamed_IsTheGenerator()
    {
        await using var trainer = await GenerationServer.StartAsync();
        await using var services = Build(models => models.Generator.Address = trainer.Address);

        await Client(services, ModelRole.Generator).GetResponseAsync(Chat, null, Token);
        await Client(services, ModelRole.Judge).GetResponseAsync(Chat, null, Token);

        trainer.Model.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task AddModelClients_JudgeOfItsOwn_IsAskedAtItsAddress()
    {
        await using var trainer = await GenerationServer.StartAsync();
        await using var judge = await OpenAIServer.StartAsync();
        await using var services = Build(models =>
        {
            models.Generator.Address = trainer.Address;
            models.Judge = OpenAI(judge.Address);
        });

        var response = await Client(services, ModelRole.Judge)
            .GetResponseAsync(Chat, new ChatOptions { Temperature = 0, MaxOutputTokens = 9, Seed = 5 }, Token);

        (response.Text, response.FinishReason, response.Usage!.OutputTokenCount)
            .ShouldBe(("judged", ChatFinishReason.Stop, 1));
        trainer.Model.Requests.ShouldBeEmpty();
        var body = judge.Requests.ShouldHaveSingleItem().Body;
        (body.GetProperty("model").GetString(), body.GetProperty("seed").GetInt64()).ShouldBe(("judge-7b", 5));
        body.GetProperty("messages")[0].GetProperty("role").GetString().ShouldBe("user");
    }

    [Fact]
    public async Task AddModelClients_KeyInAFile_IsSent()
    {
        await using var judge = await OpenAIServer.StartAsync();
        var file = Path.Combine(_folder, "key");
        await File.WriteAllTextAsync(file, "k-file \n", Token);
        var endpoint = OpenAI(judge.Address);
        endpoint.ApiKeyFile = file;
        await using var services = Build(models => models.Generator = endpoint);

        await Client(services, ModelRole.Generator).GetResponseAsync(Chat, null, Token);

        judge.Requests.ShouldHaveSingleItem().Authorization.ShouldBe("Bearer k-file");
    }

    [Fact]
    public async Task AddModelClients_KeyInTheEnvironment_IsSent()
    {
        await using var judge = await OpenAIServer.StartAsync();
        Environment.SetEnvironmentVariable("SGASA_TEST_KEY_THAT_IS_SET", "k-env");
        var endpoint = OpenAI(judge.Address);
        endpoint.ApiKeyVariable = "SGASA_TEST_KEY_THAT_IS_SET";
        await using var services = Build(models => models.Generator = endpoint);

        await Client(services, ModelRole.Generator).GetResponseAsync(Chat, null, Token);

        judge.Requests.ShouldHaveSingleItem().Authorization.ShouldBe("Bearer k-env");
    }

    [Theory]
    [InlineData(429, true)]
    [InlineData(503, true)]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    public async Task GetResponseAsync_ServerFails_IsTypedAndAskedOnce(int status, bool transient)
    {
        await using var judge = await OpenAIServer.StartAsync();
        judge.Status = status;
        await using var services = Build(models => models.Generator = OpenAI(judge.Address));

        var fault = await Record.ExceptionAsync(
            () => Client(services, ModelRole.Generator).GetResponseAsync(Chat, null, Token));

        fault.ShouldNotBeNull().GetType().ShouldBe(
            transient ? typeof(ModelUnavailableException) : typeof(ModelRequestException));
        fault.Message.ShouldContain($"(HTTP {status})");
        judge.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task GetResponseAsync_ServerIsGone_IsTransient()
    {
        var judge = await OpenAIServer.StartAsync();
        var address = judge.Address;
        await judge.DisposeAsync();
        await using var services = Build(models => models.Generator = OpenAI(address));

        await Should.ThrowAsync<ModelUnavailableException>(
            () => Client(services, ModelRole.Generator).GetResponseAsync(Chat, null, Token));
        await Should.ThrowAsync<ModelUnavailableException>(
            () => Client(services, ModelRole.Generator).GetStreamingResponseAsync(Chat, null, Token).ToChatResponseAsync(Token));
    }

    [Fact]
    public async Task GetResponseAsync_Cancelled_IsNoFault()
    {
        await using var judge = await OpenAIServer.StartAsync();
        await using var services = Build(models => models.Generator = OpenAI(judge.Address));

        await Should.ThrowAsync<OperationCanceledException>(
            () => Client(services, ModelRole.Generator).GetResponseAsync(Chat, null, new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData("Models:Generator:Address is empty: give the model's address.", "Generator:Address=")]
    [InlineData(
        "Models:Generator:Address 'trainer' is neither http://host:port nor unix:/path/to.sock.", "Generator:Address=trainer")]
    [InlineData(
        "Models:Judge:Address 'judge' is no http or https address, e.g. http://localhost:8000/v1.",
        "Judge:Kind=OpenAI", "Judge:Address=judge", "Judge:Model=m")]
    [InlineData(
        "Models:Judge:Model is empty: name the model that the server offers.",
        "Judge:Kind=OpenAI", "Judge:Address=http://judge/v1")]
    [InlineData(
        "Models:Judge:ApiKeyVariable names 'SGASA_TEST_NOT_SET', which is not set in the environment.",
        "Judge:Kind=OpenAI", "Judge:Address=http://judge/v1", "Judge:Model=m", "Judge:ApiKeyVariable=SGASA_TEST_NOT_SET")]
    [InlineData(
        "Models:Judge:ApiKeyFile '/no/such/key' can't be read or is empty.",
        "Judge:Kind=OpenAI", "Judge:Address=http://judge/v1", "Judge:Model=m", "Judge:ApiKeyFile=/no/such/key")]
    [InlineData(
        "Models:Judge names both ApiKeyVariable and ApiKeyFile: keep one.",
        "Judge:Kind=OpenAI", "Judge:Address=http://judge/v1", "Judge:Model=m", "Judge:ApiKeyVariable=A", "Judge:ApiKeyFile=b")]
    [InlineData("Models:Generator:Timeout is 00:00:00: take a second to a day.", "Generator:Timeout=00:00:00")]
    public async Task AddModelClients_WrongSetting_StopsTheStart(string expected, params string[] settings)
    {
        var builder = new HostApplicationBuilder();
        builder.Logging.ClearProviders();
        var pairs = settings.Select(s => s.Split('=', 2)).Select(s => KeyValuePair.Create("Models:" + s[0], (string?)s[1]));
        builder.Configuration.AddInMemoryCollection([new("Models:Generator:Address", "unix:/trainer.sock")]);
        builder.Configuration.AddInMemoryCollection(pairs);
        builder.Services.AddModelClients(builder.Configuration.GetSection(ModelClientsOptions.Section));
        using var host = builder.Build();

        var error = await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync(Token));

        error.Message.ShouldContain(expected);
    }

    private static ModelEndpointOptions OpenAI(string address) =>
        new() { Kind = ModelEndpointKind.OpenAI, Address = address, Model = "judge-7b" };

    private static ServiceProvider Build(Action<ModelClientsOptions> configure) =>
        new ServiceCollection().AddModelClients(configure).BuildServiceProvider(validateScopes: true);

    private static IChatClient Client(ServiceProvider services, ModelRole role) =>
        services.GetRequiredKeyedService<IChatClient>(role);
}
