using System.Globalization;

namespace Sgasa.Bench.Memory;

/// <summary>The process's resident memory as Linux counts it: its own pages and those of mapped files.</summary>
internal static class ProcessMemory
{
    /// <summary>Resident bytes now.</summary>
    public static long Resident => Field("VmRSS:");

    /// <summary>Most resident bytes since the process began, or since <see cref="ForgetPeak"/>.</summary>
    public static long Peak => Field("VmHWM:");

    /// <summary>Lets the peak begin again at what is resident now.</summary>
    public static void ForgetPeak()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        File.WriteAllText("/proc/self/clear_refs", "5");
    }

    private static long Field(string name)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        var number = line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
        return long.Parse(number, CultureInfo.InvariantCulture) * 1024;
    }
}
