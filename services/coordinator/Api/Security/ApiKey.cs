namespace Sgasa.Coordinator.Api.Security;

/// <summary>A key that is known, without the key.</summary>
/// <param name="Name">A name for counting, made from its hash.</param>
/// <param name="Writes">Whether it may do more than read.</param>
internal sealed record ApiKey(string Name, bool Writes);
