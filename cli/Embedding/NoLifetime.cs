using Microsoft.Extensions.Hosting;

namespace Sgasa.Cli.Embedding;

/// <summary>Leaves signals and the console to the tool.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
