namespace Sgasa.Artifacts;

/// <summary>Asks whether the database can be reached: for health checks.</summary>
public interface IStoreProbe
{
    /// <summary>Returns when the database answered; throws its fault when it can't be reached.</summary>
    Task CheckAsync(CancellationToken cancellationToken);
}
