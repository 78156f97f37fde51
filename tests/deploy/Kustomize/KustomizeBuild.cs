using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sgasa.Deploy.Tests.Support;

namespace Sgasa.Deploy.Tests.Kustomize;

/// <summary>
/// Builds what <c>kubectl kustomize</c> builds of the part of kustomize that we use, but for the hashes in generated names;
/// <see cref="KubectlTests"/> compares the two where kubectl is installed.
/// </summary>
internal sealed class KustomizeBuild
{
    private readonly List<JsonObject> _resources = [];

    private KustomizeBuild()
    {
    }

    /// <summary>All resources of a folder's kustomization.</summary>
    /// <exception cref="InvalidDataException">A name is taken twice, or a patch or generator finds nothing to change.</exception>
    public static IReadOnlyList<JsonObject> Of(string folder)
    {
        var build = new KustomizeBuild();
        build.Add(Path.GetFullPath(folder));
        return build._resources;
    }

    private void Add(string folder)
    {
        var kustomization = Kustomization.Read(folder);
        foreach (var resource in kustomization.Resources.Select(r => Path.GetFullPath(Path.Combine(folder, r))))
        {
            foreach (var one in Directory.Exists(resource) ? Of(resource) : StrictYaml.ReadAll(resource)) Add(one, resource);
        }

        foreach (var component in kustomization.Components) Add(Path.GetFullPath(Path.Combine(folder, component)));
        foreach (var map in kustomization.ConfigMapGenerator) Generate("ConfigMap", map, folder);
        foreach (var secret in kustomization.SecretGenerator) Generate("Secret", secret, folder);
        foreach (var patch in kustomization.Patches) Apply(patch, folder);
        if (kustomization.Namespace is { } name) PutInto(name);
    }

    private void Add(JsonObject resource, string origin)
    {
        var id = Id(resource);
        if (_resources.Exists(r => Id(r) == id)) throw new InvalidDataException($"{origin}: there are two of {id}");
        _resources.Add(resource);
    }

    private void Generate(string kind, Generator generator, string folder)
    {
        var data = new JsonObject();
        foreach (var (key, value) in generator.Envs.SelectMany(e => EnvFile.Read(Path.Combine(folder, e))))
            data.Add(key, value);
        foreach (var file in generator.Files.Select(f => f.Split('=')))
            data.Add(file[0], File.ReadAllText(Path.Combine(folder, file[^1])));
        foreach (var literal in generator.Literals.Select(l => l.Split('=', 2)))
            data.Add(literal[0], literal[1]);

        var made = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = generator.Name },
            [kind == "Secret" ? "stringData" : "data"] = data,
        };
        var own = _resources.Find(r => Id(r) == Id(made));
        if (generator.Behavior is null) Add(made, folder);
        else if (generator.Behavior == "merge" && own is not null) StrategicMerge.Apply(own, made);
        else throw new InvalidDataException($"{folder}: nothing to {generator.Behavior} {Id(made)} with");
    }

    private void Apply(Patch patch, string folder)
    {
        foreach (var change in StrictYaml.ReadAll(Path.Combine(folder, patch.Path)))
        {
            var targets = _resources.FindAll(r => patch.Target is { } target
                ? Matches(target.Kind, (string?)r["kind"]) && Matches(target.Name ?? ".*", Name(r))
                : Id(r) == Id(change));
            if (targets.Count == 0) throw new InvalidDataException($"{folder}: {patch.Path} finds nothing to change");
            foreach (var target in targets)
            {
                var body = (JsonObject)change.DeepClone();
                if (patch.Target is not null)
                    body.Remove("metadata");
                body.Remove("kind");
                body.Remove("apiVersion");
                StrategicMerge.Apply(target, body);
            }
        }
    }

    private void PutInto(string name)
    {
        foreach (var resource in _resources)
        {
            if ((string?)resource["kind"] == "Namespace") Name(resource).ShouldBe(name);
            else resource["metadata"]!["namespace"] = name;
        }
    }

    private static bool Matches(string pattern, string? text) => Regex.IsMatch(text ?? "", $"^(?:{pattern})$");

    private static string Name(JsonObject resource) => (string)resource["metadata"]!["name"]!;

    private static string Id(JsonObject resource) => $"{resource["apiVersion"]} {resource["kind"]} {Name(resource)}";
}
