namespace Sgasa.Integration.Tests.Wire;

/// <summary>A place in a service's work, told by what passes there.</summary>
/// <param name="Name">The place, in words that follow a replica's name.</param>
/// <param name="Holds">Whether a passage is there; given with the messages that its replica has in hand.</param>
internal sealed record Place(string Name, Func<Passage, IReadOnlyList<Passage>, bool> Holds)
{
    /// <inheritdoc />
    public override string ToString() => Name;
}

/// <summary>
/// Places in the work of the consumer that answers commands, the same one for every kind of work: it takes the message up, does
/// the work with the model, stores artifacts, then a receipt, publishes its answer, and acknowledges.
/// </summary>
internal static class WorkPlaces
{
    private static readonly string[] Queues = ["synthesize-guideline", "augment-prompts", "build-pairs", "evaluate-checkpoint"];
    private static readonly string[] Answers = ["GuidelineSynthesized", "PromptAugmented", "PairBuilt", "CheckpointEvaluated"];

    /// <summary>Nothing is done yet: it asks whether the work was done before.</summary>
    public static Place BeforeTheWork { get; } = new(
        "before the work", (passage, _) => passage is { Kind: PassageKind.Question, Subject: "find receipt" });

    /// <summary>It asks the model, whose answer it does not get.</summary>
    public static Place InTheWork { get; } = new("in the work", (passage, inHand) =>
        passage is { Kind: PassageKind.Call, Subject: "Generate" } && inHand.Any(d => Queues.Contains(d.Subject)));

    /// <summary>The artifacts are stored, the receipt that names them is not.</summary>
    public static Place ArtifactsStored { get; } = new(
        "after the artifacts are stored", (passage, _) => passage is { Kind: PassageKind.Question, Subject: "update receipt" });

    /// <summary>The receipt is stored, and it does not know.</summary>
    public static Place ReceiptStored { get; } = new(
        "after the receipt is stored", (passage, _) => passage is { Kind: PassageKind.Answer, Subject: "update receipt" });

    /// <summary>The broker has the answer, and it does not know.</summary>
    public static Place AnswerPublished { get; } = new("after the answer is published", (passage, _) =>
        passage.Kind == PassageKind.Confirmation && Answers.Contains(passage.Subject));

    /// <summary>All is done, and the broker does not know.</summary>
    public static Place BeforeTheAcknowledgement { get; } = new("before the command is acknowledged", (passage, _) =>
        passage.Kind == PassageKind.Acknowledgement && Queues.Contains(passage.Subject));

    /// <summary>The place in the work, but of one batch of a kind of work.</summary>
    public static Place InTheWorkOn(string queue, int batch) => InTheWork with
    {
        Holds = (passage, inHand) =>
            InTheWork.Holds(passage, [.. inHand.Where(d => d.Subject == queue && d.Number("batch") == batch)]),
    };
}

/// <summary>Places in the coordinator's work: it hears of an answer, decides, stores its state with the messages, sends them.</summary>
internal static class CoordinatorPlaces
{
    private const string Queue = "advance-round";

    public static Place BeforeTheRoundIsStored { get; } = new(
        "before a new round is stored", (passage, _) => passage is { Kind: PassageKind.Question, Subject: "insert rounds" });

    public static Place RoundStored { get; } = new(
        "after a new round is stored", (passage, _) => passage is { Kind: PassageKind.Answer, Subject: "insert rounds" });

    public static Place BeforeTheWork { get; } = new("before the work of advance-round", (passage, inHand) =>
        passage is { Kind: PassageKind.Question, Subject: "find rounds" } && Works(inHand));

    public static Place BeforeTheStateIsStored { get; } = new("before its state is stored", (passage, inHand) =>
        passage is { Kind: PassageKind.Question, Subject: "update rounds" } && Works(inHand));

    public static Place StateStored { get; } = new("after its state is stored", (passage, inHand) =>
        passage is { Kind: PassageKind.Answer, Subject: "update rounds" } && Works(inHand));

