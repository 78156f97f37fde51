using CsCheck;
using Sgasa.Cli.Generating;
using Sgasa.Prompting;

namespace Sgasa.Cli.Tests.Generating;

public sealed class ThinkingStreamTests
{
    private static readonly string[] Pieces = ["<think>", "</think>", "<", "</", "think>", " ", "\n", "a", "bc", "ä"];

    private static readonly Gen<string> Response =
        Gen.OneOf([.. Pieces.Select(Gen.Const)]).Array[0, 12].Select(string.Concat);

    [Fact]
    public void Add_AnyResponseInAnyPieces_GivesThePartsOfTheWhole()
    {
        Gen.Select(Response, Gen.Int[1, 5]).Sample((response, size) =>
        {
            var (thinking, answer) = Stream(response.Chunk(size).Select(c => new string(c)));

            var whole = ReasoningResponse.Parse(response);
            return thinking == whole.Thinking && answer == whole.Answer;
        });
    }

    [Fact]
    public void Add_PieceByPiece_ShowsEachAsSoonAsItCanBeNothingElse()
    {
        var shown = new List<string>();
        var stream = new ThinkingStream((kind, text) => shown.Add($"{kind}:{text}"));

        foreach (var piece in (string[])["I", " th", "ink</", "think", ">\n\n", "So", "."]) stream.Add(piece);
        stream.End();

        shown.ShouldBe(["Thinking:I", "Thinking: th", "Thinking:ink", "Answer:So", "Answer:."]);
    }

    private static (string Thinking, string Answer) Stream(IEnumerable<string> pieces)
    {
        var (thinking, answer) = ("", "");
        var stream = new ThinkingStream((kind, text) =>
        {
            if (kind == PieceKind.Thinking) thinking += text;
            else answer += text;
        });
        foreach (var piece in pieces) stream.Add(piece);
        stream.End();
        return (thinking, answer);
    }
}
