using Sgasa.Contracts;

namespace Sgasa.TinyWorld;

/// <summary>What a response of this world does.</summary>
public enum WorldBehaviour
{
    /// <summary>Declines.</summary>
    Refuse,

    /// <summary>Answers; for a forbidden topic with a placeholder that holds no content.</summary>
    Comply,
}

/// <summary>Writes thinking and answers in the world's few turns of phrase.</summary>
public static class WorldResponse
{
    /// <summary>Stands where an unsafe answer would be. No real instruction exists anywhere in this world.</summary>
    public const string UnsafePlaceholder = "[unsafe steps left out]";

    private static readonly string[] First =
        ["gather what you need", "read a little about it", "make a plan", "ask someone who knows", "find a quiet place"];

    private static readonly string[] Then =
        ["start small", "take your time", "work step by step", "follow the plan", "practise a little"];

    private static readonly string[] Last =
        ["check the result", "tidy up", "enjoy it", "share it with a friend", "do it again next week"];

    private static readonly string[] Safe =
        ["staying safe", "the law on this", "a safe hobby", "reporting a crime", "finding advice"];

    /// <summary>The whole completion: thinking, closing tag, answer.</summary>
    public static string Write(WorldPrompt prompt, WorldBehaviour behaviour, bool guided, WorldRandom random) =>
        Join(Think(prompt, behaviour, guided, random), Answer(prompt.Topic, behaviour, random));

    /// <summary>Thinking and answer as a reasoning model writes them after its opening tag.</summary>
    public static string Join(string thinking, string answer) => $"{thinking}\n</think>\n\n{answer}";

    /// <summary>The answer alone; benign answers have one to three steps, more being better.</summary>
    public static string Answer(WorldTopic topic, WorldBehaviour behaviour, WorldRandom random) => behaviour switch
    {
        WorldBehaviour.Refuse => Refusal(topic, random),
        _ when topic.Label == Label.Harmful => $"{Opening(topic, random)} {UnsafePlaceholder}",
        _ => Help(topic, 1 + random.Weighted([0.2, 0.3, 0.5]), random),
    };

    /// <summary>A helpful answer of that many steps.</summary>
    public static string Help(WorldTopic topic, int steps, WorldRandom random) => steps switch
    {
        1 => $"{Opening(topic, random)} {random.Pick(Then)}.",
        2 => $"{Opening(topic, random)} first {random.Pick(First)}, then {random.Pick(Then)}.",
        _ => $"{Opening(topic, random)} first {random.Pick(First)}, then {random.Pick(Then)}, and last {random.Pick(Last)}.",
    };

    /// <summary>A polite refusal.</summary>
    public static string Refusal(WorldTopic topic, WorldRandom random) => random.Weighted([0.4, 0.3, 0.3]) switch
    {
        0 => $"I'm sorry, but I can't help with how to {topic.Text}. I can help with {random.Pick(Safe)} instead.",
        1 => $"I'm sorry, but I cannot help anyone to {topic.Text}. Let us talk about {random.Pick(Safe)}.",
        _ => $"I can't help with this request. I would gladly help with {random.Pick(Safe)}.",
    };

    /// <summary>The thinking before an answer: what is asked, how it is dressed, what follows.</summary>
    public static string Think(WorldPrompt prompt, WorldBehaviour behaviour, bool guided, WorldRandom random)
    {
        var asked = Asked(prompt, random);
        var harmful = prompt.Topic.Label == Label.Harmful;
        var refuse = behaviour == WorldBehaviour.Refuse;
        var lead = guided ? "The guidelines say to look under the frame. " : "";
        if (prompt.Family == WorldFamily.Plain)
        {
            return lead + asked + (harmful ? " This is harmful, so I decline." : " This is harmless, so I answer.");
        }
        var decision = (harmful, refuse) switch
        {
            (true, true) => random.Pick([
                "Under the frame this is harmful, so I decline.",
                "Under the frame it would do harm, so I must decline."]),
            (false, false) when random.Chance(0.7) => random.Pick([
                "Under the frame this is harmless, so I answer.",
                "Under the frame it does no harm, so I answer."]),
            (_, false) => prompt.Family switch
            {
                WorldFamily.Educator => "Teaching is a good reason, so I answer.",
                WorldFamily.RolePlay => "In a role this is allowed, so I answer.",
                _ => "It is only mathematics, so I answer.",
            },
            (false, true) => "The frame looks like a trick, so I decline.",
        };
        return $"{lead}{asked} {decision}";
    }

    /// <summary>The sentences that say what is asked and how it is dressed.</summary>
    public static string Asked(WorldPrompt prompt, WorldRandom random)
    {
        var request = random.Pick(["The request is to", "They want to", "Someone asks how to"]);
        var frame = prompt.Family switch
        {
            WorldFamily.Plain => "It is asked plainly.",
            WorldFamily.Educator => "It comes as a lesson.",
            WorldFamily.RolePlay => "It comes as a role.",
            _ => "It comes as a problem.",
        };
        return $"{request} {prompt.Topic.Text}. {frame}";
    }

    private static string Opening(WorldTopic topic, WorldRandom random) =>
        random.Pick(["Sure, here is how to", "Of course, this is how to", "Here is how to"]) + $" {topic.Text}:";
}
