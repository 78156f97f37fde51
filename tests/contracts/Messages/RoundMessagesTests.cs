using Sgasa.Contracts.Messages;

namespace Sgasa.Contracts.Tests.Messages;

/// <summary>What the messages say of themselves. Stores keep receipts for ever: none of these names may change.</summary>
public sealed class RoundMessagesTests
{
    public static TheoryData<IRoundCommand, string, string> Commands => new()
    {
        {
            new SynthesizeGuideline { RoundId = "r1", Slot = 3, Attempt = 12 },
            "SynthesizeGuideline 3-12", "r1/receipt/synthesize-guideline/00003-00012"
        },
        {
            new AugmentPrompts { RoundId = "r1", Label = Label.Benign, Batch = 2, Count = 8 },
            "AugmentPrompts Benign 2", "r1/receipt/augment-prompts/benign/00002"
        },
        {
            new BuildPairs { RoundId = "r1", Stage = Stage.Sft, Label = Label.Harmful, Batch = 0, PromptIds = [], GuidelineIds = [] },
            "BuildPairs Sft Harmful 0", "r1/receipt/build-pairs/sft/harmful/00000"
        },
        {
            new TrainCheckpoint { RoundId = "r1", Stage = Stage.Dpo, PairIds = [] },
            "TrainCheckpoint Dpo", "r1/receipt/train-checkpoint/dpo"
        },
        {
            new EvaluateCheckpoint { RoundId = "r1", Method = Method.Context, GuidelineIds = [], Shard = 1, PromptIds = [] },
            "EvaluateCheckpoint Context 1", "r1/receipt/evaluate-checkpoint/context/00001"
        },
    };

    [Theory]
    [MemberData(nameof(Commands), DisableDiscoveryEnumeration = true)]
    public void Work_EachCommand_NamesItsPlaceAndItsReceipt(IRoundCommand command, string work, string receipt)
    {
        command.Work.ShouldBe(work);
        ArtifactIds.Receipt(command.RoundId, command.Work).ShouldBe(receipt);
    }

    [Fact]
    public void Commands_EachOne_IsPinnedHere() =>
        Commands.Select(row => row.Data.Item1.GetType()).ShouldBe(RoundMessages.Commands, ignoreOrder: true);

    [Fact]
    public void Commands_EachOne_HasAnAnswer() =>
        RoundMessages.Answers.Select(RoundMessages.CommandOf).OfType<Type>().Distinct()
            .ShouldBe(RoundMessages.Commands, ignoreOrder: true);

    [Fact]
    public void CommandOf_EventThatAnswersNone_IsNull()
    {
        RoundMessages.CommandOf(typeof(WorkFailed)).ShouldBeNull();
        RoundMessages.CommandOf(typeof(RoundCompleted)).ShouldBeNull();
    }
}
