using Microsoft.Data.Sqlite;
using Sgasa.Contracts;

namespace Sgasa.Artifacts.Sqlite;

/// <summary>Says what SQLite's result codes mean for the user who owns the file.</summary>
internal static class SqliteFaults
{
    private const int Busy = 5, ReadOnly = 8, Corrupt = 11, Full = 13, CannotOpen = 14, Permission = 3, NotADatabase = 26;

    /// <summary>The user's mistake behind an error, or null where it is nobody's.</summary>
    public static UserErrorException? Translate(SqliteException fault, string path) => fault.SqliteErrorCode switch
    {
        NotADatabase => Because(fault, $"'{path}' is not an SGASA database: name another file, or move this one away."),
        Corrupt => Because(fault, $"The database '{path}' is damaged: restore it from a copy, or name another file."),
        ReadOnly or Permission => Because(
            fault, $"The database '{path}' can't be written: check its permissions and its folder's."),
        CannotOpen => Because(
            fault, $"The database '{path}' can't be opened or made: check that its folder can be written."),
        Full => Because(fault, $"The disk that holds the database '{path}' is full: make room and run the command again."),
        _ => null,
    };

    /// <summary>The same when the file is opened: waiting was in vain then; later, another try may succeed.</summary>
    public static UserErrorException? TranslateAtOpen(SqliteException fault, string path) =>
        fault.SqliteErrorCode == Busy
            ? Because(fault, $"The database '{path}' is in use by another process: end it, or wait for it.")
            : Translate(fault, path);

    private static UserErrorException Because(SqliteException fault, string message) => new(message, fault);
}
