namespace Sgasa.Artifacts;

/// <summary>Where rounds and what they make are stored; bound from the section <c>Store</c> and checked at start.</summary>
public sealed class StoreOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Store";

    /// <summary><c>Sqlite</c>: a file of this host's own; <c>MongoDb</c>: shared by all services and their replicas.</summary>
    public string Kind { get; set; } = nameof(StoreKind.Sqlite);

    /// <summary>Sqlite: the database file; it and its folder are made when they are missing.</summary>
    public string Path { get; set; } = "";

    /// <summary>MongoDb: the servers, the user and its password, and <c>tls=true</c> for TLS.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>MongoDb: the database's name.</summary>
    public string Database { get; set; } = "sgasa";

    /// <summary>MongoDb: a PEM file of the authorities that may have signed the servers' certificates; turns TLS on.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>
    /// Where adapters and training states are kept: <c>Folder</c>, <see cref="FilesFolder"/>; <c>GridFs</c>, the MongoDB
    /// database. Empty: GridFs with MongoDb, Folder with Sqlite.
    /// </summary>
    public string Files { get; set; } = "";

    /// <summary>
    /// Folder: a folder, or a volume that all replicas share. Empty with Sqlite: the folder <c>files</c> beside the
    /// database.
    /// </summary>
    public string FilesFolder { get; set; } = "";

    /// <summary>Most bytes in one adapter or training state; 16 GiB.</summary>
    public long MaxFileSetBytes { get; set; } = 16L << 30;

    /// <summary>MongoDb: how long a starting host waits for a database that does not answer yet.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromMinutes(1);

    internal StoreKind KindOfStore => Enum.Parse<StoreKind>(Kind, ignoreCase: true);

    internal FileStoreKind KindOfFiles =>
        Files.Length > 0 ? Enum.Parse<FileStoreKind>(Files, ignoreCase: true)
        : KindOfStore == StoreKind.MongoDb ? FileStoreKind.GridFs
        : FileStoreKind.Folder;

    internal string FolderOfFiles => System.IO.Path.GetFullPath(
        FilesFolder.Length > 0
            ? FilesFolder
            : System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!, "files"));
}

/// <summary>The databases there are.</summary>
internal enum StoreKind
{
    Sqlite,
    MongoDb,
}

/// <summary>The places for files there are.</summary>
internal enum FileStoreKind
{
    Folder,
    GridFs,
}
