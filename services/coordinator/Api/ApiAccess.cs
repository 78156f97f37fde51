namespace Sgasa.Coordinator.Api;

/// <summary>What a caller may do.</summary>
internal enum ApiAccess
{
    /// <summary>Nothing: it is not known who calls.</summary>
    None,

    /// <summary>Read.</summary>
    Read,

    /// <summary>Everything.</summary>
    Write,
}

/// <summary>Who calls, without any secret: what limits are counted by.</summary>
/// <param name="Name">A name for counting.</param>
/// <param name="Access">What it may do.</param>
internal sealed record ApiCaller(string Name, ApiAccess Access);
