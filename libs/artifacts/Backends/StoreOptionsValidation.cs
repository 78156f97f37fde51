using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using MongoDB.Driver;

namespace Sgasa.Artifacts;

/// <summary>Checks <see cref="StoreOptions"/>; each message is one line that names the setting, and never a password.</summary>
internal sealed partial class StoreOptionsValidation : IValidateOptions<StoreOptions>
{
    public ValidateOptionsResult Validate(string? name, StoreOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(StoreOptions options)
    {
        var kind = Parse<StoreKind>(options.Kind);
        if (kind is null)
        {
            yield return $"Store:Kind is '{Shown(options.Kind)}': write Sqlite or MongoDb.";
            yield break;
        }

        if (options.Files.Length > 0 && Parse<FileStoreKind>(options.Files) is null)
        {
            yield return $"Store:Files is '{Shown(options.Files)}': write Folder or GridFs.";
            yield break;
        }

        foreach (var fault in kind == StoreKind.Sqlite ? SqliteFaults(options) : MongoFaults(options)) yield return fault;
        if (options.MaxFileSetBytes < 1)
            yield return $"Store:MaxFileSetBytes is {options.MaxFileSetBytes}: give at least 1.";
        if (options.StartTimeout < TimeSpan.Zero || options.StartTimeout > TimeSpan.FromHours(1))
            yield return $"Store:StartTimeout is {options.StartTimeout}: give from 00:00:00 to 01:00:00.";
    }

    private static IEnumerable<string> SqliteFaults(StoreOptions options)
    {
        if (options.Path.Length == 0)
            yield return "Store:Path is empty: name the file that the rounds are stored in.";
        if (Parse<FileStoreKind>(options.Files) == FileStoreKind.GridFs)
            yield return "Store:Files is GridFs, which only Store:Kind MongoDb has: write Folder.";
    }

    private static IEnumerable<string> MongoFaults(StoreOptions options)
    {
        if (options.ConnectionString.Length == 0)
            yield return "Store:ConnectionString is empty: name the MongoDB servers, as in mongodb://host:27017.";
        else if (!IsConnectionString(options.ConnectionString))
        {
            // Without the string, and without the driver's message, which repeats it: there may be a password in it.
            yield return "Store:ConnectionString is no MongoDB connection string: write it as in "
                + "mongodb://user:password@host:27017/?replicaSet=rs0, special characters of the password as %XX.";
        }

        if (!DatabaseName().IsMatch(options.Database))
            yield return $"Store:Database is '{Shown(options.Database)}': use up to 63 letters, digits, '_' and '-'.";
        if (options.CaFile.Length > 0 && !File.Exists(options.CaFile))
            yield return $"Store:CaFile '{Shown(options.CaFile)}' is not there: name a PEM file, or leave it empty.";
        if (options.FilesFolder.Length == 0 && Parse<FileStoreKind>(options.Files) == FileStoreKind.Folder)
            yield return "Store:FilesFolder is empty: name the folder or volume that all trainers share.";
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            MongoClientSettings.FromConnectionString(text);
            return true;
        }
        catch (Exception fault) when (fault is MongoException or ArgumentException or FormatException)
        {
            return false;
        }
    }

    private static T? Parse<T>(string word) where T : struct, Enum =>
        !char.IsAsciiDigit(word.FirstOrDefault('0')) && Enum.TryParse<T>(word, ignoreCase: true, out var value)
            && Enum.IsDefined(value) ? value : null;

    private static string Shown(string text) =>
        (text.Length <= 80 ? text : text[..80] + "…").ReplaceLineEndings(" ");

    [GeneratedRegex("^[A-Za-z0-9_-]{1,63}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex DatabaseName();
}
