using Sgasa.Hosting;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.ModelClients;
using Sgasa.Synthesizer;

return await SgasaHost.RunAsync(args, "synthesizer", host => host.Services
    .AddModelClients(host.Configuration.GetSection(ModelClientsOptions.Section)).AddModelReadiness()
    .AddSynthesizer(host.Configuration.GetSection(SynthesizerOptions.Section))
    .AddSgasaBus(host.Configuration.GetSection(BusOptions.Section), bus => bus.AddSynthesizerConsumers()));
