using Sgasa.Contracts;
using Sgasa.Evaluator.Judging;

namespace Sgasa.Evaluator.Tests.Judging;

/// <summary>Makes responses to be judged.</summary>
internal static class Judged
{
    public static JudgementRequest Response(Label label, string response) => new()
    {
        ResponseId = "r1/response/x/0",
        RoundSeed = Some.Seed,
        Instructions = InstructionStyle.Standard,
        Label = label,
        Prompt = "the prompt in question",
        Response = response,
    };
}
