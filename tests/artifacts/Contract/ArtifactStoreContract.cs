using System.Text.Json;
using System.Text.Json.Serialization;
using CsCheck;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Artifacts.Tests.Contract;

/// <summary>What every <see cref="IArtifactStore"/> does.</summary>
public abstract class ArtifactStoreContract : StoreContract
{
    private static readonly JsonSerializerOptions AsWritten =
        new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private IArtifactStore Store => Here.Artifacts;

    [Fact]
    public async Task UpsertAsync_Twice_LeavesTheSame()
    {
        await Store.UpsertAsync([Some.Attack(0), Some.Attack(1)], Token);
        await Store.UpsertAsync([Some.Attack(0), Some.Attack(1)], Token);

        var stored = await There.Artifacts.ListAsync<AttackPrompt>("r1", Token);

        stored.ShouldBe([Some.Attack(0), Some.Attack(1)]);
    }

    [Fact]
    public async Task UpsertAsync_OtherContentUnderAnId_ReplacesIt()
    {
        await Store.UpsertAsync(Some.Attack(0, "before"), Token);

        await Store.UpsertAsync(Some.Attack(0, "after"), Token);

        (await Store.GetAsync<AttackPrompt>(Some.Attack(0).Id, Token)).Text.ShouldBe("after");
    }

    [Fact]
    public async Task UpsertAsync_SameIdTwiceInABatch_KeepsTheLast()
    {
        await Store.UpsertAsync([Some.Attack(0, "first"), Some.Attack(0, "last")], Token);

        var stored = await Store.ListAsync<AttackPrompt>("r1", Token);

        stored.ShouldHaveSingleItem().Text.ShouldBe("last");
    }

