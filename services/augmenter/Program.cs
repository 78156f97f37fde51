using Sgasa.Artifacts.Sqlite;
using Sgasa.Augmenter;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.Models;

var builder = WebApplication.CreateBuilder(args);
var configuration = builder.Configuration;
builder.Services
    .AddSgasaDefaults()
    .AddSqliteStores(configuration.GetSection(SqliteStoreOptions.Section))
    .AddModelClients(configuration.GetSection(ModelClientsOptions.Section))
    .AddAugmenter(configuration.GetSection(AugmenterOptions.Section))
    .AddSgasaBus(configuration.GetSection(BusOptions.Section), bus => bus.AddAugmenterConsumers());

await builder.Build().RunAsync();
