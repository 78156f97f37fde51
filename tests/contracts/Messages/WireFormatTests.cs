using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Bus;

namespace Sgasa.Contracts.Tests.Messages;

/// <summary>
/// Every message as it goes over the wire. Services of two versions read each other's messages during an upgrade, and
/// queues keep them for days: a name or value here may be added, never changed.
/// </summary>
public sealed class WireFormatTests
{
    public static TheoryData<object, string, string> Messages =>
    [
        .. Pinned.Select(p => new TheoryDataRow<object, string, string>(p.Message, p.Type, p.Json)),
    ];

    private static readonly (object Message, string Type, string Json)[] Pinned =
    [
        (new SynthesizeGuideline { RoundId = "r1", Slot = 3, Attempt = 1 },
            "SynthesizeGuideline",
            """{"roundId":"r1","slot":3,"attempt":1}"""),
        (new AugmentPrompts { RoundId = "r1", Label = Label.Benign, Batch = 2, Count = 8 },
            "AugmentPrompts",
            """{"roundId":"r1","label":"Benign","batch":2,"count":8}"""),
        (new BuildPairs
            {
                RoundId = "r1",
                Stage = Stage.Sft,
                Label = Label.Harmful,
                Batch = 0,
                PromptIds = ["a", "b"],
                GuidelineIds = ["g"],
            },
            "BuildPairs",
            """{"roundId":"r1","stage":"Sft","label":"Harmful","batch":0,"promptIds":["a","b"],"guidelineIds":["g"]}"""),
        (new TrainCheckpoint { RoundId = "r1", Stage = Stage.Dpo, PairIds = ["p"] },
            "TrainCheckpoint",
            """{"roundId":"r1","stage":"Dpo","pairIds":["p"]}"""),
        (new EvaluateCheckpoint
            {
                RoundId = "r1",
                Method = Method.Context,
                CheckpointId = null,
                GuidelineIds = ["g"],
                Shard = 1,
                PromptIds = ["e"],
            },
            "EvaluateCheckpoint",
            """{"roundId":"r1","method":"Context","checkpointId":null,"guidelineIds":["g"],"shard":1,"promptIds":["e"]}"""),
        (new GuidelineSynthesized
            {
                RoundId = "r1",
                Slot = 3,
                Attempt = 1,
                GuidelineId = "g",
                Verified = true,
                Score = 0.75,
                Tokens = 5_000_000_000,
            },
            "GuidelineSynthesized",
            """{"roundId":"r1","slot":3,"attempt":1,"guidelineId":"g","verified":true,"score":0.75,"tokens":5000000000}"""),
        (new PromptAugmented
            {
                RoundId = "r1",
                Label = Label.Benign,
                Batch = 2,
                Accepted = [new AcceptedPrompt { PromptId = "p", Signature = "AQI=" }],
                Requested = 8,
                Tokens = 40,
            },
            "PromptAugmented",
            """{"roundId":"r1","label":"Benign","batch":2,"accepted":[{"promptId":"p","signature":"AQI="}],"""
            + "\"requested\":8,\"tokens\":40}"),
        (new PairBuilt
            {
                RoundId = "r1",
                Stage = Stage.Dpo,
                Label = Label.Harmful,
                Batch = 0,
                PairIds = ["p"],
                Prompts = 4,
                Tokens = 40,
            },
            "PairBuilt",
            """{"roundId":"r1","stage":"Dpo","label":"Harmful","batch":0,"pairIds":["p"],"prompts":4,"tokens":40}"""),
        (new TrainingProgressed
            {
                RoundId = "r1",
                Stage = Stage.Sft,
                Step = 5,
                Steps = 60,
                Loss = double.NaN,
                TokensPerSecond = 1.5,
            },
            "TrainingProgressed",
            """{"roundId":"r1","stage":"Sft","step":5,"steps":60,"loss":"NaN","tokensPerSecond":1.5}"""),
        (new CheckpointReady { RoundId = "r1", Stage = Stage.Sft, CheckpointId = "c" },
            "CheckpointReady",
            """{"roundId":"r1","stage":"Sft","checkpointId":"c"}"""),
        (new TrainingFailed { RoundId = "r1", Stage = Stage.Sft, Reason = "Too few pairs." },
            "TrainingFailed",
            """{"roundId":"r1","stage":"Sft","reason":"Too few pairs."}"""),
        (new CheckpointEvaluated
            {
                RoundId = "r1",
                Method = Method.Vanilla,
                Shard = 1,
                Counts = new EvaluationCounts
                {
                    NotUnsafe = 1, HarmfulScored = 2, NotOverrefuse = 3, BenignScored = 4, Unscored = 5,
                },
                Tokens = 40,
            },
            "CheckpointEvaluated",
            """{"roundId":"r1","method":"Vanilla","shard":1,"counts":{"notUnsafe":1,"harmfulScored":2,"notOverrefuse":3,"""
            + "\"benignScored\":4,\"unscored\":5},\"tokens\":40}"),
        (new WorkFailed { RoundId = "r1", Work = "AugmentPrompts Harmful 3", Reason = "No such file." },
            "WorkFailed",
            """{"roundId":"r1","work":"AugmentPrompts Harmful 3","reason":"No such file."}"""),
        (new CheckpointPromoted { RoundId = "r1", CheckpointId = "c" },
            "CheckpointPromoted",
            """{"roundId":"r1","checkpointId":"c"}"""),
        (new RoundCompleted { RoundId = "r1" }, "RoundCompleted", """{"roundId":"r1"}"""),
        (new RoundFailed { RoundId = "r1", Reason = "No guideline." },
            "RoundFailed",
            """{"roundId":"r1","reason":"No guideline."}"""),
    ];

