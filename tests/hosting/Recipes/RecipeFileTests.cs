using System.Text;
using CsCheck;
using Sgasa.Contracts;
using Sgasa.Hosting.Recipes;

namespace Sgasa.Hosting.Tests.Recipes;

public sealed class RecipeFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sgasa-recipe");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Load_Paper_IsTheDefaults() => RecipeFile.Load("paper").ShouldBe(new Recipe());

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
            Lora = new LoraRecipe { Rank = 8, Alpha = 16.5 },
        });
    }

    [Theory]
    [InlineData("sft:\n  learningrate: 1e-3", "r.yaml:2: unknown key 'sft.learningrate'. Did you mean 'sft.learningRate'?")]
    [InlineData("guidlines:\n  count: 3", "r.yaml:1: unknown key 'guidlines'. Did you mean 'guidelines'?")]
    [InlineData("\n\nlora:\n  colour: 3", "r.yaml:4: unknown key 'lora.colour'. Known under 'lora' are alpha, rank.")]
    [InlineData("lora:\n  rank: 0", "r.yaml:2: 'lora.rank' is '0', out of range. Give a value from 1 to 512.")]
    [InlineData("lora:\n  rank: 99999999999", "r.yaml:2: 'lora.rank' is '99999999999', out of range. Give a value from 1 to 512.")]
    [InlineData("lora:\n  rank: 16.0", "r.yaml:2: 'lora.rank' must be a whole number, not '16.0'. Give one without quotes from 1 to 512.")]
    [InlineData("lora:\n  rank: '16'", "r.yaml:2: 'lora.rank' must be a whole number, not '16'. Give one without quotes from 1 to 512.")]
    [InlineData("lora:\n  rank:", "r.yaml:2: 'lora.rank' must be a whole number, not nothing. Give one without quotes from 1 to 512.")]
    [InlineData("lora:\n  rank: [1, 2]", "r.yaml:2: 'lora.rank' must be one value, not a list. Write 'key: value'.")]
    [InlineData("lora: 16", "r.yaml:1: 'lora' must be a group of keys, not '16'. Its keys are alpha, rank.")]
    [InlineData("sft: { learningRate: .nan }", "r.yaml:1: 'sft.learningRate' must be a number, not '.nan'. Give one without quotes from 1E-08 to 1.")]
    [InlineData("sft: { learningRate: 1e999 }", "r.yaml:1: 'sft.learningRate' is '1e999', out of range. Give a value from 1E-08 to 1.")]
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
    [InlineData("sft:\n  microBatchSize: 16", "r.yaml:2: 'sft.microBatchSize' is 16, more than 'sft.batchSize', which is 8. Lower it, or raise 'sft.batchSize'.")]
    [InlineData("name: x\ndpo: { batchSize: 1 }", "r.yaml:2: 'dpo.microBatchSize' is 2, more than 'dpo.batchSize', which is 1. Lower it, or raise 'dpo.batchSize'.")]
    [InlineData("sftData: { minimumPerLabel: 251 }", "r.yaml:1: 'sftData.minimumPerLabel' is 251, more than 'sftData.pairsPerLabel', which is 250. Lower it, or raise 'sftData.pairsPerLabel'.")]
    [InlineData("augmentation: { promptsPerLabel: 249 }", "r.yaml:1: 'sftData.pairsPerLabel' is 250, more than 'augmentation.promptsPerLabel', which is 249. Lower it, or raise 'augmentation.promptsPerLabel'.")]
    [InlineData("dpoData: { harmfulPairs: 9 }", "r.yaml:1: 'dpoData.minimumPerLabel' is 10, more than 'dpoData.harmfulPairs', which is 9. Lower it, or raise 'dpoData.harmfulPairs'.")]
    [InlineData("dpoData: { benignPairs: 9 }", "r.yaml:1: 'dpoData.minimumPerLabel' is 10, more than 'dpoData.benignPairs', which is 9. Lower it, or raise 'dpoData.benignPairs'.")]
    [InlineData("dpoData: { harmfulPairs: 2501 }", "r.yaml:1: 'dpoData.harmfulPairs' is 2501, more than 'augmentation.promptsPerLabel', which is 2500. Lower it, or raise 'augmentation.promptsPerLabel'.")]
    [InlineData("dpoData: { benignPairs: 2501 }", "r.yaml:1: 'dpoData.benignPairs' is 2501, more than 'augmentation.promptsPerLabel', which is 2500. Lower it, or raise 'augmentation.promptsPerLabel'.")]
    [InlineData("\ndpoData: { sampling: { temperature: 0 } }", "r.yaml:2: 'dpoData.sampling.temperature' is 0: all samples of a prompt would be the same and give no pair. Give more than 0.")]
    public void Parse_ValuesThatContradictEachOther_AreRefused(string yaml, string message) => ErrorOf(yaml).ShouldBe(message);

    [Theory]
    [InlineData("{\n \"lora\": {\n  \"rank\": 0 } }", "r.json:3: 'lora.rank' is '0', out of range. Give a value from 1 to 512.")]
    [InlineData("{\n \"lora\": {\n  \"rank\": \"8\" } }", "r.json:3: 'lora.rank' must be a whole number, not '8'. Give one without quotes from 1 to 512.")]
    [InlineData("{\n \"lora\": null }", "r.json:2: 'lora' must be a group of keys, not 'null'. Its keys are alpha, rank.")]
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

        RecipeFile.Parse(bytes, "r.yaml").Lora.Rank.ShouldBe(4);
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
        (name, temperature, rate, rank, style) => new Recipe
        {
            Name = name,
            Instructions = style,
            DpoData = new DpoDataRecipe { Sampling = new SamplingRecipe { Temperature = temperature } },
            Sft = new TrainingRecipe { LearningRate = rate, WarmupRatio = rate },
            Dpo = new DpoRecipe { LearningRate = rate, Beta = temperature },
            Lora = new LoraRecipe { Rank = rank, Alpha = rank },
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
