using System.Text.Json;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;

namespace Sgasa.Contracts.Tests;

public sealed class ContractsJsonTests
{
    public static TheoryData<Type> Contracts =>
    [
        .. typeof(IArtifact).Assembly.GetExportedTypes()
            .Where(t => t.IsClass && !t.IsAbstract)
            .Where(t => t.IsAssignableTo(typeof(IArtifact)) || t.Namespace == typeof(AugmentPrompts).Namespace),
    ];

    [Theory]
    [MemberData(nameof(Contracts), DisableDiscoveryEnumeration = true)]
    public void GetTypeInfo_EveryArtifactAndMessage_IsKnown(Type type)
    {
        ContractsJson.Default.GetTypeInfo(type).ShouldNotBeNull();
    }

    [Fact]
    public void Serialize_Message_HasCamelCaseNamesAndEnumsAsWords()
    {
        var command = new AugmentPrompts { RoundId = "r1", Label = Label.Benign, Batch = 2, Count = 3 };

        var json = JsonSerializer.Serialize(command, ContractsJson.Default.AugmentPrompts);

        json.ShouldBe("""{"roundId":"r1","label":"Benign","batch":2,"count":3}""");
    }

    [Fact]
    public void Deserialize_MemberOfANewerVersion_IsSkipped()
    {
        const string Json = """{"roundId":"r1","label":"Benign","batch":2,"count":3,"invented":{"by":["a newer version"]}}""";

        var command = JsonSerializer.Deserialize(Json, ContractsJson.Default.AugmentPrompts);

        command.ShouldBe(new AugmentPrompts { RoundId = "r1", Label = Label.Benign, Batch = 2, Count = 3 });
    }

    [Fact]
    public void Deserialize_RequiredMemberMissing_Throws()
    {
        const string Json = """{"roundId":"r1","label":"Benign","batch":2}""";

        var error = Should.Throw<JsonException>(() => JsonSerializer.Deserialize(Json, ContractsJson.Default.AugmentPrompts));

        error.Message.ShouldContain("count");
    }

    [Fact]
    public void Deserialize_RecipeAsWritten_IsTheSame()
    {
        var recipe = new Recipe
        {
            Name = "mine",
            Instructions = InstructionStyle.Compact,
            Dpo = new Recipe().Dpo with { Beta = 0.3, LearningRate = 1e-5, LossType = DpoLossType.Ipo },
            Lora = new LoraConfig { TargetModules = ["q_proj"], RankPattern = new Dictionary<string, int> { ["q_proj"] = 4 } },
            Guidelines = new GuidelineRecipe { Sampling = new SamplingConfig { TopK = 40 } },
        };

        var again = JsonSerializer.Deserialize(
            JsonSerializer.Serialize(recipe, ContractsJson.Default.Recipe), ContractsJson.Default.Recipe);

        again.ShouldBe(recipe);
    }

    [Fact]
    public void Deserialize_MembersThatAnOlderVersionDidNotWrite_HaveTheirDefaults()
    {
        var recipe = JsonSerializer.Deserialize("""{"name":"old","sft":{"weightDecay":0.5}}""", ContractsJson.Default.Recipe);

        var now = new Recipe();
        recipe.ShouldBe(now with { Name = "old", Sft = now.Sft with { WeightDecay = 0.5 } });
    }

    [Fact]
    public void Deserialize_MembersThatAnOlderVersionCalledOtherwise_AreTakenOver()
    {
        var recipe = JsonSerializer.Deserialize(
            """
            {
                "lora": { "rank": 4, "alpha": 8 },
                "sft": { "epochs": 2, "batchSize": 8, "microBatchSize": 3, "saveEvery": 5 },
                "dpo": { "beta": 0.3, "epochs": 3, "batchSize": 6, "microBatchSize": 6 }
            }
            """,
            ContractsJson.Default.Recipe);

        var now = new Recipe();
        recipe.ShouldBe(now with
        {
            Lora = new LoraConfig { R = 4, LoraAlpha = 8 },
            Sft = now.Sft with { NumTrainEpochs = 2, SaveSteps = 5 },
            Dpo = now.Dpo with { Beta = 0.3, NumTrainEpochs = 3, PerDeviceTrainBatchSize = 6, GradientAccumulationSteps = 1 },
        });
    }

    [Fact]
    public void Serialize_Recipe_SaysNothingThatARecipeCantSet()
    {
        var json = JsonSerializer.Serialize(new Recipe(), ContractsJson.Default.Recipe);

        json.ShouldContain("\"perDeviceTrainBatchSize\":2");
        json.ShouldNotContain("shuffleSeed");
        json.ShouldNotContain("repetitionPenalty");
        json.ShouldNotContain("effectiveBatchSize");
    }

    [Fact]
    public void Deserialize_PromptWithoutFamily_HasAnEmptyOne()
    {
        var json = JsonSerializer.Serialize(
            new AttackPrompt { Id = "a", RoundId = "r", LogId = "1", Text = "t", Label = Label.Benign },
            ContractsJson.Default.AttackPrompt).Replace("\"family\":\"\",", "", StringComparison.Ordinal);

        var prompt = JsonSerializer.Deserialize(json, ContractsJson.Default.AttackPrompt);

        json.ShouldNotContain("family");
        prompt!.Family.ShouldBe("");
    }
}
