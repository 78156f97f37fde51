namespace Sgasa.Trainer.Device;

/// <summary>
/// The running generation, as the device worker drives it. Called, and disposed of, on the device thread only.
/// </summary>
public interface IGenerationLane : IDisposable
{
    /// <summary>
    /// Takes one step for running requests. When it throws, it has ended the requests that the fault belongs to.
    /// </summary>
    /// <returns>Whether there is more to do.</returns>
    bool Step();
}
