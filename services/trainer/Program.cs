using Sgasa.Hosting;
using Sgasa.Hosting.Bus;
using Sgasa.Trainer;

return await SgasaHost.RunAsync(
    args,
    "trainer",
    host => host.AddTrainer()
        .AddSgasaBus(host.Configuration.GetSection(BusOptions.Section), bus => bus.AddTrainerConsumers()),
    app => app.MapTrainer());
