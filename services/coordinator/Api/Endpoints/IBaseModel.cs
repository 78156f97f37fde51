using Sgasa.Api.Deployments;
using Sgasa.Hosting.ModelClients;

namespace Sgasa.Coordinator.Api.Endpoints;

/// <summary>Knows the model that a deployment aligns.</summary>
public interface IBaseModel
{
    /// <summary>The model.</summary>
    /// <exception cref="ModelUnavailableException">Nobody can say just now, or this host knows no trainer.</exception>
    Task<BaseModelInfo> GetAsync(CancellationToken cancellationToken);
}
