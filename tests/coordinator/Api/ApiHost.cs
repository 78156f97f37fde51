using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sgasa.Api.Deployments;
using Sgasa.Artifacts;
using Sgasa.Artifacts.Files;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Coordinator.Api.Endpoints;
using Sgasa.Coordinator.Tests.Consumers;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;

namespace Sgasa.Coordinator.Tests.Api;

/// <summary>A coordinator that really listens on the loopback interface, with scripted workers.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string? _folder;

    private ApiHost(WebApplication app, string? folder) => (_app, _folder) = (app, folder);

    public HttpClient Client { get; } = new();

    public IServiceProvider Services => _app.Services;

    public IArtifactStore Artifacts => Services.GetRequiredService<IArtifactStore>();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Starts one.</summary>
    /// <param name="configure">The API's options.</param>
    /// <param name="script">What the workers do; null for a host without workers, whose rounds stand still.</param>
    /// <param name="database">The store, shared with another host; a new one otherwise.</param>
    /// <param name="url">Where to listen.</param>
    /// <param name="model">The base model; null for one that is known.</param>
    /// <param name="files">Where adapters are; null for nowhere.</param>
    public static async Task<ApiHost> StartAsync(
        Action<ApiOptions>? configure = null,
        Script? script = null,
        string? database = null,
        string url = "http://127.0.0.1:0",
        IBaseModel? model = null,
        IFileStore? files = null)
    {
        var folder = database is null ? Directory.CreateTempSubdirectory("sgasa-").FullName : null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(url);
        builder.Logging.ClearProviders();
        builder.Services
            .AddRouting()
            .AddSingleton(script ?? new Script())
            .AddSingleton(model ?? new KnownModel())
            .AddSgasaDefaults()
            .AddSqliteStores(database ?? Path.Combine(folder!, "sgasa.db"))
            .AddSgasaBus(
                static options => options.StopGrace = TimeSpan.Zero,
                bus =>
                {
                    bus.AddCoordinatorConsumers();
                    if (script is not null) bus.AddScriptedWorkers();
                })
            .AddCoordinator(options => options.ResumeOnStart = false)
            .AddCoordinatorApi()
            .Configure(configure ?? (static _ => { }));
        if (files is not null) builder.Services.AddSingleton(files);
        var app = builder.Build();
        app.MapCoordinator();
        var host = new ApiHost(app, folder);
        try
        {
            await app.StartAsync(Ct);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }

        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        host.Client.BaseAddress = new Uri(addresses.ShouldNotBeNull().Addresses.Single());
        return host;
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path) =>
        await ReadAsync(await Client.GetAsync(new Uri(path, UriKind.Relative), Ct));

    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, object? body = null) =>
        await ReadAsync(await Client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, Ct));

    public Task<(HttpStatusCode Status, JsonElement Body)> PostLogAsync(
        string log, string name = "log.jsonl", string type = "application/x-ndjson") =>
        PostLogAsync(new StringContent(log, Encoding.UTF8, type), name);

    public async Task<(HttpStatusCode Status, JsonElement Body)> PostLogAsync(HttpContent content, string name = "log.jsonl")
    {
        using (content)
        {
            return await ReadAsync(
                await Client.PostAsync(new Uri("/v1/logs?name=" + Uri.EscapeDataString(name), UriKind.Relative), content, Ct));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(Ct);
            using var document = JsonDocument.Parse(text.Length == 0 ? "null" : text);
            return (response.StatusCode, document.RootElement.Clone());
        }
    }

    private sealed class KnownModel : IBaseModel
    {
        public Task<BaseModelInfo> GetAsync(CancellationToken cancellationToken) =>
            Task.FromResult(new BaseModelInfo("base", "base-fingerprint", 512));
    }
}
