using Sgasa.Evaluator;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.Models;

return await SgasaHost.RunAsync(args, "evaluator", host => host.Services
    .AddModelClients(host.Configuration.GetSection(ModelClientsOptions.Section))
    .AddEvaluator(host.Configuration.GetSection(EvaluatorOptions.Section))
    .AddSgasaBus(host.Configuration.GetSection(BusOptions.Section), bus => bus.AddEvaluatorConsumers()));
