using Sgasa.Modeling.Data;

namespace Sgasa.Modeling.Training;

/// <summary>Data set files, read row by row: JSON Lines or Parquet, told apart by their first bytes.</summary>
public static class DatasetFile
{
    /// <summary>The columns that mean something; others are passed over.</summary>
    internal static readonly string[] Columns =
        ["prompt", "completion", "messages", "chosen", "rejected", "ref_chosen_logps", "ref_rejected_logps"];

    /// <summary>Reads a file's rows, one at a time; of a Parquet file, one row group is in memory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels between rows.</param>
    /// <exception cref="DatasetException">
    /// The file is missing or damaged, or a row is no object; the message names it.
    /// </exception>
    public static IAsyncEnumerable<DatasetRow> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return IsParquet(path)
            ? ParquetRows.ReadAsync(path, cancellationToken)
            : JsonLinesRows.Read(path, cancellationToken).ToAsyncEnumerable();
    }

    private static bool IsParquet(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> magic = stackalloc byte[4];
            return file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length
                && magic.SequenceEqual("PAR1"u8);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DatasetException(path, "there is no such file", "Check the path", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(path, "can't be read: " + e.Message, null, e);
        }
    }
}
