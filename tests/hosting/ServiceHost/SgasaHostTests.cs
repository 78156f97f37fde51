using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.Health;
using Sgasa.Hosting.ModelClients;
using Sgasa.Hosting.Telemetry;

namespace Sgasa.Hosting.Tests.ServiceHost;

public sealed class SgasaHostTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ready_BrokerAndDatabaseAnswer_SaysSoOfEach()
    {
        await using var app = Build();
        await app.StartAsync(Ct);

        var (status, json) = await AskAsync(app, HealthEndpoints.Ready);

        json.ShouldBe("""{"status":"healthy","checks":{"broker":{"status":"healthy"},"database":{"status":"healthy"}}}""");
        status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Ready_ACheckFails_NamesItWithoutTheFaultsText()
    {
        await using var app = Build(configure: host => host.Services.AddReadiness<BrokenCheck>("broken"));
        await app.StartAsync(Ct);

        var (status, json) = await AskAsync(app, HealthEndpoints.Ready);

        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        using var read = JsonDocument.Parse(json);
        var broken = read.RootElement.GetProperty("checks").GetProperty("broken");
        broken.GetProperty("reason").GetString().ShouldBe("The broken thing is broken.");
        json.ShouldNotContain("password");
    }

    [Fact]
    public async Task Ready_ModelDoesNotAnswer_NamesItsAddressWithoutItsPassword()
    {
        await using var app = Build(
            [
                "--Models:Generator:Kind=OpenAI",
                "--Models:Generator:Model=m",
                "--Models:Generator:Address=http://u:key@127.0.0.1:9/v1",
            ],
            host => host.Services
                .AddModelClients(host.Configuration.GetSection(ModelClientsOptions.Section)).AddModelReadiness());
        await app.StartAsync(Ct);

        var (status, json) = await AskAsync(app, HealthEndpoints.Ready);

        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        json.ShouldContain(
            """
            "model":{"status":"unhealthy","reason":"The model at http://127.0.0.1:9 does not answer."}
            """.Trim());
    }

    [Fact]
    public async Task Live_WhateverIsBroken_IsHealthy()
    {
        await using var app = Build(configure: host => host.Services.AddReadiness<BrokenCheck>("broken"));
        await app.StartAsync(Ct);

        var (status, json) = await AskAsync(app, HealthEndpoints.Live);

        json.ShouldBe("""{"status":"healthy","checks":{}}""");
        status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task Probe_ServiceBesideIt_ExitsAsItsReadinessSays(bool broken, int expected)
    {
        await using var app = Build(configure: host =>
        {
            if (broken) host.Services.AddReadiness<BrokenCheck>("broken");
        });
        await app.StartAsync(Ct);

        var exitCode = await SgasaHost.RunAsync(
            ["--probe", $"--Http:Port={new Uri(app.Urls.Single()).Port}"], "test", _ => throw new UnreachableException());

        exitCode.ShouldBe(expected);
    }

    [Fact]
    public async Task Metrics_Scraped_SaysWhatIsMeasuredInPrometheusWords()
    {
        await using var app = Build();
        await app.StartAsync(Ct);
        RoundMetrics.Heard(new GuidelineSynthesized
        {
            RoundId = "r-metrics",
            Slot = 0,
            Attempt = 0,
            GuidelineId = "g",
            Verified = true,
            Score = 1,
            Tokens = 1,
        });

        var (_, text) = await AskAsync(app, "/metrics");

        text.ShouldContain("sgasa_guidelines_total{");
        text.ShouldContain("sgasa_outcome=\"verified\"");
        text.ShouldContain("service_name=\"sgasa-test\"");
    }

    [Fact]
    public void CreateBuilder_SecretThatEverybodyKnows_IsRefusedInProduction()
    {
        var fault = Should.Throw<UserErrorException>(
            () => SgasaHost.CreateBuilder(["--Security:SharedSecret=development-only-secret"], "test"));

        fault.Message.ShouldStartWith("Security:SharedSecret holds a secret that is published with this project");
    }

    [Fact]
    public void CreateBuilder_SecretThatEverybodyKnows_IsTakenInDevelopment()
    {
        var builder = SgasaHost.CreateBuilder(
            ["--environment=Development", "--Security:SharedSecret=development-only-secret"], "test");

        builder.Configuration["Security:SharedSecret"].ShouldBe("development-only-secret");
    }

    [Theory]
    [InlineData("Http:Port", "70000", "Http:Port: The field Port must be between 0 and 65535.")]
    [InlineData("Http:Port", "x", "Failed to convert configuration value 'x' at 'Http:Port' to type 'System.Int32'.")]
    [InlineData("Http:Address", "here", "Http:Address is 'here': give an IP address, or * for all.")]
    [InlineData("Bus:Concurrency", "0", "Bus:Concurrency: The field Concurrency must be between 1 and 1024.")]
    [InlineData("Security:SharedSecret", "short",
        "Security:SharedSecret has 5 characters: take at least 16, from a random generator.")]
    [InlineData("Security:Tls:CaFile", "/none", "Security:Tls:CaFile names '/none', which is no file.")]
    public async Task Start_WrongSetting_IsALineThatNamesIt(string key, string value, string expected)
    {
        var fault = await Should.ThrowAsync<Exception>(async () =>
        {
            await using var app = Build([$"--{key}={value}"]);
            await app.StartAsync(Ct);
        });

        StartFaults.Describe(fault).ShouldBe(expected);
    }

    [Fact]
    public void Describe_FaultThatIsNoMistake_IsNull() =>
        StartFaults.Describe(new InvalidOperationException("A bug.", new IOException())).ShouldBeNull();

    public void Dispose() => _folder.Dispose();

    private WebApplication Build(string[]? settings = null, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = SgasaHost.CreateBuilder(
            ["--Http:Port=0", $"--Store:Path={Path.Combine(_folder.Path, "test.db")}", .. settings ?? []], "test");
        builder.Logging.ClearProviders();
        builder.Services.AddSgasaBus(builder.Configuration.GetSection(BusOptions.Section), _ => { });
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapHealth();
        app.MapMetrics();
        return app;
    }

    private static async Task<(HttpStatusCode Status, string Json)> AskAsync(WebApplication app, string path)
    {
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Ct);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    private sealed class BrokenCheck : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
            Task.FromResult(HealthCheckResult.Unhealthy(
                "The broken thing is broken.", new InvalidOperationException("at amqp://user:password@host")));
    }
}
