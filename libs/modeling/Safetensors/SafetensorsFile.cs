using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using TorchSharp;

namespace Sgasa.Modeling.Safetensors;

/// <summary>
/// A safetensors file, mapped into memory: its header is checked when it is opened, its tensors are read on demand.
/// </summary>
public sealed unsafe class SafetensorsFile : IDisposable
{
    private const int LengthBytes = 8;

    /// <summary>Elements converted at a time: what is in memory beside the file's own pages and the result.</summary>
    private const long ChunkElements = 1 << 22;

    private readonly Dictionary<string, SafetensorsEntry> _entries;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _data;
    private bool _disposed;

    private SafetensorsFile(string path, SafetensorsHeader header, MemoryMappedFile map, long dataStart)
    {
        Path = path;
        Entries = header.Entries;
        Metadata = header.Metadata;
        _entries = header.Entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
        _map = map;
        _view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _data = start + _view.PointerOffset + dataStart;
    }

    /// <summary>The file's path, as given.</summary>
    public string Path { get; }

    /// <summary>The tensors, in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>The texts under <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="ModelFormatException">
    /// The file is missing, cut short, or breaks a rule of the format.
    /// </exception>
    public static SafetensorsFile Open(string path)
    {
        MemoryMappedFile? map = null;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var (header, dataStart) = ReadHeader(path, stream);
            map = MemoryMappedFile.CreateFromFile(
                stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            return new SafetensorsFile(path, header, map, dataStart);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelFormatException(path, "there is no such file", null, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            map?.Dispose();
            throw new ModelFormatException(path, "can't be read: " + e.Message, null, e);
        }
    }

    /// <summary>The header's entry of a tensor; null where the file has none of that name.</summary>
    public SafetensorsEntry? Find(string name) => _entries.GetValueOrDefault(name);

    /// <summary>Reads a tensor of format F32, F16 or BF16 as float32 on the CPU; the caller owns it.</summary>
    /// <exception cref="KeyNotFoundException">The file has no tensor of that name.</exception>
    /// <exception cref="ModelFormatException">The tensor is of another format.</exception>
    public torch.Tensor Read(string name)
    {
        var entry = Readable(name);
        var tensor = torch.empty([.. entry.Shape], torch.float32);
        Copy(entry, tensor);
        return tensor;
    }

    /// <summary>
    /// Reads a tensor of format F32, F16 or BF16 into its place, part by part; beside it only one part is in memory.
    /// </summary>
    /// <param name="name">The tensor.</param>
    /// <param name="target">A contiguous float tensor of the same shape, on any device.</param>
    /// <exception cref="KeyNotFoundException">The file has no tensor of that name.</exception>
    /// <exception cref="ModelFormatException">The tensor is of another format.</exception>
    public void ReadInto(string name, torch.Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var entry = Readable(name);
        if (!entry.Shape.SequenceEqual(target.shape))
            throw new ArgumentException(
                $"{name} has shape [{string.Join(", ", entry.Shape)}], its place [{string.Join(", ", target.shape)}].",
                nameof(target));
        Copy(entry, target);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }

    /// <summary>Part of a tensor's bytes as they are in the file; valid until the file is disposed.</summary>
    internal ReadOnlySpan<byte> Bytes(SafetensorsEntry entry, long offset, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + count, entry.End - entry.Begin);
        return new ReadOnlySpan<byte>(_data + entry.Begin + offset, checked((int)count));
    }

    private SafetensorsEntry Readable(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var entry = Find(name) ?? throw new KeyNotFoundException($"{Path} has no tensor {name}.");
        return FloatConversion.CanRead(entry.Dtype)
            ? entry
            : throw new ModelFormatException(
                $"{Path}, tensor {name}", $"has number format {entry.Dtype}", "Supported are F32, F16 and BF16");
    }

    private void Copy(SafetensorsEntry entry, torch.Tensor target)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var flat = target.detach().view(-1);
        var size = SafetensorsHeader.BitsOf(entry.Dtype) / 8;
        var direct = FloatConversion.CanConvert(entry.Dtype, target.dtype);
        var type = direct ? target.dtype : torch.ScalarType.Float32;
        using var buffer = direct && target.device_type == DeviceType.CPU
            ? null
            : torch.empty([Math.Min(ChunkElements, entry.ElementCount)], type);
        for (var done = 0L; done < entry.ElementCount; done += ChunkElements)
        {
            var count = Math.Min(ChunkElements, entry.ElementCount - done);
            using var part = flat.narrow(0, done, count);
            using var values = buffer?.narrow(0, 0, count);
            FloatConversion.Read(entry.Dtype, Bytes(entry, done * size, count * size), type, (values ?? part).bytes);
            if (values is not null) part.copy_(values);
            // The pages stay in the system's cache, but no longer count as this process's memory.
            PageRelease.Release(_data + entry.Begin + done * size, count * size);
        }
    }

    private static (SafetensorsHeader Header, long DataStart) ReadHeader(string path, FileStream stream)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        if (stream.Length < LengthBytes || stream.ReadAtLeast(prefix, LengthBytes, throwOnEndOfStream: false) < LengthBytes)
            throw new ModelFormatException(
                path, $"has {stream.Length} bytes, too few for a safetensors file", "Fetch the file again");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > SafetensorsHeader.MaxLength)
            throw new ModelFormatException(
                path,
                $"claims a header of {length} bytes, more than the format's {SafetensorsHeader.MaxLength}",
                "Check that it is a safetensors file");
        if ((long)length > stream.Length - LengthBytes)
            throw new ModelFormatException(
                path,
                $"claims a header of {length} bytes, but has {stream.Length} in all: it is cut short",
                "Fetch the file again");
        var json = new byte[length];
        stream.ReadExactly(json);
        var dataStart = LengthBytes + (long)length;
        return (SafetensorsHeader.Parse(path, json, stream.Length - dataStart), dataStart);
    }
}
