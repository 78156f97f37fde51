using Microsoft.Extensions.Configuration;
using Sgasa.Contracts;

namespace Sgasa.Hosting;

/// <summary>
/// Settings given as files, so that no secret has to stand in an environment: <c>Bus__Password_FILE=/path</c> gives
/// <c>Bus:Password</c>, and every file of the secrets folder is a setting by its name, <c>Bus__Password</c>.
/// </summary>
internal static class SecretFiles
{
    /// <summary>The setting that names the secrets folder; <c>/run/secrets</c> where it says nothing.</summary>
    public const string FolderKey = "SecretsFolder";

    private const string DefaultFolder = "/run/secrets";
    private const string Suffix = "_FILE";

    // A certificate chain is a few kilobytes; what is larger is no secret but a mistake.
    private const int MaxBytes = 64 * 1024;

    /// <summary>Adds what the files say, above all other sources: a secret is given once, and nothing overrides it.</summary>
    /// <exception cref="UserErrorException">A file can't be read, or a setting is given twice.</exception>
    public static void AddSecretFiles(this IConfigurationManager configuration)
    {
        var secrets = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in FilesOf(configuration[FolderKey]))
            secrets[Path.GetFileName(file).Replace("__", ":", StringComparison.Ordinal)] = Read(file, file);
        foreach (var (key, path) in configuration.AsEnumerable().Where(IsFileKey))
        {
            var setting = key[..^Suffix.Length];
            if (!string.IsNullOrEmpty(configuration[setting]) || secrets.ContainsKey(setting))
                throw new UserErrorException($"{setting} is given twice, by itself and as {key}: keep one.");
            secrets[setting] = Read(path!, key);
        }

        configuration.AddInMemoryCollection(secrets);
    }

    // Only settings within a section: SSL_CERT_FILE and its like are others' business.
    private static bool IsFileKey(KeyValuePair<string, string?> setting) =>
        setting.Key.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase)
        && setting.Key.Contains(':', StringComparison.Ordinal)
        && !string.IsNullOrEmpty(setting.Value);

    private static IEnumerable<string> FilesOf(string? folder)
    {
        if (!string.IsNullOrEmpty(folder) && !Directory.Exists(folder))
            throw new UserErrorException($"{FolderKey} names '{folder}', which is no folder.");
        folder = string.IsNullOrEmpty(folder) ? DefaultFolder : folder;
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder).Where(f => Path.GetFileName(f).Contains("__", StringComparison.Ordinal))
            : [];
    }

    private static string Read(string path, string key)
    {
        try
        {
            if (new FileInfo(path) is { Length: > MaxBytes } large)
                throw new UserErrorException($"{key}: '{path}' has {large.Length} bytes; a secret has at most {MaxBytes}.");
            // Editors and echo end a file with a line break that is no part of the secret.
            return File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{key}: '{path}' can't be read ({fault.GetType().Name}).", fault);
        }
    }
}
