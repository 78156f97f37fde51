using System.ComponentModel.DataAnnotations;

namespace Sgasa.Hosting.Security;

/// <summary>How services and the trainer's gRPC know each other. Both sides have the same section.</summary>
public sealed class SecurityOptions : IValidatableObject
{
    /// <summary>The configuration section these options are read from.</summary>
    public const string Section = "Security";

    private const int ShortestSecret = 16;

    /// <summary>
    /// What every call to the trainer over TCP carries as <c>authorization: Bearer</c>. Empty: none is asked for, or sent.
    /// </summary>
    public string SharedSecret { get; set; } = "";

    /// <summary>
    /// Whether the trainer may serve other machines without knowing who calls: only where the network itself keeps strangers
    /// out.
    /// </summary>
    public bool AllowUnauthenticated { get; set; }

    /// <summary>Certificates of the trainer's gRPC, where its address begins with <c>https</c>.</summary>
    public TlsOptions Tls { get; set; } = new();

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SharedSecret.Length is > 0 and < ShortestSecret)
        {
            yield return new ValidationResult(
                $"{Section}:SharedSecret has {SharedSecret.Length} characters: take at least {ShortestSecret}, from a "
                + "random generator.");
        }
        else if (SharedSecret.Any(c => c is < '!' or > '~'))
        {
            yield return new ValidationResult($"{Section}:SharedSecret has characters other than visible ASCII: change it.");
        }

        if (Tls.CertificateFile.Length == 0 != (Tls.KeyFile.Length == 0))
            yield return new ValidationResult($"{Section}:Tls names only one of CertificateFile and KeyFile: name both.");
        foreach (var (name, path) in Tls.Files.Where(f => f.Path.Length > 0 && !File.Exists(f.Path)))
            yield return new ValidationResult($"{Section}:Tls:{name} names '{path}', which is no file.");
    }
}
