namespace Sgasa.Hosting.Security;

/// <summary>
/// This side's certificate and the authorities that vouch for the other's; all files are PEM. The trainer presents its
/// certificate to its callers. Where it is given <see cref="CaFile"/>, callers need one too, issued by that authority.
/// </summary>
public sealed class TlsOptions
{
    /// <summary>This side's certificate, followed by those between it and its authority.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>The key of <see cref="CertificateFile"/>, not encrypted.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>
    /// The authorities that the other side's certificate must come from. Empty: a caller trusts those of its system, and
    /// the trainer asks its callers for no certificate.
    /// </summary>
    public string CaFile { get; set; } = "";

    /// <summary>The files with their settings' names.</summary>
    internal IEnumerable<(string Name, string Path)> Files =>
    [
        (nameof(CertificateFile), CertificateFile),
        (nameof(KeyFile), KeyFile),
        (nameof(CaFile), CaFile),
    ];
}
