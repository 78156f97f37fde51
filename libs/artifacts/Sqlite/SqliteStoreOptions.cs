using System.ComponentModel.DataAnnotations;

namespace Sgasa.Artifacts.Sqlite;

/// <summary>Where the embedded database is.</summary>
public sealed class SqliteStoreOptions
{
    /// <summary>The configuration section these options are read from.</summary>
    public const string Section = "Sqlite";

    /// <summary>The database file; it and its folder are made when they are missing.</summary>
    [Required(ErrorMessage = "Sqlite:Path is empty: name the file that the rounds are stored in.")]
    public string Path { get; set; } = "";

    /// <summary>How long to wait for another process that is writing.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
