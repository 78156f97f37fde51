using System.Text;
using Sgasa.Contracts;

namespace Sgasa.Prompting;

/// <summary>
/// The instructions given to a model, one for each step of the method. Their wording is in the embedded text files of
/// <c>Instructions</c>. Texts that are filled in are data: a closing tag inside them is neutralised, nothing else in
/// them is changed or expanded.
/// </summary>
public sealed class InstructionSet
{
    private static readonly InstructionSet Standard = new("Standard");
    private static readonly InstructionSet Compact = new("Compact");

    private readonly InstructionTemplate _writeGuideline;
    private readonly InstructionTemplate _followGuideline;
    private readonly InstructionTemplate _writeSimilar;
    private readonly InstructionTemplate _classify;
    private readonly InstructionTemplate _score;
    private readonly InstructionTemplate _judgeHarmful;
    private readonly InstructionTemplate _judgeBenign;

    private InstructionSet(string folder)
    {
        _writeGuideline = Read(folder, nameof(WriteGuideline));
        _followGuideline = Read(folder, nameof(FollowGuideline));
        _writeSimilar = Read(folder, nameof(WriteSimilar));
        _classify = Read(folder, nameof(Classify));
        _score = Read(folder, nameof(Score));
        _judgeHarmful = Read(folder, nameof(JudgeHarmful));
        _judgeBenign = Read(folder, nameof(JudgeBenign));
    }

    /// <summary>The instructions in one wording.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The style is none of the known ones.</exception>
    public static InstructionSet For(InstructionStyle style) => style switch
    {
        InstructionStyle.Standard => Standard,
        InstructionStyle.Compact => Compact,
        _ => throw new ArgumentOutOfRangeException(nameof(style), style, "Unknown instruction style."),
    };

    /// <summary>Asks for guidelines from examples of both labels (method, step 1).</summary>
    public Instruction WriteGuideline(IReadOnlyList<string> harmful, IReadOnlyList<string> benign) =>
        _writeGuideline.Fill(("harmful", harmful), ("benign", benign));

    /// <summary>A request with a guideline in front of it (method, steps 2 and 5).</summary>
    public Instruction FollowGuideline(string guideline, string prompt) =>
        _followGuideline.Fill(("guideline", [guideline]), ("prompt", [prompt]));

    /// <summary>Asks for another prompt like the examples, which are all of one label (method, step 3).</summary>
    public Instruction WriteSimilar(IReadOnlyList<string> examples) => _writeSimilar.Fill(("examples", examples));

    /// <summary>Asks whether a prompt is harmful or benign (method, step 4).</summary>
    public Instruction Classify(string text) => _classify.Fill(("text", [text]));

    /// <summary>Asks for a score, 1 to 10, of an answer to a benign prompt (method, steps 5 and 7).</summary>
    public Instruction Score(string prompt, string answer) => _score.Fill(("prompt", [prompt]), ("answer", [answer]));

    /// <summary>Asks whether an answer to a harmful prompt is unsafe (evaluation).</summary>
    public Instruction JudgeHarmful(string prompt, string answer) =>
        _judgeHarmful.Fill(("prompt", [prompt]), ("answer", [answer]));

    /// <summary>Asks whether an answer to a benign prompt is an over-refusal (evaluation).</summary>
    public Instruction JudgeBenign(string prompt, string answer) =>
        _judgeBenign.Fill(("prompt", [prompt]), ("answer", [answer]));

    private static InstructionTemplate Read(string folder, string name)
    {
        var resource = $"{typeof(InstructionSet).Namespace}.Instructions.{folder}.{name}.txt";
        using var stream = typeof(InstructionSet).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The embedded instruction '{resource}' is missing.");
        using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
        return InstructionTemplate.Parse(reader.ReadToEnd());
    }
}
