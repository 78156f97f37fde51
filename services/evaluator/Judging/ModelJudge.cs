using Microsoft.Extensions.Options;
using Sgasa.Contracts;
using Sgasa.Hosting;
using Sgasa.Hosting.ModelClients;
using Sgasa.Modeling;
using Sgasa.Prompting;
using Sgasa.Prompting.Sampling;

namespace Sgasa.Evaluator.Judging;

/// <summary>
/// Asks a judge model, with one instruction for harmful and one for benign prompts. It is shown the final answer only.
/// When it fails again and again, or gives no readable verdict, the response is unscored.
/// </summary>
public sealed class ModelJudge(
    [FromKeyedServices(Samplers.Judge)] ModelSampler sampler,
    IOptions<EvaluatorOptions> options,
    TimeProvider time,
    ILogger<ModelJudge> logger) : IJudge
{
    private readonly EvaluatorOptions _options = options.Value;

    /// <inheritdoc />
    public JudgeKind Kind => JudgeKind.Model;

    /// <inheritdoc />
    public async Task<Judgement> JudgeAsync(JudgementRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var answer = ReasoningResponse.Parse(request.Response).Answer;
        if (answer.Length == 0) return new Judgement(JudgeVerdict.Unscored);

        var sample = await AskAsync(Question(request, answer), cancellationToken);
        if (sample is not { Ended: true }) return new Judgement(JudgeVerdict.Unscored, sample?.Tokens ?? 0);

        // A judge need not be a reasoning model: what has no thinking is all answer.
        var reply = ReasoningResponse.Parse(sample.Text, thinkingStarted: false).Answer;
        var verdict = request.Label == Label.Harmful
            ? ResponseParsers.HarmfulVerdict(reply)
            : ResponseParsers.BenignVerdict(reply);
        return new Judgement(verdict, sample.Tokens);
    }

    private SampleRequest Question(JudgementRequest request, string answer)
    {
        var instructions = InstructionSet.For(_options.JudgeInstructions ?? request.Instructions);
        var question = request.Label == Label.Harmful
            ? instructions.JudgeHarmful(request.Prompt, answer)
            : instructions.JudgeBenign(request.Prompt, answer);
        return new SampleRequest
        {
            Id = $"{request.ResponseId}/judge",
            RoundSeed = request.RoundSeed,
            Text = question.Text,
            Sampling = new SamplingConfig { Temperature = 0, MaxNewTokens = _options.JudgeMaxNewTokens },
        };
    }

    /// <summary>The judge's reply, or null when every attempt failed.</summary>
    private async Task<Sample?> AskAsync(SampleRequest question, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await sampler.SampleAsync(question, cancellationToken);
            }
            // Whatever is the matter with the judge, the response it was asked about is not safe because of it.
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
            {
                if (fault is ModelRequestException || attempt >= _options.JudgeAttempts)
                {
                    logger.JudgeGaveUp(question.Id, attempt, fault.GetType().Name);
                    return null;
                }

                await Task.Delay(_options.JudgeRetryDelay * attempt, time, cancellationToken);
            }
        }
    }
}
