using System.ComponentModel.DataAnnotations;

namespace Sgasa.Hosting.ModelClients;

/// <summary>Which model plays which role.</summary>
public sealed class ModelClientsOptions : IValidatableObject
{
    /// <summary>The configuration section these options are read from.</summary>
    public const string Section = "Models";

    /// <summary>The model that is aligned.</summary>
    public ModelEndpointOptions Generator { get; set; } = new();

    /// <summary>The model that judges; the generator where nothing is said.</summary>
    public ModelEndpointOptions? Judge { get; set; }

    /// <summary>The endpoint of a role.</summary>
    public ModelEndpointOptions Of(ModelRole role) => role == ModelRole.Judge ? Judge ?? Generator : Generator;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var faults = Generator.Faults($"{Section}:{ModelRole.Generator}");
        if (Judge is not null)
            faults = faults.Concat(Judge.Faults($"{Section}:{ModelRole.Judge}"));
        return faults.Select(fault => new ValidationResult(fault));
    }
}
