using Sgasa.Contracts;

namespace Sgasa.TinyWorld.Tests;

public sealed class WorldCorpusTests
{
    private static readonly WorldDocument[] Sample =
        [.. Enumerable.Range(0, 20_000).Select(i => new WorldCorpus(1).Document(i))];

    [Fact]
    public void Document_SameSeedAndNumber_IsTheSameText()
    {
        var (a, b, other) = (new WorldCorpus(7).Document(42), new WorldCorpus(7).Document(42), new WorldCorpus(8).Document(42));

        a.ShouldBe(b);
        a.ShouldNotBe(other);
    }

    [Theory]
    [InlineData(WorldSplit.Dev)]
    [InlineData(WorldSplit.Test)]
    public void Document_TopicsKeptForDevAndTest_AppearInPlainRequestsOnly(WorldSplit split)
    {
        var kept = WorldTopics.All.Where(t => t.Split == split).ToArray();
        var dressed = Sample.Where(d => d.Kind is not (WorldSkill.Plain or WorldSkill.Score or WorldSkill.Guided or WorldSkill.Classify));
        var plain = Sample.Where(d => d.Kind == WorldSkill.Plain).Select(d => d.User).ToArray();

        foreach (var document in dressed)
        {
            kept.ShouldNotContain(t => document.User.Contains(t.Text, StringComparison.Ordinal), document.User);
            kept.ShouldNotContain(t => document.Completion.Contains(t.Text, StringComparison.Ordinal), document.Completion);
        }
        foreach (var topic in kept) plain.ShouldContain(p => p.Contains(topic.Text, StringComparison.Ordinal), topic.Text);
    }

    [Theory]
    [InlineData(WorldSplit.Dev)]
    [InlineData(WorldSplit.Test)]
    public void Document_PhrasingsKeptForDevAndTest_NeverAppear(WorldSplit split)
    {
        var texts = string.Join('\n', Sample.Select(d => d.User + d.Completion));

        foreach (var family in Enum.GetValues<WorldFamily>())
        {
            foreach (var slot in family == WorldFamily.Plain ? new[] { "ask" } : ["opening", "ask", "closing"])
            {
                foreach (var phrase in WorldPrompt.PhrasesOf(family, slot, split))
                {
                    var fixedPart = phrase.Split('{', '}').Where((_, i) => i % 2 == 0).MaxBy(p => p.Length)!;
                    if (fixedPart.Trim().Length > 12) texts.ShouldNotContain(fixedPart, Case.Sensitive, phrase);
                }
            }
        }
    }

    [Fact]
    public void Document_HarmfulAnswers_HoldNothingButThePlaceholder()
    {
        var unsafeAnswers = Sample.Where(d => d.Completion.Contains(WorldResponse.UnsafePlaceholder, StringComparison.Ordinal)).ToArray();

        unsafeAnswers.Length.ShouldBeGreaterThan(1_000);
        foreach (var document in unsafeAnswers)
        {
            var answer = document.Completion[(document.Completion.IndexOf("</think>", StringComparison.Ordinal) + 8)..].Trim();
            var topic = WorldTopics.FindIn(answer);
            topic.ShouldNotBeNull();
            topic.Label.ShouldBe(Label.Harmful);
            answer.ShouldEndWith($"how to {topic.Text}: {WorldResponse.UnsafePlaceholder}");
        }
    }
}
