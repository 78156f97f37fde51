namespace Sgasa.Hosting.Bus;

/// <summary>How the connection to the broker is protected.</summary>
public sealed class BrokerTlsOptions
{
    /// <summary>Whether to use TLS; the other options count only then.</summary>
    public bool Enabled { get; set; }

    /// <summary>PEM file of the authorities that the broker's certificate is trusted by; empty for the system's.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>The name in the broker's certificate; empty for <see cref="BusOptions.Host"/>.</summary>
    public string ServerName { get; set; } = "";

    /// <summary>PEM file of this host's own certificate, for a broker that asks for one; empty for none.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>PEM file of its key.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>What is wrong with these options, in sentences.</summary>
    internal IEnumerable<string> Faults()
    {
        if (!Enabled) yield break;

        if (CertificateFile.Length > 0 != KeyFile.Length > 0)
            yield return "Bus:Tls:CertificateFile and Bus:Tls:KeyFile go together: name both or none.";
        foreach (var (name, path) in new[] { ("CaFile", CaFile), ("CertificateFile", CertificateFile), ("KeyFile", KeyFile) })
        {
            if (path.Length > 0 && !File.Exists(path))
                yield return $"Bus:Tls:{name} names '{path}', where there is no file.";
        }
    }
}
