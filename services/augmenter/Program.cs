using Sgasa.Augmenter;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.ModelClients;

return await SgasaHost.RunAsync(args, "augmenter", host => host.Services
    .AddModelClients(host.Configuration.GetSection(ModelClientsOptions.Section)).AddModelReadiness()
    .AddAugmenter(host.Configuration.GetSection(AugmenterOptions.Section))
    .AddSgasaBus(host.Configuration.GetSection(BusOptions.Section), bus => bus.AddAugmenterConsumers()));
