using Sgasa.Integration.Tests.Wire;

namespace Sgasa.Integration.Tests;

/// <summary>The end of a replica at a place in its work, as by <c>kill -9</c> or a machine that is gone.</summary>
/// <param name="Replica">Who dies.</param>
/// <param name="Place">Where: it is held there, so that it can't have gone on.</param>
internal sealed record Death(string Replica, Place Place)
{
    /// <summary>
    /// Whether what takes its place comes under another name and on an empty disk, as a new container does; else the same one
    /// comes back.
    /// </summary>
    public bool IsForGood { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Replica} {Place.Name}";
}
