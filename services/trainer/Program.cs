using Sgasa.Artifacts.Sqlite;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;
using Sgasa.Trainer;

var builder = WebApplication.CreateBuilder(args);
var (services, configuration) = (builder.Services, builder.Configuration);
services.AddSgasaDefaults();
services.AddSqliteStores(configuration.GetSection(SqliteStoreOptions.Section));
services.AddSgasaBus(configuration.GetSection(BusOptions.Section), bus => bus.AddTrainerConsumers());
services.AddTrainer(configuration.GetSection(TrainerOptions.Section));
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenForTrainer(
    configuration.GetSection(TrainerOptions.Section)[nameof(TrainerOptions.Listen)] ?? new TrainerOptions().Listen));

var app = builder.Build();
app.MapTrainer();
await app.RunAsync();
