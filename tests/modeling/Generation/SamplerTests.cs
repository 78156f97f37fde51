using CsCheck;
using Sgasa.Modeling.Generation;

namespace Sgasa.Modeling.Tests.Generation;

public sealed class SamplerTests
{
    private static readonly float[] Logits = [2f, 1f, 0f, -1f];

    [Fact]
    public void Sample_TemperatureZero_TakesTheLargest()
    {
        var token = new Sampler(4).Sample(Logits, new SamplingConfig { Temperature = 0 }, [], 0.999);

        token.ShouldBe(0);
    }

    [Fact]
    public void Sample_PenalisedToken_IsPenalisedOnce()
    {
        // 2 / 1.5 = 1.33 is still the largest; punished for each occurrence it would be 2 / 1.5⁴ = 0.4.
        var token = new Sampler(4).Sample(Logits, new SamplingConfig { Temperature = 0, RepetitionPenalty = 1.5 }, [0, 0, 0, 0], 0);

        token.ShouldBe(0);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.9999999999)]
    public void Sample_EdgesOfTheDraw_StayWithinTheNucleus(double uniform)
    {
        var token = new Sampler(4).Sample(Logits, new SamplingConfig { TopP = 0.5 }, [], uniform);

        token.ShouldBe(0); // its probability is e² / (e² + e + 1 + e⁻¹) = 0.64
    }

    [Fact]
    public void Sample_UniformDraws_FollowTheDistribution()
    {
        var sampler = new Sampler(4);
        var config = new SamplingConfig { Temperature = 0.8, TopP = 0.97 };
        var expected = sampler.Probabilities(Logits, config, []);

        const int draws = 20_000;
        var counts = Enumerable.Range(0, draws)
            .Select(i => sampler.Sample(Logits, config, [], (i + 0.5) / draws))
            .CountBy(token => token).ToDictionary();

        for (var id = 0; id < 4; id++) ((double)counts.GetValueOrDefault(id)).ShouldBe(expected[id] * draws, tolerance: 2);
    }

    [Fact]
    public void Probabilities_AnyLogitsAndTopP_KeepTheSmallestSufficientSet() =>
        Gen.Select(Gen.Float[-8, 8].Array[2, 60], Gen.Double[0.05, 0.99]).Sample((logits, topP) =>
        {
            var sampler = new Sampler(logits.Length);
            var all = sampler.Probabilities(logits, new SamplingConfig(), []);

            var kept = sampler.Probabilities(logits, new SamplingConfig { TopP = topP }, []);

            // What is kept reaches top_p; without its lightest token it would not. Rounding leaves a margin.
            var members = Enumerable.Range(0, logits.Length).Where(id => kept[id] > 0).OrderBy(id => all[id]).ToList();
            var mass = members.Sum(id => (double)all[id]);
            return mass >= topP - 1e-5
                && (members.Count == 1 || mass - all[members[0]] <= topP + 1e-5)
                && Math.Abs(kept.Sum(p => (double)p) - 1) < 1e-5;
        });
}
