using System.Text;
using CsCheck;
using Sgasa.Contracts;
using Sgasa.Hosting.Recipes;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;

namespace Sgasa.Hosting.Tests.Recipes;

public sealed class RecipeFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sgasa-recipe");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Load_Paper_IsTheDefaults() => RecipeFile.Load("paper").ShouldBe(new Recipe());

    [Fact]
    public void Paper_AsAFile_NamesEveryKeyThatThereIs()
    {
        using var stream = typeof(RecipeFile).Assembly.GetManifestResourceStream("Sgasa.Hosting.Recipes.paper.yaml")!;
        using var reader = new StreamReader(stream);
        var file = reader.ReadToEnd().Split('\n').Select(line => line.Split('#')[0].TrimEnd()).ToList();

        // The key at its depth, as a file of one group a line has it.
        foreach (var line in RecipeFile.ToYaml(new Recipe()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var key = line[..(line.IndexOf(':', StringComparison.Ordinal) + 1)];
            file.ShouldContain(l => l.StartsWith(key, StringComparison.Ordinal) || (key.StartsWith("    ") && l.Contains(key.Trim())), key);
        }
    }

    [Fact]
    public void Load_Tiny_IsForTheTinyModel()
    {
        var recipe = RecipeFile.Load("tiny");

        recipe.Name.ShouldBe("tiny");
        recipe.Instructions.ShouldBe(InstructionStyle.Compact);
        recipe.Augmentation.ClassificationSampling.Temperature.ShouldBe(0);
        recipe.Sft.MaxLength.ShouldBe(512);
    }

    [Fact]
    public void Load_FileThatExtendsAPreset_ChangesOnlyWhatItGives()
    {
        var path = File("own.yaml", "extends: tiny\nsft:\n  learningRate: 1e-3 # higher\ndpo: { beta: 0.3 }\n");

        var recipe = RecipeFile.Load(path);

        var tiny = RecipeFile.Load("tiny");
        recipe.ShouldBe(tiny with
        {
            Name = "own",
            Sft = tiny.Sft with { LearningRate = 1e-3 },
            Dpo = tiny.Dpo with { Beta = 0.3 },
        });
    }

    [Fact]
    public void Load_FileWithoutBase_ChangesThePapers()
    {
        var path = File("own.json", """{ "name": "mine", "instructions": "Compact", "lora": { "rank": 8, "alpha": 16.5 } }""");

        var recipe = RecipeFile.Load(path);

        recipe.ShouldBe(new Recipe
        {
            Name = "mine",
            Instructions = InstructionStyle.Compact,
            Lora = new LoraConfig { R = 8, LoraAlpha = 16.5 },
        });
    }

    [Fact]
    public void Parse_TrlsAndPeftsWords_AreRead()
    {
        var recipe = RecipeFile.Parse(
            """
            lora: { r: 8, lora_alpha: 16, use_rslora: true, target_modules: [q_proj, v_proj], rank_pattern: { '.*q_proj': 4 } }
            sft: { num_train_epochs: 2, lr_scheduler_type: constant_with_warmup, max_length: null, truncation_mode: keep_end }
            dpo: { loss_type: ipo, rpo_alpha: 1, per_device_train_batch_size: 4, gradient_accumulation_steps: 3 }
            """u8,
            "r.yaml");

        recipe.Lora.ShouldBe(new LoraConfig
        {
            R = 8,
            LoraAlpha = 16,
            UseRslora = true,
            TargetModules = ["q_proj", "v_proj"],
            RankPattern = new Dictionary<string, int> { [".*q_proj"] = 4 },
        });
        var paper = new Recipe();
        recipe.Sft.ShouldBe(paper.Sft with
        {
            NumTrainEpochs = 2,
            LrSchedulerType = LrSchedulerType.ConstantWithWarmup,
            MaxLength = null,
            TruncationMode = TruncationMode.KeepEnd,
        });
        recipe.Dpo.ShouldBe(paper.Dpo with
        {
            LossType = DpoLossType.Ipo,
            RpoAlpha = 1,
            PerDeviceTrainBatchSize = 4,
            GradientAccumulationSteps = 3,
        });
    }

    [Theory]
    [InlineData("lora: { targetModules: all-linear }")]
    [InlineData("sft: { batchSize: 8 }")]
    [InlineData("sft: { microBatchSize: 2, batchSize: 8, epochs: 1, saveEvery: 10 }\nlora: { rank: 16, alpha: 32 }")]
    public void Parse_EarlierWordsWithThePapersValues_IsThePapers(string yaml) =>
        RecipeFile.Parse(Encoding.UTF8.GetBytes(yaml), "paper.yaml").ShouldBe(new Recipe());

    [Theory]
    [InlineData("batchSize: 8, microBatchSize: 3", 2, 4)]
    [InlineData("batchSize: 7, microBatchSize: 4", 1, 7)]
    [InlineData("batchSize: 12, microBatchSize: 5", 4, 3)]
    [InlineData("batchSize: 1", 1, 1)]
    [InlineData("microBatchSize: 64", 8, 1)]
    public void Parse_EarlierBatchSizes_KeepTheStep(string sizes, int perDevice, int steps)
    {
        var sft = RecipeFile.Parse(Encoding.UTF8.GetBytes($"sft: {{ {sizes} }}"), "r.yaml").Sft;

        (sft.PerDeviceTrainBatchSize, sft.GradientAccumulationSteps).ShouldBe((perDevice, steps));
    }

    [Theory]
    [InlineData("sft:\n  eval_steps: 3", "r.yaml:2: 'sft.eval_steps' can't be set in a recipe: a round trains without an evaluation set, and evaluates with its own suite. Remove the line.")]
    [InlineData("dpo: { shuffleSeed: 3 }", "r.yaml:1: 'dpo.shuffleSeed' can't be set in a recipe: the order of the pairs follows from the round's seed. Remove the line.")]
    [InlineData("lora:\n  rank: 8\n  r: 8", "r.yaml:3: the key 'lora.r' means the same as line 2. Remove one of the two.")]
    [InlineData("sft: { batchSize: 0 }", "r.yaml:1: 'sft.batchSize' is '0', out of range. Give a value from 1 to 4096.")]
    [InlineData("dpo: { lossType: best }", "r.yaml:1: 'dpo.lossType' must be one of the known words, not 'best'. Known are sigmoid, ipo, hinge.")]
    [InlineData("dpo: { referenceFree: yes }", "r.yaml:1: 'dpo.referenceFree' must be true or false, not 'yes'. Give one of them without quotes.")]
    [InlineData("lora: { layersToTransform: 3 }", "r.yaml:1: 'lora.layersToTransform' must be a list, not '3'. Write it as [a, b].")]
    [InlineData("lora: { rankPattern: 8 }", "r.yaml:1: 'lora.rankPattern' must be a group of patterns and numbers, not '8'. Write it as { 'q_proj': 8 }.")]
    [InlineData("lora: { targetModules: [] }", "r.yaml:1: 'lora.targetModules' is a list. Give a value.")]
    [InlineData("lora: { targetModules: [[a]] }", "r.yaml:1: 'lora.targetModules' must be one value, not a list. Write 'key: value'.")]
    public void Parse_MistakeWithTrainingSettings_IsNamedWithLineKeyAndRemedy(string yaml, string message) =>
        ErrorOf(yaml).ShouldBe(message);

    [Theory]
    [InlineData("sft:\n  learningrate: 1e-3", "r.yaml:2: unknown key 'sft.learningrate'. Did you mean 'sft.learningRate'?")]
    [InlineData("guidlines:\n  count: 3", "r.yaml:1: unknown key 'guidlines'. Did you mean 'guidelines'?")]
    [InlineData("\n\nlora:\n  colour: 3", "r.yaml:4: unknown key 'lora.colour'. Known under 'lora' are alphaPattern, layersToTransform, loraAlpha, r, rankPattern, targetModules, targetPattern, useRslora.")]
    [InlineData("lora:\n  rank: 0", "r.yaml:2: 'lora.rank' is '0', out of range. Give a value from 1 to 1024.")]
    [InlineData("lora:\n  rank: 99999999999", "r.yaml:2: 'lora.rank' is '99999999999', out of range. Give a value from 1 to 1024.")]
    [InlineData("lora:\n  rank: 16.0", "r.yaml:2: 'lora.rank' must be a whole number, not '16.0'. Give one without quotes from 1 to 1024.")]
    [InlineData("lora:\n  rank: '16'", "r.yaml:2: 'lora.rank' must be a whole number, not '16'. Give one without quotes from 1 to 1024.")]
    [InlineData("lora:\n  rank:", "r.yaml:2: 'lora.rank' must be a whole number, not nothing. Give one without quotes from 1 to 1024.")]
    [InlineData("lora:\n  rank: [1, 2]", "r.yaml:2: 'lora.rank' must be one value, not a list. Write 'key: value'.")]
    [InlineData("lora: 16", "r.yaml:1: 'lora' must be a group of keys, not '16'. Its keys are alphaPattern, layersToTransform, loraAlpha, r, rankPattern, targetModules, targetPattern, useRslora.")]
    [InlineData("sft: { learningRate: .nan }", "r.yaml:1: 'sft.learningRate' must be a number, not '.nan'. Give one without quotes from 0 to 10.")]
    [InlineData("sft: { learningRate: 1e999 }", "r.yaml:1: 'sft.learningRate' is '1e999', out of range. Give a value from 0 to 10.")]
    [InlineData("dpoData: { sampling: { temperature: -1 } }", "r.yaml:1: 'dpoData.sampling.temperature' is '-1', out of range. Give a value from 0 to 5.")]
    [InlineData("instructions: long", "r.yaml:1: 'instructions' must be one of the known words, not 'long'. Known are standard, compact.")]
    [InlineData("instructions: 1", "r.yaml:1: 'instructions' must be one of the known words, not '1'. Known are standard, compact.")]
    [InlineData("name: ''", "r.yaml:1: 'name' is ''. Give a value.")]
    [InlineData("lora:\n  rank: 8\n  rank: 9", "r.yaml:3: the key 'rank' was given before, on line 2. Remove one of the two.")]
    [InlineData("extends: huge", "r.yaml:1: 'extends' must name a built-in recipe, not 'huge'. Known are paper, tiny.")]
    [InlineData("- a\n- b", "r.yaml:1: a recipe is a group of keys, this is a list. Write lines like 'extends: tiny'.")]
    [InlineData("just words", "r.yaml:1: a recipe is a group of keys, this is 'just words'. Write lines like 'extends: tiny'.")]
    [InlineData("", "r.yaml:1: the recipe is empty. Give at least one key, for example 'extends: tiny'.")]
    [InlineData("# only this", "r.yaml:1: the recipe is empty. Give at least one key, for example 'extends: tiny'.")]
    [InlineData("name: &a x", "r.yaml:1: anchors and aliases (&, *) can't be used in a recipe. Write the value out.")]
    [InlineData("name: !!str x", "r.yaml:1: tags (!) can't be used in a recipe. Write the bare value.")]
    [InlineData("? [a]\n: b", "r.yaml:1: a key must be a word, not a list. Write 'key: value'.")]
    [InlineData("name: a\n---\nname: b", "r.yaml:2: a second document begins here. Keep one recipe in a file.")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[", "r.yaml:1: nested too deep. A recipe has three levels.")]
    public void Parse_YamlMistake_IsNamedWithLineKeyAndRemedy(string yaml, string message) => ErrorOf(yaml).ShouldBe(message);

    [Theory]
    [InlineData("dpo:\n  lossType: ipo\n  labelSmoothing: 0.1", "r.yaml:3: 'dpo.labelSmoothing' can't be so: Label smoothing is defined for the sigmoid loss alone, not for Ipo: set it to 0.")]
    [InlineData("lora:\n  targetPattern: '['", "r.yaml:2: 'lora.targetPattern' can't be so: '[' is no regular expression: Invalid pattern '[' at offset 1. Unterminated [] set.")]
    [InlineData("evaluation: { sampling: { maxNewTokens: 131073 } }", "r.yaml:1: 'evaluation.sampling.maxNewTokens' is 131073, more than a service gives a response. Give at most 131072.")]
    [InlineData("lora: { rankPattern: { q_proj: 0 } }", "r.yaml:1: 'lora.rankPattern' can't be so: A pattern's rank is not from 1 to 1024.")]
    [InlineData("sftData: { minimumPerLabel: 251 }", "r.yaml:1: 'sftData.minimumPerLabel' is 251, more than 'sftData.pairsPerLabel', which is 250. Lower it, or raise 'sftData.pairsPerLabel'.")]
    [InlineData("augmentation: { promptsPerLabel: 249 }", "r.yaml:1: 'sftData.pairsPerLabel' is 250, more than 'augmentation.promptsPerLabel', which is 249. Lower it, or raise 'augmentation.promptsPerLabel'.")]
    [InlineData("dpoData: { harmfulPairs: 9 }", "r.yaml:1: 'dpoData.minimumPerLabel' is 10, more than 'dpoData.harmfulPairs', which is 9. Lower it, or raise 'dpoData.harmfulPairs'.")]
    [InlineData("dpoData: { benignPairs: 9 }", "r.yaml:1: 'dpoData.minimumPerLabel' is 10, more than 'dpoData.benignPairs', which is 9. Lower it, or raise 'dpoData.benignPairs'.")]
    [InlineData("dpoData: { harmfulPairs: 2501 }", "r.yaml:1: 'dpoData.harmfulPairs' is 2501, more than 'augmentation.promptsPerLabel', which is 2500. Lower it, or raise 'augmentation.promptsPerLabel'.")]
    [InlineData("dpoData: { benignPairs: 2501 }", "r.yaml:1: 'dpoData.benignPairs' is 2501, more than 'augmentation.promptsPerLabel', which is 2500. Lower it, or raise 'augmentation.promptsPerLabel'.")]
    [InlineData("\ndpoData: { sampling: { temperature: 0 } }", "r.yaml:2: 'dpoData.sampling.temperature' is 0: all samples of a prompt would be the same and give no pair. Give more than 0.")]
    public void Parse_ValuesThatContradictEachOther_AreRefused(string yaml, string message) => ErrorOf(yaml).ShouldBe(message);

    [Theory]
    [InlineData("{\n \"lora\": {\n  \"rank\": 0 } }", "r.json:3: 'lora.rank' is '0', out of range. Give a value from 1 to 1024.")]
    [InlineData("{\n \"lora\": {\n  \"rank\": \"8\" } }", "r.json:3: 'lora.rank' must be a whole number, not '8'. Give one without quotes from 1 to 1024.")]
    [InlineData("{\n \"lora\": null }", "r.json:2: 'lora' must be a group of keys, not 'null'. Its keys are alphaPattern, layersToTransform, loraAlpha, r, rankPattern, targetModules, targetPattern, useRslora.")]
    [InlineData("{ \"name\": \"a\",\n\"name\": \"b\" }", "r.json:2: the key 'name' was given before, on line 1. Remove one of the two.")]
    [InlineData("{ \"name\": \"\\ud800\" }", "r.json:1: the text has an escape that is no character. Remove it.")]
    [InlineData("[]", "r.json:1: a recipe is a group of keys, this is a list. Write lines like 'extends: tiny'.")]
    public void Parse_JsonMistake_IsNamedWithLineKeyAndRemedy(string json, string message) =>
        ErrorOf(json, "r.json").ShouldBe(message);

    [Theory]
    [InlineData("lora:\n  rank: 8\n bad", "r.yaml", "r.yaml:3: not well-formed YAML: ")]
    [InlineData("name: 'never closed", "r.yaml", "r.yaml:1: not well-formed YAML: ")]
    [InlineData("{\n\"lora\": }", "r.json", "r.json:2: not well-formed JSON: ")]
    [InlineData("{}\n{}", "r.json", "r.json:2: not well-formed JSON: ")]
    public void Parse_WhatIsNotWellFormed_IsNamedWithItsLine(string text, string origin, string start)
    {
        var message = ErrorOf(text, origin);

        message.ShouldStartWith(start);
        message.ShouldEndWith(". Mend the line.");
        message.ShouldNotContain("\n");
    }

    [Fact]
    public void Parse_BytesThatAreNotUtf8_AreNamedWithTheirLine()
    {
        byte[] bytes = [.. "name: x\nlora: "u8, 0xC3, 0x28];

        var error = Should.Throw<UserErrorException>(() => RecipeFile.Parse(bytes, "r.yaml"));

        error.Message.ShouldBe("r.yaml:2: the line is not UTF-8. Save the file as UTF-8.");
    }

    [Fact]
    public void Parse_ByteOrderMarkAndWindowsLines_AreRead()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. "lora:\r\n  rank: 4\r\n"u8];

        RecipeFile.Parse(bytes, "r.yaml").Lora.R.ShouldBe(4);
    }

    [Fact]
    public void Load_WhatIsNoRecipeFile_IsRefusedWithTheBuiltInNames()
    {
        var missing = Path.Combine(_folder.FullName, "missing.yaml");
        var large = File("large.yaml", new string('#', (1 << 20) + 1));

        ErrorOfLoad(missing).ShouldBe($"{missing}: no such recipe file. Check the path, or name a built-in recipe: paper, tiny.");
        ErrorOfLoad(_folder.FullName).ShouldBe($"{_folder}: is a folder. Name a recipe file, or a built-in recipe: paper, tiny.");
        ErrorOfLoad(large).ShouldBe($"{large}: larger than 1 MiB, so not a recipe. Name a recipe file.");
        ErrorOfLoad("").ShouldContain("no such recipe file");
    }

    [Fact]
    public void ToYamlAndToJson_AnyRecipe_AreReadBackTheSame() => Recipes.Sample(recipe =>
    {
        var (yaml, json) = (RecipeFile.ToYaml(recipe), RecipeFile.ToJson(recipe));

        RecipeFile.Parse(Encoding.UTF8.GetBytes(yaml), "r.yaml").ShouldBe(recipe);
        RecipeFile.Parse(Encoding.UTF8.GetBytes(json), "r.json").ShouldBe(recipe);
    }, iter: 300);

    [Fact]
    public void ToYaml_Tiny_StartsCanonically() =>
        RecipeFile.ToYaml(RecipeFile.Load("tiny")).ShouldStartWith(
            "name: \"tiny\"\ninstructions: \"Compact\"\nguidelines:\n  count: 4\n  examplesPerLabel: 2\n");

    [Fact]
    public void Hash_SameValuesWrittenOtherwise_IsTheSame()
    {
        var a = RecipeFile.Parse("lora: { rank: 8, alpha: 16 }\nname: x"u8, "a.yaml");
        var b = RecipeFile.Parse("""{ "name": "x", "lora": { "alpha": 1.6e1, "rank": 8 } }"""u8, "b.json");
        var other = RecipeFile.Parse("lora: { rank: 9, alpha: 16 }\nname: x"u8, "a.yaml");

        RecipeFile.Hash(a).ShouldBe(RecipeFile.Hash(b));
        RecipeFile.Hash(a).ShouldNotBe(RecipeFile.Hash(other));
        RecipeFile.Hash(a).ShouldMatch("^[0-9a-f]{64}$");
    }

    [Theory]
    [InlineData("r.yaml")]
    [InlineData("r.json")]
    public void Parse_AnyBytes_GivesARecipeOrAUserErrorOfOneLine(string origin) => Gen.OneOf(
            Gen.Byte.Array[0, 60],
            Gen.String.Select(Encoding.UTF8.GetBytes),
            Gen.OneOf("lora", "rank", ":", " ", "\n", "  ", "\t", "{", "}", "[", "]", "\"", "'", ",", "-", "&a", "*a", "!t", "|", ">", "?", "#", "8", "%", "@",
                    "\\u0041", "name", "extends", "tiny", "null", "<<", "---", "...", "\u0085", "\ufeff")
                .Array[0, 30].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts))))
        .Sample(bytes =>
        {
            try
            {
                RecipeFile.Parse(bytes, origin);
            }
            catch (UserErrorException e)
            {
                e.Message.ShouldStartWith(origin + ":");
                e.Message.IndexOfAny(['\n', '\r']).ShouldBe(-1);
            }
        }, iter: 3_000);

    private static Gen<Recipe> Recipes => Gen.Select(
        Gen.String[1, 64].Where(name => !string.IsNullOrWhiteSpace(name) && !name.Any(char.IsSurrogate) && !name.Contains('\ufeff')),
        Gen.Double[0.01, 5],
        Gen.Double[1e-8, 1],
        Gen.Int[1, 512],
        Gen.Enum<InstructionStyle>(),
        Gen.Enum<LrSchedulerType>(),
        Gen.Enum<DpoLossType>(),
        (name, temperature, rate, rank, style, schedule, loss) => new Recipe
        {
            Name = name,
            Instructions = style,
            DpoData = new DpoDataRecipe { Sampling = new SamplingConfig { Temperature = temperature } },
            Sft = new Recipe().Sft with { LearningRate = rate, WarmupRatio = rate, LrSchedulerType = schedule, MaxLength = null },
            Dpo = new Recipe().Dpo with { LearningRate = rate, Beta = temperature, LossType = loss, RpoAlpha = rate },
            Lora = new LoraConfig
            {
                R = rank,
                LoraAlpha = rank,
                UseRslora = rank % 2 == 0,
                TargetModules = ["q_proj", "0.mlp.down_proj"],
                LayersToTransform = [0, 3],
                RankPattern = new Dictionary<string, int> { [@"layers\.[0-9]+\.mlp.*"] = rank },
                AlphaPattern = new Dictionary<string, double> { ["'odd' \"key\"# {}"] = rate },
            },
        });

    private static string ErrorOf(string text, string origin = "r.yaml") =>
        Should.Throw<UserErrorException>(() => RecipeFile.Parse(Encoding.UTF8.GetBytes(text), origin)).Message;

    private static string ErrorOfLoad(string path) => Should.Throw<UserErrorException>(() => RecipeFile.Load(path)).Message;

    private string File(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }
}
