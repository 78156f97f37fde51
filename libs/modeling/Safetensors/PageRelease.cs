using System.Runtime.InteropServices;

namespace Sgasa.Modeling.Safetensors;

/// <summary>Gives mapped pages of a file back to the system once they are read.</summary>
internal static unsafe partial class PageRelease
{
    private const int DontNeed = 4; // MADV_DONTNEED

    /// <summary>Gives back all pages that a range touches; they are read again if they are touched again.</summary>
    /// <param name="start">The range's first byte, in a read-only mapping.</param>
    /// <param name="length">Its bytes.</param>
    public static void Release(byte* start, long length)
    {
        if (!OperatingSystem.IsLinux()) return;
        var page = (nint)Environment.SystemPageSize;
        var first = (nint)start / page * page;
        var end = ((nint)start + (nint)length + page - 1) / page * page;
        // Advice: where it is not taken, nothing is lost but the memory.
        _ = Advise(first, (nuint)(end - first), DontNeed);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
