using Sgasa.Coordinator;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.ModelClients;

return await SgasaHost.RunAsync(
    args,
    "coordinator",
    host => host.Services
        .AddModelClients(host.Configuration.GetSection(ModelClientsOptions.Section))
        .AddSgasaBus(host.Configuration.GetSection(BusOptions.Section), bus => bus.AddCoordinatorConsumers())
        .AddCoordinator(host.Configuration.GetSection(CoordinatorOptions.Section).Bind)
        .AddCoordinatorApi(),
    app => app.MapCoordinator());
