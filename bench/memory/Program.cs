using System.CommandLine;
using Sgasa.Bench.Memory;

// One measurement per process, so that none sees what an earlier one left behind. `bench/memory/measure.sh` runs them all.
return await MemoryCommands.Root().Parse(args).InvokeAsync();
