using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sgasa.Coordinator.Tests.Api;

/// <summary>Bearer tokens of an issuer that really listens.</summary>
public sealed class OidcTests : IAsyncLifetime
{
    private const string Audience = "sgasa";

    private readonly RSA _rsa = RSA.Create(2_048);
    private WebApplication _issuer = null!;
    private string _authority = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        _issuer = builder.Build();
        _issuer.MapGet("/.well-known/openid-configuration", () =>
            TypedResults.Text($$"""{"issuer": "{{_authority}}", "jwks_uri": "{{_authority}}/keys"}""", "application/json"));
        var key = _rsa.ExportParameters(includePrivateParameters: false);
        var (n, e) = (Base64UrlEncoder.Encode(key.Modulus), Base64UrlEncoder.Encode(key.Exponent));
        _issuer.MapGet("/keys", () => TypedResults.Text(
            $$"""{"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "k", "n": "{{n}}", "e": "{{e}}"}]}""",
            "application/json"));
        await _issuer.StartAsync(Ct);
        _authority = _issuer.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    [Fact]
    public async Task Get_WithATokenOfTheIssuer_IsAnswered() =>
        (await StatusAsync(Token())).ShouldBe((HttpStatusCode.OK, HttpStatusCode.NotFound));

    [Fact]
    public async Task Post_WithATokenThatLacksTheScope_IsForbidden() =>
        (await StatusAsync(Token(scope: "other"), scope: "write")).ShouldBe((HttpStatusCode.OK, HttpStatusCode.Forbidden));

    [Fact]
    public async Task Post_WithATokenThatHoldsTheScope_IsAnswered() =>
        (await StatusAsync(Token(scope: "read write"), scope: "write")).ShouldBe((HttpStatusCode.OK, HttpStatusCode.NotFound));

    [Fact]
    public async Task Get_WithATokenForSomebodyElse_IsUnauthorized() =>
        (await StatusAsync(Token(audience: "other"))).Get.ShouldBe(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task Get_WithATokenThatRanOut_IsUnauthorized() =>
        (await StatusAsync(Token(expires: DateTimeOffset.UnixEpoch.AddYears(40)))).Get.ShouldBe(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task Get_WithATokenThatIsNotSigned_IsUnauthorized()
    {
        var token = new JsonWebTokenHandler().CreateToken(
            $$"""{"iss": "{{_authority}}", "aud": "{{Audience}}", "sub": "somebody", "exp": 4000000000}""");

        (await StatusAsync(token)).Get.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Get_WithATokenOfAnotherKey_IsUnauthorized()
    {
        using var other = RSA.Create(2_048);

        (await StatusAsync(Token(key: other))).Get.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Get_WhileTheIssuerIsAway_IsUnavailableAndNobodysMistake()
    {
        var token = Token();
        await _issuer.StopAsync(Ct);

        (await StatusAsync(token)).Get.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    public async ValueTask DisposeAsync()
    {
        await _issuer.DisposeAsync();
        _rsa.Dispose();
    }

    private string Token(string audience = Audience, string? scope = null, DateTimeOffset? expires = null, RSA? key = null)
    {
        var signing = new SigningCredentials(new RsaSecurityKey(key ?? _rsa) { KeyId = "k" }, SecurityAlgorithms.RsaSha256);
        var until = (expires ?? DateTimeOffset.FromUnixTimeSeconds(4_000_000_000)).ToUnixTimeSeconds();
        var claims =
            $$"""{"iss": "{{_authority}}", "aud": "{{audience}}", "sub": "somebody", "exp": {{until}}, "scope": "{{scope}}"}""";
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(claims, signing);
    }

    private async Task<(HttpStatusCode Get, HttpStatusCode Post)> StatusAsync(string token, string scope = "")
    {
        await using var host = await ApiHost.StartAsync(options =>
        {
            (options.Oidc.Authority, options.Oidc.Audience, options.Oidc.WriteScope) = (_authority, Audience, scope);
        });
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return ((await host.GetAsync("/v1/rounds")).Status, (await host.PostAsync("/v1/rounds/r-1/cancel")).Status);
    }
}
