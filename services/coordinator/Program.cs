using Sgasa.Artifacts.Sqlite;
using Sgasa.Coordinator;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.Models;

var builder = WebApplication.CreateBuilder(args);
var configuration = builder.Configuration;
builder.Services
    .AddSgasaDefaults()
    .AddSqliteStores(configuration.GetSection(SqliteStoreOptions.Section))
    .AddSgasaBus(configuration.GetSection(BusOptions.Section), bus => bus.AddCoordinatorConsumers())
    .AddModelClients(configuration.GetSection(ModelClientsOptions.Section))
    .AddCoordinator(configuration.GetSection(CoordinatorOptions.Section).Bind);

var app = builder.Build();
app.MapCoordinator();
await app.RunAsync();
