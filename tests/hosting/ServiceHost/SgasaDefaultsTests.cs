using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Sgasa.Hosting.Tests.ServiceHost;

public sealed class SgasaDefaultsTests
{
    [Fact]
    public void AddSgasaDefaults_Http_WritesContractsAsTheStoresDo()
    {
        using var services = new ServiceCollection().AddSgasaDefaults().BuildServiceProvider();
        var options = services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;

        var json = JsonSerializer.Serialize(Some.Command(), options);

        json.ShouldBe("""{"roundId":"r1","label":"Harmful","batch":3,"count":2}""");
    }

    [Fact]
    public void AddSgasaDefaults_ClockOfTheHost_IsKept()
    {
        var clock = new FakeTimeProvider();

        using var services = new ServiceCollection().AddSingleton<TimeProvider>(clock).AddSgasaDefaults()
            .BuildServiceProvider();

        services.GetRequiredService<TimeProvider>().ShouldBeSameAs(clock);
    }
}
