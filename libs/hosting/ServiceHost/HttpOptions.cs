using System.ComponentModel.DataAnnotations;

namespace Sgasa.Hosting;

/// <summary>Where a service answers over HTTP: health and metrics, and the coordinator's API.</summary>
public sealed class HttpOptions
{
    /// <summary>The configuration section these options are read from.</summary>
    public const string Section = "Http";

    /// <summary>The port; 0 takes any that is free.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; } = 8080;

    /// <summary>The IP address that is listened on; <c>*</c> for all of the machine's.</summary>
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Largest request body in bytes, where an endpoint sets no limit of its own.</summary>
    [Range(1_024, 1L << 32)]
    public long MaxRequestBytes { get; set; } = 16L << 20;
}
