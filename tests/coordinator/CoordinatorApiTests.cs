using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sgasa.Artifacts;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Coordinator.Rounds;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;

namespace Sgasa.Coordinator.Tests;

/// <summary>The HTTP API, over the loopback interface.</summary>
public sealed class CoordinatorApiTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sgasa-").FullName;
    private readonly HttpClient _client = new();
    private WebApplication _app = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services
            .AddRouting()
            .AddSgasaDefaults()
            .AddSqliteStores(Path.Combine(_folder, "sgasa.db"))
            .AddSgasaBus(static _ => { }, bus => bus.AddCoordinatorConsumers())
            .AddCoordinator();
        _app = builder.Build();
        _app.MapCoordinator();
        await _app.StartAsync(Ct);
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        _client.BaseAddress = new Uri(addresses.ShouldNotBeNull().Addresses.Single());
    }

    [Fact]
    public async Task Get_Rounds_ListsThem()
    {
        var id = await _app.Services.GetRequiredService<IRoundService>().StartAsync(Some.Request(), Ct);

        var rounds = await GetAsync("/rounds");

        rounds.GetArrayLength().ShouldBe(1);
        rounds[0].GetProperty("id").GetString().ShouldBe(id);
        rounds[0].GetProperty("status").GetString().ShouldBe("Running");
        rounds[0].GetProperty("source").GetString().ShouldBe("log.jsonl");
    }

    [Fact]
    public async Task Get_Round_ShowsItsStagesAndRecipe()
    {
        var id = await _app.Services.GetRequiredService<IRoundService>().StartAsync(Some.Request(), Ct);

        var round = await GetAsync("/rounds/" + id);

        round.GetProperty("specification").GetProperty("recipe").GetProperty("guidelines").GetProperty("count").GetInt32()
            .ShouldBe(2);
        round.GetProperty("progress").GetProperty("stages")[0].GetProperty("state").GetString().ShouldBe("Running");
    }

    [Fact]
    public async Task Get_UnknownRound_IsNotFound()
    {
        using var response = await _client.GetAsync(new Uri("/rounds/r-none", UriKind.Relative), Ct);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var document = JsonDocument.Parse(await _client.GetStringAsync(new Uri(path, UriKind.Relative), Ct));
        return document.RootElement.Clone();
    }
}
