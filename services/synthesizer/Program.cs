using Sgasa.Artifacts.Sqlite;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.Models;
using Sgasa.Synthesizer;

var builder = WebApplication.CreateBuilder(args);
var configuration = builder.Configuration;
builder.Services
    .AddSgasaDefaults()
    .AddSqliteStores(configuration.GetSection(SqliteStoreOptions.Section))
    .AddModelClients(configuration.GetSection(ModelClientsOptions.Section))
    .AddSynthesizer(configuration.GetSection(SynthesizerOptions.Section))
    .AddSgasaBus(configuration.GetSection(BusOptions.Section), bus => bus.AddSynthesizerConsumers());

await builder.Build().RunAsync();
