using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Sgasa.Deploy.Tests.Support;

namespace Sgasa.Deploy.Tests.Kustomize;

/// <summary>A kustomization file, of which only what we use is known; anything else is refused.</summary>
internal sealed record Kustomization
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public required string ApiVersion { get; init; }

    public required string Kind { get; init; }

    public string? Namespace { get; init; }

    public IReadOnlyList<string> Resources { get; init; } = [];

    public IReadOnlyList<string> Components { get; init; } = [];

    public IReadOnlyList<Patch> Patches { get; init; } = [];

    public IReadOnlyList<Generator> ConfigMapGenerator { get; init; } = [];

    public IReadOnlyList<Generator> SecretGenerator { get; init; } = [];

    /// <summary>Every file it names, its own folder's sub-folders left out.</summary>
    [JsonIgnore]
    public IEnumerable<string> Files => Resources.Where(r => r.EndsWith(".yaml", StringComparison.Ordinal))
        .Concat(Patches.Select(p => p.Path))
        .Concat(ConfigMapGenerator.Concat(SecretGenerator).SelectMany(g => g.Envs.Concat(g.Files.Select(f => f.Split('=')[^1]))));

    /// <summary>Reads the kustomization of a folder.</summary>
    public static Kustomization Read(string folder) =>
        ((JsonNode)StrictYaml.Read(Path.Combine(folder, "kustomization.yaml"))).Deserialize<Kustomization>(Strict)!;
}

/// <summary>A file that is merged into some resources.</summary>
internal sealed record Patch
{
    public required string Path { get; init; }

    /// <summary>Which; null where the patch's own kind and name say it.</summary>
    public PatchTarget? Target { get; init; }
}

/// <summary>Regular expressions of kind and name.</summary>
internal sealed record PatchTarget
{
    public required string Kind { get; init; }

    public string? Name { get; init; }
}

/// <summary>Makes a ConfigMap or Secret of files.</summary>
internal sealed record Generator
{
    public required string Name { get; init; }

    public string? Behavior { get; init; }

    public IReadOnlyList<string> Envs { get; init; } = [];

    public IReadOnlyList<string> Files { get; init; } = [];

    public IReadOnlyList<string> Literals { get; init; } = [];

    public GeneratorOptions? Options { get; init; }
}

/// <summary>How a generated resource is named.</summary>
internal sealed record GeneratorOptions
{
    public bool DisableNameSuffixHash { get; init; }
}
