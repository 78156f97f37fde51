using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sgasa.Modeling.Native;

/// <summary>Marks one needed symbol version of an ELF library as weak, so that the loader accepts a system without it.</summary>
internal static class WeakVersionPatch
{
    /// <summary>The C++ runtime version that the library names and does not use.</summary>
    public const string Version = "GLIBCXX_3.4.32";

    private const ushort WeakFlag = 2;              // VER_FLG_WEAK
    private const uint NeededVersions = 0x6ffffffe; // SHT_GNU_verneed

    /// <summary>The path of a patched copy in the user's cache, made if it is not there yet.</summary>
    /// <param name="original">Path of the library; it is not changed.</param>
    public static string CopyOf(string original)
    {
        var bytes = File.ReadAllBytes(original);
        MarkWeak(bytes, Version);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Exception? last = null;
        foreach (var folder in CacheFolders())
        {
            try
            {
                Directory.CreateDirectory(folder);
                var target = Path.Combine(folder, hash[..16] + "-" + Path.GetFileName(original));
                if (IsIntact(target, bytes.Length, hash)) return target;

                // Another process may be doing the same: write aside, then rename, which replaces in one step.
                var aside = $"{target}.{Environment.ProcessId}.tmp";
                File.WriteAllBytes(aside, bytes);
                File.Move(aside, target, overwrite: true);
                return target;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                last = e;
            }
        }
        throw new IOException("No folder for the adapted copy of TorchSharp's native library can be written.", last);
    }

    /// <summary>Sets the weak flag on every need of <paramref name="version"/> in a 64-bit little-endian ELF image.</summary>
    /// <exception cref="InvalidDataException">The image is not such a file, or does not need that version.</exception>
    public static void MarkWeak(Span<byte> image, string version)
    {
        if (image.Length < 64 || !image[..6].SequenceEqual<byte>([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
        {
            throw new InvalidDataException("TorchSharp's native library is not a 64-bit little-endian ELF file.");
        }

        var sections = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(image[0x28..]));
        int size = Read16(image, 0x3a), count = Read16(image, 0x3c), marked = 0;
        for (var i = 0; i < count; i++)
        {
            var section = sections + i * size;
            if (Read32(image, section + 4) != NeededVersions) continue;
            var strings = Offset(image, sections + (int)Read32(image, section + 0x28) * size);
            var need = Offset(image, section);
            for (var n = Read32(image, section + 0x2c); n > 0; n--)
            {
                var entry = need + (int)Read32(image, need + 8);
                for (int e = Read16(image, need + 2); e > 0; e--)
                {
                    if (TextAt(image, strings + (int)Read32(image, entry + 8), version))
                    {
                        var flags = (ushort)(Read16(image, entry + 4) | WeakFlag);
                        BinaryPrimitives.WriteUInt16LittleEndian(image[(entry + 4)..], flags);
                        marked++;
                    }
                    entry += (int)Read32(image, entry + 12);
                }
                need += (int)Read32(image, need + 12);
            }
        }
        if (marked == 0) throw new InvalidDataException($"TorchSharp's native library does not name {version}.");
    }

    private static int Offset(ReadOnlySpan<byte> image, int section) =>
        checked((int)BinaryPrimitives.ReadUInt64LittleEndian(image[(section + 0x18)..]));

    private static uint Read32(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt32LittleEndian(image[at..]);

    private static ushort Read16(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt16LittleEndian(image[at..]);

    private static bool TextAt(ReadOnlySpan<byte> image, int at, string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (image[at + i] != text[i]) return false;
        }
        return image[at + text.Length] == 0;
    }

    private static bool IsIntact(string path, long length, string hash)
    {
        if (new FileInfo(path) is not { Exists: true } file || file.Length != length) return false;
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream)) == hash;
    }

    private static IEnumerable<string> CacheFolders()
    {
        var cache = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        if (cache.Length > 0) yield return Path.Combine(cache, "torchsharp-weak-version", "native");
        // A name of the user's own, since the shared temporary folder would let another user plant a library.
        yield return Path.Combine(Path.GetTempPath(), $"torchsharp-weak-version-{Environment.UserName}", "native");
    }
}
