using Sgasa.Contracts;
using Sgasa.Prompting;

namespace Sgasa.TinyWorld;

/// <summary>
/// The pre-training texts. Disguised prompts are of train topics in train phrasings only, most of them varied by
/// <see cref="WorldNoise"/>; every topic appears in plain requests.
/// </summary>
/// <param name="seed">Another seed gives other texts.</param>
/// <param name="harder">
/// Whether made-up requests may have the length and shape of real ones, and disguised ones stand beside talk of doing something
/// else: for the second phase.
/// </param>
public sealed class WorldCorpus(long seed, bool harder = false)
{
    private static readonly InstructionSet Instructions = InstructionSet.For(InstructionStyle.Compact);

    private static readonly double[] SkillWeights = [0.20, 0.30, 0.17, 0.09, 0.11, 0.06, 0.06, 0.01];

    /// <summary>The n-th text; each depends on the seed and its number alone.</summary>
    public WorldDocument Document(long number)
    {
        var random = new WorldRandom(Seeds.Derive(seed, $"document/{number}"));
        return (WorldSkill)random.Weighted(SkillWeights) switch
        {
            WorldSkill.Plain => Respond(WorldSkill.Plain, Plain(random), random),
            WorldSkill.Disguised => Respond(WorldSkill.Disguised, Disguised(random), random),
            WorldSkill.Guided => Guided(random),
            WorldSkill.Classify => Classify(random),
            WorldSkill.WriteSimilar => WriteSimilar(random),
            WorldSkill.WriteGuideline => WriteGuideline(random),
            WorldSkill.Score => Score(random),
            _ => Greet(random),
        };
    }

    private WorldPrompt Plain(WorldRandom random) => Varied(
        WorldPrompt.Write(WorldFamily.Plain, Topic(AnyLabel(random), split: null, random), WorldSplit.Train, random), random);

    private WorldPrompt Disguised(WorldRandom random) => Disguised(
        random.Pick(WorldFamilies.Disguises), AnyLabel(random), random);

    private WorldPrompt Disguised(WorldFamily family, Label label, WorldRandom random) =>
        Varied(WorldPrompt.Write(family, Topic(label, WorldSplit.Train, random), WorldSplit.Train, random), random);

    // Many of the harmless requests are made up, so that requests are read and not guessed.
    private WorldTopic Topic(Label label, WorldSplit? split, WorldRandom random) =>
        label == Label.Benign && random.Chance(0.4) ? MadeUp(split, random)
        : random.Pick(split is { } part ? WorldTopics.Of(label, part) : WorldTopics.Of(label));

    private WorldTopic MadeUp(WorldSplit? split, WorldRandom random) => harder && random.Chance(0.6)
        ? WorldNoise.RewordedTopic(split, random)
        : WorldNoise.MadeUpTopic(split, random);

    private WorldPrompt Varied(WorldPrompt prompt, WorldRandom random)
    {
        var text = prompt.Text;
        if (random.Chance(0.65)) text = WorldNoise.Apply(text, prompt.Topic.Text, random);
        if (harder && prompt.Family != WorldFamily.Plain && random.Chance(0.35))
        {
            var aside = WorldNoise.Aside(random);
            // An aside must not name a topic that is kept for dev or test.
            if (WorldTopics.FindIn(aside) is null) text = random.Chance(0.6) ? $"{aside} {text}" : $"{text} {aside}";
        }
        return prompt with { Text = text };
    }

    private static Label AnyLabel(WorldRandom random) => random.Chance(0.5) ? Label.Harmful : Label.Benign;

    private static WorldDocument Respond(WorldSkill skill, WorldPrompt prompt, WorldRandom random)
    {
        var behaviour = random.Chance(WorldRates.Refusal(prompt)) ? WorldBehaviour.Refuse : WorldBehaviour.Comply;
        return new(skill, prompt.Text, WorldResponse.Write(prompt, behaviour, guided: false, random));
    }

    private WorldDocument Guided(WorldRandom random)
    {
        var prompt = random.Chance(0.88) ? Disguised(random) : Plain(random);
        var family = prompt.Family != WorldFamily.Plain && random.Chance(0.8)
            ? prompt.Family
            : random.Pick(WorldFamilies.Disguises);
        var kind = (WorldGuidelineKind)random.Weighted([0.7, 0.15, 0.15]);
        var text = WorldGuideline.Write(kind, family, TrainTopic(Label.Harmful, random), TrainTopic(Label.Benign, random), random);
        var behaviour = random.Chance(WorldRates.Refusal(prompt, (kind, family))) ? WorldBehaviour.Refuse : WorldBehaviour.Comply;
        var followed = kind == WorldGuidelineKind.Good && behaviour == WorldBehaviour.Refuse && random.Chance(0.5);
        return new(
            WorldSkill.Guided,
            Instructions.FollowGuideline(text, prompt.Text).Text,
            WorldResponse.Write(prompt, behaviour, followed, random));
    }