    [Fact]
    public void Pinned_Messages_AreAllThereAre()
    {
        // A part of a message, not one of its own.
        Type[] parts = [typeof(AcceptedPrompt)];

        var messages = typeof(AugmentPrompts).Assembly.GetExportedTypes()
            .Where(t => t.Namespace == typeof(AugmentPrompts).Namespace && !t.IsAbstract && !t.IsEnum)
            .Except(parts);

        Pinned.Select(p => p.Message.GetType()).ShouldBe(messages, ignoreOrder: true);
        RoundMessages.Commands.Concat(RoundMessages.Events).ShouldBe(messages, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Messages), DisableDiscoveryEnumeration = true)]
    public void Serialize_Message_IsAsPinned(object message, string type, string json)
    {
        var written = JsonSerializer.Serialize(message, message.GetType(), WireFormat.Options);

        written.ShouldBe(json);
        MessageUrn.ForTypeString(message.GetType()).ShouldBe($"urn:message:Sgasa.Contracts.Messages:{type}");
        JsonSerializer.Serialize(message, message.GetType(), ContractsJson.Default).ShouldBe(json, "in the store, as receipt");
    }

    [Theory]
    [MemberData(nameof(Messages), DisableDiscoveryEnumeration = true)]
    public void Deserialize_AsPinned_IsTheMessage(object message, string type, string json)
    {
        var read = JsonSerializer.Deserialize(json, message.GetType(), WireFormat.Options);

        read.ShouldBeEquivalentTo(AsRead(message), type);
    }

    [Theory]
    [MemberData(nameof(Messages), DisableDiscoveryEnumeration = true)]
    public void Deserialize_MembersOfANewerVersion_AreSkipped(object message, string type, string json)
    {
        var newer = JsonNode.Parse(json)!.AsObject();
        newer.Insert(0, "invented", new JsonObject { ["by"] = new JsonArray("a newer version", 2, null) });

        var read = JsonSerializer.Deserialize(newer.ToJsonString(), message.GetType(), WireFormat.Options);

        read.ShouldBeEquivalentTo(AsRead(message), type);
    }

    [Theory]
    [MemberData(nameof(Messages), DisableDiscoveryEnumeration = true)]
    public void Deserialize_EnumsAsOlderVersionsWroteThem_AreUnderstood(object message, string type, string json)
    {
        var older = JsonNode.Parse(json)!.AsObject();
        foreach (var property in message.GetType().GetProperties().Where(p => p.PropertyType.IsEnum))
        {
            older[JsonNamingPolicy.CamelCase.ConvertName(property.Name)] =
                Convert.ToInt32(property.GetValue(message), System.Globalization.CultureInfo.InvariantCulture);
        }

        var read = JsonSerializer.Deserialize(older.ToJsonString(), message.GetType(), WireFormat.Options);

        read.ShouldBeEquivalentTo(AsRead(message), type);
    }

    [Fact]
    public void Deserialize_OptionalMemberMissing_HasItsDefault()
    {
        const string Json = """{"roundId":"r1","method":"Vanilla","guidelineIds":[],"shard":1,"promptIds":["e"]}""";

        var read = JsonSerializer.Deserialize<EvaluateCheckpoint>(Json, WireFormat.Options);

        read.ShouldNotBeNull().CheckpointId.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Messages), DisableDiscoveryEnumeration = true)]
    public void Deserialize_RequiredMemberMissing_NamesIt(object message, string type, string json)
    {
        var cut = JsonNode.Parse(json)!.AsObject();
        cut.Remove("roundId").ShouldBeTrue(type);

        var error = Should.Throw<JsonException>(
            () => JsonSerializer.Deserialize(cut.ToJsonString(), message.GetType(), WireFormat.Options));

        error.Message.ShouldContain("roundId");
    }

    // Lists come back as lists; equivalence looks at their types too.
    private static object AsRead(object message)
    {
        var copy = message.GetType().GetMethod("<Clone>$")!.Invoke(message, null)!;
        foreach (var property in copy.GetType().GetProperties().Where(p => p.PropertyType.IsGenericType))
        {
            if (property.GetValue(copy) is not IEnumerable items) continue;
            var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(property.PropertyType.GetGenericArguments()))!;
            foreach (var item in items) list.Add(item);
            property.SetValue(copy, list);
        }

        return copy;
    }
}
