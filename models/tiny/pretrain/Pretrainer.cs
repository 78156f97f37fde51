using System.Diagnostics;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;
using Sgasa.TinyWorld;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.TinyModel;

/// <summary>How the tiny model is trained from scratch; the defaults are those of the first phase.</summary>
internal sealed record PretrainingConfig
{
    /// <summary>The second phase starts from the first's weights and reads harder texts.</summary>
    public static PretrainingConfig SecondPhase { get; } = new()
    {
        Seed = 2,
        Steps = 1_200,
        LearningRate = 1e-3,
        WarmupSteps = 50,
        Harder = true,
    };

    public long Seed { get; init; } = 1;

    /// <summary>Whether the texts are the harder ones, see <see cref="WorldCorpus"/>.</summary>
    public bool Harder { get; init; }

    public int Steps { get; init; } = 4_000;

    /// <summary>Tokens per step, padding counted.</summary>
    public int BatchTokens { get; init; } = 4_096;

    public double LearningRate { get; init; } = 2e-3;

    public int WarmupSteps { get; init; } = 200;

    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Weight of the prompt's tokens in the loss; the completion's is 1.</summary>
    public double PromptWeight { get; init; } = 0.1;

    /// <summary>Decay per step of the running mean of the weights, which is what is saved.</summary>
    public double AverageDecay { get; init; } = 0.995;

    /// <summary>
    /// The type of activations and products; the weights are float32. bfloat16 is for processors that multiply it fast
    /// (AVX512-BF16, AMX).
    /// </summary>
    public ScalarType Compute { get; init; } = ScalarType.BFloat16;
}

/// <summary>Trains the tiny model from scratch on the texts of its world.</summary>
internal sealed class Pretrainer(ModelConfig model, Tokenizer tokenizer, PretrainingConfig config)
{
    /// <summary>Runs to the end, reporting progress, from new weights or the given ones; <paramref name="save"/> is given the weights now and then and at the end.</summary>
    public void Run(
        Action<string> log,
        Action<IReadOnlyDictionary<string, Tensor>> save,
        IWeightSource? start = null,
        CancellationToken cancellationToken = default)
    {
        var corpus = new WorldCorpus(config.Seed, config.Harder);
        var batches = new TokenBatches(n => Tokenize(corpus.Document(n)), config.BatchTokens, config.Seed);
        using var decoder = start is null ? Create() : CausalLM.Load(model, start);
        decoder.ComputeType = config.Compute;
        using var optimizer = new AdamW(decoder.Parameters, beta2: 0.95, weightDecay: config.WeightDecay);
        using var averaged = CausalLM.Create(model, seed: 0);
        var average = new WeightAverage(averaged.Parameters.Values, decoder.Parameters.Values, config.AverageDecay);
        log($"{decoder.NamedParameters.Values.Sum(p => p.numel()):N0} parameters, {config.Steps} steps of {config.BatchTokens} tokens");

        var (clock, tokens, smoothed) = (Stopwatch.StartNew(), 0L, 0.0);
        for (var step = 1; step <= config.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (ids, weights, count) = Pad(batches.Next());
            optimizer.ZeroGrad();
            var loss = Loss(decoder, ids, weights);
            loss.backward();
            optimizer.ClipGradNorm(1.0);
            optimizer.Step(LearningRate(step));
            average.Add();

            tokens += count;
            smoothed = step == 1 ? loss.item<float>() : 0.95 * smoothed + 0.05 * loss.item<float>();
            if (step % 50 == 0)
            {
                var left = clock.Elapsed / step * (config.Steps - step);
                log($"step {step}/{config.Steps}  loss {smoothed:F4}  {tokens / clock.Elapsed.TotalSeconds:F0} tokens/s  {left:h\\:mm\\:ss} left");
            }
            if (step % 500 == 0 || step == config.Steps) save(averaged.NamedParameters);
        }
    }

    /// <summary>New weights. By GPT-2's rule, what writes to the residual stream starts smaller, the deeper the model.</summary>
    private CausalLM Create()
    {
        var decoder = CausalLM.Create(model, (ulong)config.Seed, std: 0.02);
        using var noGrad = no_grad();
        foreach (var (name, weight) in decoder.NamedParameters)
        {
            if (name.EndsWith("o_proj.weight", StringComparison.Ordinal) || name.EndsWith("down_proj.weight", StringComparison.Ordinal))
                weight.mul_(1 / Math.Sqrt(2.0 * model.NumHiddenLayers));
        }
        return decoder;
    }

    /// <summary>Weighted mean of the next-token cross-entropy.</summary>
    /// <param name="decoder">The model.</param>
    /// <param name="ids">Token ids, right-padded, <c>[B, T]</c>.</param>
    /// <param name="weights">Weight of predicting the token at t + 1 from t, 0 for padding, <c>[B, T - 1]</c>.</param>
    private static Tensor Loss(CausalLM decoder, Tensor ids, Tensor weights)
    {
        var kept = weights.flatten().nonzero().squeeze(1);
        var hidden = decoder.Hidden(ids[.., ..^1]).flatten(0, 1).index_select(0, kept);
        var labels = ids[.., 1..].flatten().index_select(0, kept);
        var loss = nn.functional.cross_entropy(decoder.Logits(hidden), labels, reduction: nn.Reduction.None);
        var weight = weights.flatten().index_select(0, kept);
        return (loss * weight).sum() / weight.sum();
    }

    private TokenizedText Tokenize(WorldDocument document)
    {
        var (prompt, completion) = TinyChat.Render(document);
        int[] promptIds = [.. tokenizer.Encode(prompt)];
        return new([.. promptIds, .. tokenizer.Encode(completion)], promptIds.Length);
    }

    private (Tensor Ids, Tensor Weights, int Tokens) Pad(TokenizedText[] texts)
    {
        var length = texts.Max(t => t.Ids.Length);
        var ids = new long[texts.Length, length];
        var weights = new float[texts.Length, length - 1];
        for (var row = 0; row < texts.Length; row++)
        {
            var text = texts[row];
            for (var i = 0; i < text.Ids.Length; i++)
            {
                ids[row, i] = text.Ids[i];
                if (i > 0) weights[row, i - 1] = i < text.PromptLength ? (float)config.PromptWeight : 1f;
            }
        }
        return (from_array(ids), from_array(weights), texts.Sum(t => t.Ids.Length));
    }

    // Linear warm-up, then cosine to a twentieth of the peak.
    private double LearningRate(int step)
    {
        if (step <= config.WarmupSteps) return config.LearningRate * step / config.WarmupSteps;
        var done = (double)(step - config.WarmupSteps) / (config.Steps - config.WarmupSteps);
        return config.LearningRate * (0.05 + 0.95 * 0.5 * (1 + Math.Cos(Math.PI * done)));
    }
}
