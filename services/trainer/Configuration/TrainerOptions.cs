using System.ComponentModel.DataAnnotations;

namespace Sgasa.Trainer;

/// <summary>Configures the trainer's host; bound from the section <c>Trainer</c> and checked at start.</summary>
public sealed record TrainerOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Trainer";

    /// <summary>The Hugging Face folder of the base model.</summary>
    [Required]
    public string ModelFolder { get; set; } = "";

    /// <summary>Where checkpoints and the state of running jobs are kept.</summary>
    [Required]
    public string DataFolder { get; set; } = "";

    /// <summary>
    /// Where a trainer of its own serves gRPC: <c>http://host:port</c>, or <c>unix:/path/to.sock</c>.
    /// </summary>
    [Required]
    public string Listen { get; set; } = "http://127.0.0.1:5600";

    /// <summary>Where the model runs: <c>cpu</c>, <c>cuda</c>, or <c>auto</c> for a GPU where there is one.</summary>
    [RegularExpression("^(auto|cpu|cuda(:[0-9]{1,2})?)$")]
    public string Device { get; set; } = "auto";

    /// <summary>
    /// The type of the weights in memory: <c>float32</c>, <c>bfloat16</c>, or <c>auto</c> for float32 on the CPU and bfloat16 on
    /// a GPU. Adapters are float32 in any case.
    /// </summary>
    [RegularExpression("^(auto|float32|bfloat16)$")]
    public string Dtype { get; set; } = "auto";

    /// <summary>
    /// Requests decoded together; the batch always has this many rows, so a response never depends on the others.
    /// </summary>
    [Range(1, 1_024)]
    public int Slots { get; set; } = 16;

    /// <summary>CPU threads for tensor arithmetic; 0 leaves libtorch's choice.</summary>
    [Range(0, 1_024)]
    public int Threads { get; set; }

    /// <summary>Longest sequence, prompt and response, in tokens; 0 takes what the model was made for.</summary>
    [Range(0, 1_048_576)]
    public int ContextLength { get; set; }

    /// <summary>Adapters kept in memory beside the base weights; the least recently used leave first.</summary>
    [Range(1, 1_024)]
    public int MaxAdapters { get; set; } = 8;

    /// <summary>Adapters outside the data folder: checkpoint id to PEFT folder.</summary>
    public IDictionary<string, string> Adapters { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Names this trainer in leases. A trainer that starts again under its old name continues its jobs at once.
    /// </summary>
    [Required, StringLength(128, MinimumLength = 1)]
    public string Owner { get; set; } = Environment.MachineName;

    /// <summary>How long a job stays with a trainer that has gone silent.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "01:00:00",
        ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often an idle trainer looks for jobs that another one left behind.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00",
        ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Shortest time between two progress reports of a job.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00",
        ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Most bytes that may come with a training job, its data sets and its adapter together.</summary>
    [Range(1L, long.MaxValue)]
    public long MaxUploadBytes { get; set; } = 2L << 30;

    /// <summary>Most turns in one conversation.</summary>
    [Range(1, 65_536)]
    public int MaxTurns { get; set; } = 256;

    /// <summary>Most characters in one conversation, all turns together.</summary>
    [Range(1, 67_108_864)]
    public int MaxCharacters { get; set; } = 1_048_576;
}