    private WorldDocument Classify(WorldRandom random)
    {
        var prompt = random.Chance(0.85) ? Disguised(random) : Plain(random);
        var harmful = prompt.Topic.Label == Label.Harmful;
        var thinking = WorldResponse.Asked(prompt, random) + (harmful ? " It is harmful." : " It is harmless.");
        return new(
            WorldSkill.Classify,
            Instructions.Classify(prompt.Text).Text,
            WorldResponse.Join(thinking, $"<Answer>{(harmful ? "harmful" : "benign")}</Answer>"));
    }

    private WorldDocument WriteSimilar(WorldRandom random)
    {
        var (family, label) = (random.Pick(WorldFamilies.Disguises), AnyLabel(random));
        var prompts = Enumerable.Range(0, 2 + random.Next(3))
            .Select((_, i) => i == 0
                ? WorldPrompt.Write(family, label, WorldSplit.Train, random)
                : Disguised(family, label, random)).ToArray();
        var thinking = $"These texts come as a {FrameName(family)}. They are {(label == Label.Harmful ? "harmful" : "harmless")}.";
        return new(
            WorldSkill.WriteSimilar,
            Instructions.WriteSimilar([.. prompts[1..].Select(p => p.Text)]).Text,
            WorldResponse.Join(thinking, $"<text>{prompts[0].Text}</text>"));
    }

    private WorldDocument WriteGuideline(WorldRandom random)
    {
        var family = random.Pick(WorldFamilies.Disguises);
        var perLabel = 1 + random.Next(3);
        var harmful = Prompts(Label.Harmful);
        var benign = Prompts(Label.Benign);
        var kind = (WorldGuidelineKind)random.Weighted([0.7, 0.15, 0.15]);
        var text = WorldGuideline.Write(kind, family, random.Pick(harmful).Topic, random.Pick(benign).Topic, random);
        return new(
            WorldSkill.WriteGuideline,
            Instructions.WriteGuideline([.. harmful.Select(p => p.Text)], [.. benign.Select(p => p.Text)]).Text,
            WorldResponse.Join($"These texts come as a {FrameName(family)}.", $"<guidelines>{text}</guidelines>"));

        WorldPrompt[] Prompts(Label label) =>
            [.. Enumerable.Range(0, perLabel).Select(_ => Disguised(family, label, random))];
    }

    private WorldDocument Score(WorldRandom random)
    {
        var prompt = random.Chance(0.8)
            ? Disguised(random.Pick(WorldFamilies.Disguises), Label.Benign, random)
            : WorldPrompt.Write(WorldFamily.Plain, random.Pick(WorldTopics.Of(Label.Benign)), WorldSplit.Train, random);
        var steps = random.Weighted([0.1, 0.25, 0.3, 0.35]);
        var answer = steps == 0 ? WorldResponse.Refusal(prompt.Topic, random) : WorldResponse.Help(prompt.Topic, steps, random);
        var (thinking, score) = steps switch
        {
            0 => ("The answer declines.", 1),
            1 => ("The answer has one step.", 3),
            2 => ("The answer has two steps.", 6),
            _ => ("The answer has three steps.", 9),
        };
        return new(
            WorldSkill.Score,
            Instructions.Score(prompt.Text, answer).Text,
            WorldResponse.Join(thinking, $"<Score>{score}</Score>"));
    }

    private static WorldDocument Greet(WorldRandom random) => new(
        WorldSkill.Greet,
        random.Pick(["Hello", "Hello!", "Hi", "Hi there!", "Good morning", "Who are you?", "Thank you!"]),
        WorldResponse.Join("It is a greeting.", "Hello! I am a tiny model from a small world. Ask me how to do something."));

    private static WorldTopic TrainTopic(Label label, WorldRandom random) =>
        random.Pick(WorldTopics.Of(label, WorldSplit.Train));

    private static string FrameName(WorldFamily family) => family switch
    {
        WorldFamily.Educator => "lesson",
        WorldFamily.RolePlay => "role",
        WorldFamily.MathPrompt => "problem",
        _ => "question",
    };
}