    [Fact]
    public async Task UpsertAsync_Nothing_ChangesNothing()
    {
        await Store.UpsertAsync(Array.Empty<AttackPrompt>(), Token);

        (await Store.ListAsync<AttackPrompt>("r1", Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task UpsertAsync_FaultInTheMiddleOfABatch_WritesNoneOfIt()
    {
        var batch = new FaultyBatch([Some.Attack(0), Some.Attack(1)], faultAfter: 1);

        await Should.ThrowAsync<InvalidOperationException>(() => Store.UpsertAsync(batch, Token));

        (await There.Artifacts.ListAsync<AttackPrompt>("r1", Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task UpsertAsync_CancelledInTheMiddleOfABatch_WritesNoneOfIt()
    {
        using var cancellation = new CancellationTokenSource();
        var batch = new FaultyBatch([Some.Attack(0), Some.Attack(1)], faultAfter: 1, cancellation.Cancel);

        await Should.ThrowAsync<OperationCanceledException>(() => Store.UpsertAsync(batch, cancellation.Token));

        (await There.Artifacts.ListAsync<AttackPrompt>("r1", Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task UpsertAsync_AfterAFault_StillWrites()
    {
        var batch = new FaultyBatch([Some.Attack(0)], faultAfter: 0);
        await Should.ThrowAsync<InvalidOperationException>(() => Store.UpsertAsync(batch, Token));

        await Store.UpsertAsync(Some.Attack(1), Token);

        (await Store.ListAsync<AttackPrompt>("r1", Token)).ShouldBe([Some.Attack(1)]);
    }

    [Fact]
    public async Task Everything_AlreadyCancelled_Throws()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Should.ThrowAsync<OperationCanceledException>(() => Store.UpsertAsync(Some.Attack(0), cancelled));
        await Should.ThrowAsync<OperationCanceledException>(() => Store.FindAsync<AttackPrompt>("x", cancelled));
        await Should.ThrowAsync<OperationCanceledException>(() => Store.GetAsync<AttackPrompt>(["x"], cancelled));
        await Should.ThrowAsync<OperationCanceledException>(() => Store.ListAsync<AttackPrompt>("r1", cancelled));
    }

    [Fact]
    public async Task UpsertAsync_ManyWritersAtOnce_KeepsEveryArtifact()
    {
        var batches = Enumerable.Range(0, 20).Select(b => Enumerable.Range(b * 10, 10).Select(i => Some.Attack(i)).ToArray());

        await Task.WhenAll(batches.Select((batch, i) => Task.Run(
            () => (i % 2 == 0 ? Here : There).Artifacts.UpsertAsync(batch, Token), Token)));

        (await Store.ListAsync<AttackPrompt>("r1", Token)).Count.ShouldBe(200);
    }

    [Fact]
    public async Task FindAsync_UnknownId_IsNull()
    {
        await Store.UpsertAsync(Some.Attack(0), Token);

        var found = await Store.FindAsync<AttackPrompt>(Some.Attack(1).Id, Token);

        found.ShouldBeNull();
    }

    [Fact]
    public async Task FindAsync_IdInOtherCase_IsNull()
    {
        await Store.UpsertAsync(Some.Attack(0), Token);

        var found = await Store.FindAsync<AttackPrompt>(Some.Attack(0).Id.ToUpperInvariant(), Token);

        found.ShouldBeNull();
    }

    [Fact]
    public async Task FindAsync_IdOfAnotherKind_IsNull()
    {
        await Store.UpsertAsync(Some.Attack(0), Token);

        var found = await Store.FindAsync<EvaluationPrompt>(Some.Attack(0).Id, Token);

        found.ShouldBeNull();
    }

    [Fact]
    public async Task GetAsync_ManyIds_GivesTheOrderAskedFor()
    {
        var prompts = Enumerable.Range(0, 1_700).Select(i => Some.Attack(i)).ToArray();
        await Store.UpsertAsync(prompts, Token);
        var asked = prompts.Reverse().Append(prompts[3]).ToArray();

        var found = await There.Artifacts.GetAsync<AttackPrompt>([.. asked.Select(p => p.Id)], Token);

        found.ShouldBe(asked);
    }

    [Fact]
    public async Task GetAsync_NoIds_IsEmpty()
    {
        await Store.UpsertAsync(Some.Attack(0), Token);

        var found = await Store.GetAsync<AttackPrompt>([], Token);

        found.ShouldBeEmpty();
    }

    [Fact]
    public async Task GetAsync_AMissingId_NamesKindAndId()
    {
        await Store.UpsertAsync(Some.Attack(0), Token);

        var fault = await Should.ThrowAsync<ArtifactNotFoundException>(
            () => Store.GetAsync<AttackPrompt>([Some.Attack(0).Id, "r1/attack/00009"], Token));

        (fault.Kind, fault.Id).ShouldBe((nameof(AttackPrompt), "r1/attack/00009"));
    }

    [Fact]
    public async Task ListAsync_SeveralRounds_GivesOneRoundOnly()
    {
        await Store.UpsertAsync([Some.Attack(0, round: "r1"), Some.Attack(0, round: "r10"), Some.Attack(0, round: "R1")], Token);

        var listed = await Store.ListAsync<AttackPrompt>("r1", Token);

        listed.ShouldBe([Some.Attack(0, round: "r1")]);
    }

    [Fact]
    public async Task ListAsync_AnyIds_GivesOrdinalOrder()
    {
        // In UTF-8 bytes the emoji comes after U+FF5E; in UTF-16 units, which ordinal order compares, before it.
        string[] ids = ["r1/b", "r1/B", "r1/a", "r1/\uff5e", "r1/😀", "r1/é"];
        await Store.UpsertAsync([.. ids.Select(id => Some.Attack(0) with { Id = id })], Token);

        var listed = await Store.ListAsync<AttackPrompt>("r1", Token);

        listed.Select(p => p.Id).ShouldBe(ids.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("r1/'; DROP TABLE attack_prompt; --")]
    [InlineData("r1/\"quoted\" $id :id @id ?1 %_")]
    [InlineData("r1/naïve 日本語 😀")]
    [InlineData("r1/$.a.b")]
    public async Task Everything_AwkwardId_IsTakenAsItIs(string id)
    {
        var prompt = Some.Attack(0) with { Id = id };

        await Store.UpsertAsync(prompt, Token);

        (await Store.FindAsync<AttackPrompt>(id, Token)).ShouldBe(prompt);
        (await Store.GetAsync<AttackPrompt>([id], Token)).ShouldBe([prompt]);
        (await Store.ListAsync<AttackPrompt>("r1", Token)).ShouldBe([prompt]);
    }

    [Fact]
    public async Task UpsertAsync_LargeText_ComesBackWhole()
    {
        var text = string.Concat(Enumerable.Range(0, 400_000).Select(i => (char)('a' + (i % 26)) + "é"));

        await Store.UpsertAsync(Some.Attack(0, text), Token);

        (await There.Artifacts.GetAsync<AttackPrompt>(Some.Attack(0).Id, Token)).Text.ShouldBe(text);
    }

    [Fact]
    public async Task UpsertAsync_AnyText_ComesBackTheSame()
    {
        // Whole characters only: half a surrogate pair is no text.
        var characters = Gen.Int[0, 0x10FFFF].Where(c => c is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32);
        var texts = Gen.OneOf(
            characters.Array[0, 40].Select(string.Concat),
            Gen.OneOf("", "\0", "\r\n\t\u2028", "\ufeff", "{\"$oid\":1}", "null"));

        await texts.SampleAsync(
            async text =>
            {
                await Store.UpsertAsync(Some.Attack(0, text), Token);
                (await Store.GetAsync<AttackPrompt>(Some.Attack(0).Id, Token)).Text.ShouldBe(text);
            },
            iter: 100,
            threads: 1);
    }

    [Fact]
    public async Task UpsertAsync_HalfASurrogatePair_BecomesTheReplacementCharacter()
    {
        await Store.UpsertAsync(Some.Attack(0, "a\ud800b\udc00"), Token);

        (await There.Artifacts.GetAsync<AttackPrompt>(Some.Attack(0).Id, Token)).Text.ShouldBe("a\ufffdb\ufffd");
    }

    [Fact]
    public async Task UpsertAsync_TenThousandAtOnce_AreAllThere()
    {
        var prompts = Enumerable.Range(0, 10_000).Select(i => Some.Attack(i)).ToArray();

        await Store.UpsertAsync(prompts, Token);

        (await There.Artifacts.ListAsync<AttackPrompt>("r1", Token)).ShouldBe(prompts);
    }

    [Fact]
    public async Task UpsertAsync_OtherRoundUnderAnId_MovesIt()
    {
        await Store.UpsertAsync(Some.Attack(0), Token);

        await Store.UpsertAsync(Some.Attack(0) with { RoundId = "r2" }, Token);

        (await Store.ListAsync<AttackPrompt>("r1", Token)).ShouldBeEmpty();
        (await Store.ListAsync<AttackPrompt>("r2", Token)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task UpsertAsync_AnyNumber_ComesBackBitForBit()
    {
        double[] numbers =
        [
            0.0, -0.0, 3.0, 0.1, 1e300, 9_007_199_254_740_993.0, double.Epsilon, double.MaxValue, double.NaN,
            double.PositiveInfinity, double.NegativeInfinity,
        ];
        var checkpoints = numbers.Select((n, i) => Some.Checkpoint() with { Id = $"r1/{i}", FinalLoss = n }).ToArray();

        await Store.UpsertAsync(checkpoints, Token);

        var found = await There.Artifacts.GetAsync<Checkpoint>([.. checkpoints.Select(c => c.Id)], Token);
        found.Select(c => BitConverter.DoubleToInt64Bits(c.FinalLoss))
            .ShouldBe(numbers.Select(BitConverter.DoubleToInt64Bits));
    }

    [Fact]
    public async Task UpsertAsync_EveryKind_ComesBackTheSame()
    {
        await RoundTripAsync(Some.Specification());
        await RoundTripAsync(Some.Attack(0));
        await RoundTripAsync(Some.EvaluationPrompt());
        await RoundTripAsync(Some.Guideline());
        await RoundTripAsync(Some.AugmentedPrompt());
        await RoundTripAsync(Some.SftPair());
        await RoundTripAsync(Some.PreferencePair());
        await RoundTripAsync(Some.Checkpoint());
        await RoundTripAsync(Some.JudgedResponse());
        await RoundTripAsync(Some.Evaluation());
        await RoundTripAsync(Some.Receipt());
    }

    private async Task RoundTripAsync<T>(T artifact) where T : class, IArtifact
    {
        await Store.UpsertAsync(artifact, Token);

        var found = await There.Artifacts.GetAsync<T>(artifact.Id, Token);

        Json(found).ShouldBe(Json(artifact));
    }

    // Lists have no equality of their own; this JSON is not the stores'.
    private static string Json<T>(T artifact) => JsonSerializer.Serialize(artifact, AsWritten);
}
