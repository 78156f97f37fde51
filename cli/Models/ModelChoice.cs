using Sgasa.Contracts;
using Sgasa.Modeling;

namespace Sgasa.Cli.Models;

/// <summary>The base model that a command works on.</summary>
/// <param name="Folder">Its Hugging Face folder.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="IsTiny">Whether it is the one that ships with the tool.</param>
internal sealed record ModelChoice(string Folder, string Name, bool IsTiny)
{
    /// <summary>The tiny model's name.</summary>
    public const string TinyName = "tiny";

    /// <summary>What tells it from others, where that is known without looking; else <see cref="Check"/> looks.</summary>
    public string? Fingerprint { get; private init; }

    /// <summary>Where the tiny model lies beside the tool.</summary>
    public static string TinyFolder { get; } = Path.Combine(AppContext.BaseDirectory, "models", "tiny");

    /// <summary>The model of a command line.</summary>
    /// <param name="folder">The folder given; null for the tiny model.</param>
    /// <exception cref="UserErrorException">The tiny model is asked for and not there.</exception>
    public static ModelChoice Of(string? folder)
    {
        if (folder is not null)
        {
            var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
            return new ModelChoice(folder, name, IsTiny: false);
        }

        return Directory.Exists(TinyFolder)
            ? new ModelChoice(TinyFolder, TinyName, IsTiny: true)
            : throw new UserErrorException(
                $"{TinyFolder}: the tiny model is missing here. Install the tool again, or give --model FOLDER.");
    }

    /// <summary>The model of a server; where that is the tiny one, everything is as in a round of this machine.</summary>
    /// <param name="name">Its name there.</param>
    /// <param name="fingerprint">Its fingerprint.</param>
    public static ModelChoice OfServer(string name, string fingerprint) =>
        (Directory.Exists(TinyFolder) && FingerprintOf(TinyFolder) == fingerprint
            ? Of(folder: null)
            : new ModelChoice(Folder: "", name, IsTiny: false)) with
        {
            Fingerprint = fingerprint,
        };

    /// <summary>Checks everything about the model but its weights' values, before anything is written.</summary>
    /// <param name="device">Where it is to run, as the command line says.</param>
    /// <param name="adapter">Folder of an adapter that must fit it; null for none.</param>
    /// <returns>Its fingerprint.</returns>
    /// <exception cref="ModelFormatException">Model or adapter can't be used; the message names file and remedy.</exception>
    /// <exception cref="PlacementException">There is no such device here.</exception>
    public string Check(string device, string? adapter = null)
    {
        using var model = ModelFolder.Open(Folder);
        ChatTemplate.FromPretrained(Folder);
        Placement.Parse(device);
        if (adapter is not null) PeftAdapter.Load(adapter, model.Config, model.Fingerprint).Dispose();
        return model.Fingerprint;
    }

    private static string FingerprintOf(string folder)
    {
        using var model = ModelFolder.Open(folder);
        return model.Fingerprint;
    }
}
