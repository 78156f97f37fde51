namespace Sgasa.Api.Files;

/// <summary>A file of a checkpoint's adapter.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Sha256">SHA-256 of its content, as lowercase hexadecimal digits.</param>
public sealed record AdapterFile(string Name, long Length, string Sha256);
