using Sgasa.Contracts;
using Sgasa.Prompting;

namespace Sgasa.Testing;

/// <summary>Tells which instruction a model was given.</summary>
internal static class Asked
{
    private static readonly InstructionSet Standard = InstructionSet.For(InstructionStyle.Standard);

    public static bool ToWriteGuideline(ScriptedCall call) => Opens(call, Standard.WriteGuideline(["x"], ["x"]));

    public static bool ToWriteSimilar(ScriptedCall call) => Opens(call, Standard.WriteSimilar(["x"]));

    public static bool ToClassify(ScriptedCall call) => Opens(call, Standard.Classify("x"));

    public static bool ToScore(ScriptedCall call) => Opens(call, Standard.Score("x", "x"));

    public static bool ToFollow(ScriptedCall call) => Opens(call, Standard.FollowGuideline("x", "x"));

    private static bool Opens(ScriptedCall call, Instruction instruction) =>
        call.Text.StartsWith(instruction.Text.Split('\n')[0], StringComparison.Ordinal);
}
