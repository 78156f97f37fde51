using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Sgasa.Contracts;
using Sgasa.Coordinator.Api.Endpoints;

namespace Sgasa.Coordinator.Tests.Api;

/// <summary>Who is let in, and how much is taken.</summary>
public sealed class ApiGateTests
{
    private const string Key = "0123456789abcdef-old";
    private const string NewKey = "0123456789abcdef-new";

    [Fact]
    public async Task Get_WithoutAKey_IsUnauthorized()
    {
        await using var host = await ApiHost.StartAsync(options => options.ApiKeys.Add(Key));

        foreach (var path in (string[])["/v1/rounds", "/v1/server", "/v1/nothing", "/V1/rounds", "/v1/rounds/r-1/events"])
        {
            var (status, problem) = await host.GetAsync(path);
            status.ShouldBe(HttpStatusCode.Unauthorized, path);
            problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("SGASA_API_KEY");
            problem.EnumerateObject().Select(p => p.Name).ShouldBe(["type", "title", "status", "detail"]);
        }

        (await host.PostLogAsync("nonsense")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("Bearer", Key, HttpStatusCode.OK)]
    [InlineData("Bearer", NewKey, HttpStatusCode.OK)]
    [InlineData("bearer", Key, HttpStatusCode.OK)]
    [InlineData("Bearer", Key + "x", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer", "0123456789abcdef-ol", HttpStatusCode.Unauthorized)]
    [InlineData("Basic", Key, HttpStatusCode.Unauthorized)]
    public async Task Get_WithAKey_IsAnsweredWhereItIsRight(string scheme, string key, HttpStatusCode expected)
    {
        await using var host = await ApiHost.StartAsync(options =>
        {
            options.ApiKeys.Add(Key);
            options.ApiKeys.Add("sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(NewKey))));
        });
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(scheme, key);

        (await host.GetAsync("/v1/rounds")).Status.ShouldBe(expected);
    }

    [Fact]
    public async Task Get_WithTheHashOfAKey_IsUnauthorized()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key)));
        await using var host = await ApiHost.StartAsync(options => options.ApiKeys.Add("sha256:" + hash));
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "sha256:" + hash);