    public static Place CommandSent { get; } = new("after a command is sent", (passage, inHand) =>
        passage is { Kind: PassageKind.Confirmation, Subject: "BuildPairs" } && Works(inHand));

    public static Place BeforeTheAcknowledgement { get; } = new("before advance-round is acknowledged", (passage, _) =>
        passage is { Kind: PassageKind.Acknowledgement, Subject: Queue });

    private static bool Works(IReadOnlyList<Passage> inHand) => inHand.Any(d => d.Subject == Queue);
}

/// <summary>Places in the trainer's work: it takes a command in as a job, and trains jobs step by step.</summary>
internal static class TrainerPlaces
{
    private const string Queue = "train-checkpoint", Jobs = "training_jobs";

    public static Place BeforeTheWork { get; } = new("before the work of train-checkpoint", (passage, inHand) =>
        passage is { Kind: PassageKind.Question, Subject: "find round_specification" } && HasCommand(inHand));

    public static Place InTheWork { get; } = new("in the work of train-checkpoint", (passage, inHand) =>
        passage is { Kind: PassageKind.Answer, Subject: "find sft_pair" or "find preference_pair" } && HasCommand(inHand));

    public static Place BeforeTheJobIsStored { get; } = new("before the job is stored", (passage, _) =>
        passage is { Kind: PassageKind.Question, Subject: $"insert {Jobs}" });

    public static Place JobStored { get; } = new("after the job is stored", (passage, _) =>
        passage is { Kind: PassageKind.Answer, Subject: $"insert {Jobs}" });

    public static Place BeforeTheAcknowledgement { get; } = new("before train-checkpoint is acknowledged", (passage, _) =>
        passage is { Kind: PassageKind.Acknowledgement, Subject: Queue });

    /// <summary>A state lies in the store, and some steps have been taken since.</summary>
    public static Place BetweenTwoSteps { get; } = new("between two steps", (passage, _) =>
        passage is { Kind: PassageKind.Question, Subject: $"update {Jobs}" }
        && passage.Body.Contains($"\"step\" : {{ \"$literal\" : {SmallRound.SaveEvery + 2} }}", StringComparison.Ordinal));

    public static Place WhileAStateIsWritten { get; } = new("while a state is written", (passage, _) =>
        passage is { Kind: PassageKind.Question, Subject: "insert blobs.chunks" });

    public static Place StateStored { get; } = new("after a state is stored", (passage, _) =>
        passage is { Kind: PassageKind.Answer, Subject: "findAndModify file_sets" }
        && passage.Body.Contains("\"jobs/", StringComparison.Ordinal));

    public static Place AdapterWritten { get; } = new("after the adapter is written", (passage, _) =>
        passage is { Kind: PassageKind.Question, Subject: "update checkpoint" });

    public static Place CheckpointStored { get; } = new("after the checkpoint is stored", (passage, _) =>
        passage is { Kind: PassageKind.Answer, Subject: "update checkpoint" });

    public static Place CheckpointPublished { get; } = new("after the checkpoint is published", (passage, _) =>
        passage is { Kind: PassageKind.Confirmation, Subject: "CheckpointReady" });

    public static Place BeforeTheJobHasEnded { get; } = new("before the job's end is stored", (passage, _) =>
        passage is { Kind: PassageKind.Question, Subject: $"update {Jobs}" }
        && passage.Body.Contains("\"Completed\"", StringComparison.Ordinal));

    private static bool HasCommand(IReadOnlyList<Passage> inHand) => inHand.Any(d => d.Subject == Queue);
}

/// <summary>The list of all places.</summary>
internal static class Places
{
    /// <summary>Every place that the classes of this file name.</summary>
    public static IReadOnlyList<Place> All { get; } =
    [
        .. Of(typeof(WorkPlaces)),
        .. Of(typeof(CoordinatorPlaces)),
        .. Of(typeof(TrainerPlaces)),
    ];

    private static IEnumerable<Place> Of(Type type) => type.GetProperties()
        .Where(p => p.PropertyType == typeof(Place))
        .Select(p => (Place)p.GetValue(null)!);
}
