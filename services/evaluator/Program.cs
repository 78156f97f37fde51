using Sgasa.Artifacts.Sqlite;
using Sgasa.Evaluator;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.Models;

var builder = WebApplication.CreateBuilder(args);
var configuration = builder.Configuration;
builder.Services
    .AddSgasaDefaults()
    .AddSqliteStores(configuration.GetSection(SqliteStoreOptions.Section))
    .AddModelClients(configuration.GetSection(ModelClientsOptions.Section))
    .AddEvaluator(configuration.GetSection(EvaluatorOptions.Section))
    .AddSgasaBus(configuration.GetSection(BusOptions.Section), bus => bus.AddEvaluatorConsumers());

await builder.Build().RunAsync();
