using Sgasa.Evaluator;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.ModelClients;
using Sgasa.TinyWorld;

return await SgasaHost.RunAsync(args, "evaluator", host => host.Services
    .AddModelClients(host.Configuration.GetSection(ModelClientsOptions.Section)).AddModelReadiness()
    .AddEvaluator(host.Configuration.GetSection(EvaluatorOptions.Section)).AddOracle(WorldOracle.Judge)
    .AddSgasaBus(host.Configuration.GetSection(BusOptions.Section), bus => bus.AddEvaluatorConsumers()));
