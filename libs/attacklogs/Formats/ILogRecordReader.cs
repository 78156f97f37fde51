namespace Sgasa.AttackLogs.Formats;

/// <summary>Reads the records of one log, one after the other.</summary>
public interface ILogRecordReader
{
    /// <summary>The fields of the next record, their values not yet checked; null for one that only names columns.</summary>
    /// <param name="line">The line it starts on, from 1.</param>
    /// <param name="bytes">Its UTF-8 bytes.</param>
    /// <exception cref="Contracts.UserErrorException">It is not well-formed; names the line.</exception>
    LogRecord? Read(int line, ReadOnlyMemory<byte> bytes);
}