        (await host.GetAsync("/v1/rounds")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Request_WithAWrongKeyWhereNoneIsAskedFor_IsUnauthorized()
    {
        await using var host = await ApiHost.StartAsync();
        host.Client.DefaultRequestHeaders.Add("X-Api-Key", Key);

        (await host.GetAsync("/v1/rounds")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Post_WithAReadersKey_IsForbidden()
    {
        await using var host = await ApiHost.StartAsync(options => options.ReaderKeys.Add(Key));
        host.Client.DefaultRequestHeaders.Add("X-Api-Key", Key);

        (await host.GetAsync("/v1/rounds")).Status.ShouldBe(HttpStatusCode.OK);
        (await host.PostAsync("/v1/rounds/r-1/cancel")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await host.PostLogAsync("nonsense")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Get_WithAKeyOfTheFile_IsAnswered()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $"\n{NewKey}\n{Key}\n", TestContext.Current.CancellationToken);
        await using var host = await ApiHost.StartAsync(options => options.ApiKeysFile = file);
        host.Client.DefaultRequestHeaders.Add("X-Api-Key", Key);

        (await host.GetAsync("/v1/rounds")).Status.ShouldBe(HttpStatusCode.OK);

        File.Delete(file);
    }

    [Fact]
    public async Task Post_MoreThanTheLimit_IsTooMany()
    {
        await using var host = await ApiHost.StartAsync(options => options.IntakesPerMinute = 1);
        await host.PostLogAsync("nonsense");

        using var content = new StringContent("nonsense", Encoding.UTF8, "application/x-ndjson");
        using var response = await host.Client.PostAsync(
            new Uri("/v1/logs", UriKind.Relative), content, TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.Zero);
        (await host.GetAsync("/v1/rounds")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Post_BodyOverTheLimit_IsTooLarge()
    {
        await using var host = await ApiHost.StartAsync(options => options.MaxRequestBytes = 1_024);

        var (status, problem) = await host.PostAsync("/v1/rounds", new { source = new string('x', 2_000) });

        status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("Api:MaxRequestBytes");
    }

    [Fact]
    public async Task Get_AnyAnswer_HasSecurityHeaders()
    {
        await using var host = await ApiHost.StartAsync();

        using var response = await host.Client.GetAsync(
            new Uri("/v1/rounds", UriKind.Relative), TestContext.Current.CancellationToken);

        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        response.Headers.CacheControl.ShouldNotBeNull().NoStore.ShouldBeTrue();
        response.Headers.GetValues("Sgasa-Version").ShouldBe([ServerEndpoints.Version]);
    }

    [Fact]
    public async Task Get_OpenApi_DescribesEveryAddress()
    {
        await using var host = await ApiHost.StartAsync();

        var (status, document) = await host.GetAsync("/v1/openapi.json");

        status.ShouldBe(HttpStatusCode.OK);
        var paths = document.GetProperty("paths").EnumerateObject().Select(p => p.Name).ToList();
        paths.ShouldContain("/v1/rounds/{id}/events");
        paths.ShouldContain("/v1/logs");
        paths.Count.ShouldBe(15);
    }

    [Fact]
    public async Task Get_OpenApi_SaysHowACallerSaysWhoItIs()
    {
        await using var host = await ApiHost.StartAsync(options =>
        {
            options.ApiKeys.Add(Key);
            (options.Oidc.Authority, options.Oidc.Audience) = ("https://issuer.example", "sgasa");
        });
        host.Client.DefaultRequestHeaders.Add("X-Api-Key", Key);

        var (_, document) = await host.GetAsync("/v1/openapi.json");

        var schemes = document.GetProperty("components").GetProperty("securitySchemes");
        schemes.GetProperty("key").GetProperty("name").GetString().ShouldBe("X-Api-Key");
        schemes.GetProperty("bearer").GetProperty("scheme").GetString().ShouldBe("bearer");
        schemes.GetProperty("issuer").GetProperty("openIdConnectUrl").GetString()
            .ShouldBe("https://issuer.example/.well-known/openid-configuration");
        document.GetProperty("security").EnumerateArray().SelectMany(s => s.EnumerateObject()).Select(s => s.Name)
            .ShouldBe(["key", "bearer", "issuer"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/v1/rounds", HttpStatusCode.MethodNotAllowed)]
    public async Task Request_OfWhatIsNotThere_HearsSoOnlyWithAKey(string method, string path, HttpStatusCode expected)
    {
        await using var host = await ApiHost.StartAsync(options => options.ApiKeys.Add(Key));

        (await StatusAsync()).ShouldBe((HttpStatusCode.Unauthorized, "application/problem+json"));
        host.Client.DefaultRequestHeaders.Add("X-Api-Key", Key);
        (await StatusAsync()).ShouldBe((expected, "application/problem+json"));

        async Task<(HttpStatusCode, string?)> StatusAsync()
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
            return (response.StatusCode, response.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    public async Task Get_WithoutAKey_HasSecurityHeadersAndSaysWhatIsAskedFor()
    {
        await using var host = await ApiHost.StartAsync(options => options.ApiKeys.Add(Key));

        using var response = await host.Client.GetAsync(
            new Uri("/v1/rounds", UriKind.Relative), TestContext.Current.CancellationToken);

        response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        response.Headers.CacheControl.ShouldNotBeNull().ToString().ShouldBe("no-store");
    }

    [Fact]
    public async Task Start_OpenToOtherMachinesWithoutAKey_IsRefused()
    {
        var fault = await Should.ThrowAsync<UserErrorException>(() => ApiHost.StartAsync(url: "http://0.0.0.0:0"));

        fault.Message.ShouldContain("Set Api:ApiKeys");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_OpenToOtherMachinesWithAKeyOrOnPurpose_IsAllowed(bool anonymous)
    {
        await using var host = await ApiHost.StartAsync(
            options =>
            {
                options.AllowAnonymous = anonymous;
                if (!anonymous) options.ApiKeys.Add(Key);
            },
            url: "http://0.0.0.0:0");

        host.Client.BaseAddress.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("short")]
    [InlineData("sha256:zz")]
    [InlineData("a key with blanks in it")]
    public async Task Start_WithSomethingThatIsNoKey_IsRefused(string key)
    {
        var fault = await Should.ThrowAsync<OptionsValidationException>(() => ApiHost.StartAsync(o => o.ApiKeys.Add(key)));

        fault.Message.ShouldContain("Api:ApiKeys:0");
        fault.Message.ShouldNotContain(key);
    }
}
