using System.Text;
using Microsoft.Extensions.AI;
using Sgasa.Cli.Embedding;
using Sgasa.Cli.Models;
using Sgasa.Cli.Remote;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Sgasa.Contracts;
using Sgasa.Prompting;
using Spectre.Console;

namespace Sgasa.Cli.Generating;

/// <summary>Answers one prompt.</summary>
internal sealed class GenerateRun(ToolConsole console, TimeProvider time)
{
    /// <summary>Streams the answer, or prints it as JSON.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="trainer">The deployment's trainer that answers; null for this process.</param>
    /// <param name="cancellationToken">Stops the answer.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(
        GenerateOptions options, TrainerConnection? trainer, CancellationToken cancellationToken)
    {
        var prompt = options.Prompt == "-" ? (await console.In.ReadToEndAsync(cancellationToken)).Trim() : options.Prompt;
        if (string.IsNullOrWhiteSpace(prompt))
            throw new UserErrorException("The prompt is empty: give a text, or - to read it from standard input.");

        await using var host = Open(options, trainer);
        return await host.GuardAsync(
            async ct =>
            {
                await host.StartAsync(ct);
                await AnswerAsync(host, prompt, options, ct);
                return ExitCodes.Success;
            },
            cancellationToken);
    }

    private IModelHost Open(GenerateOptions options, TrainerConnection? trainer)
    {
        if (trainer is not null) return new RemoteModel(trainer, options.Adapter, time);

        var model = ModelChoice.Of(options.Model);
        model.Check(options.Device, options.Adapter);
        return EmbeddedHost.ForModel(model, options.Adapter, options.Device, time);
    }

    private async Task AnswerAsync(IModelHost host, string prompt, GenerateOptions options, CancellationToken ct)
    {
        var chat = new ChatOptions
        {
            ModelId = host.AdapterId,
            Temperature = (float)options.Sampling.Temperature,
            TopP = (float)options.Sampling.TopP,
            TopK = options.Sampling.TopK == 0 ? null : options.Sampling.TopK,
            MaxOutputTokens = options.Sampling.MaxNewTokens,
            Seed = options.Seed,
        };
        var whole = new StringBuilder();
        var view = options.Json ? null : new AnswerView(console.Out, options.ShowThinking);
        ChatFinishReason? finish = null;
        UsageDetails? usage = null;
        var message = new ChatMessage(ChatRole.User, prompt);
        await foreach (var update in host.Generator.GetStreamingResponseAsync([message], chat, ct))
        {
            whole.Append(update.Text);
            view?.Add(update.Text);
            finish ??= update.FinishReason;
            usage ??= update.Contents.OfType<UsageContent>().FirstOrDefault()?.Details;
        }

        // A model that ended by itself without closing the thinking did not think: all of it is the answer.
        var response = ReasoningResponse.Parse(whole.ToString(), thinkingStarted: finish == ChatFinishReason.Length);
        if (view is null)
        {
            ToolConsole.WriteLine(console.Out, ReportJson.Write(Report(prompt, options, response, finish, usage)));
            return;
        }

        view.End(response);
        if (finish == ChatFinishReason.Length)
        {
            ToolConsole.WriteLine(console.Error, response.Finished
                ? $"(cut off at {options.Sampling.MaxNewTokens} tokens: raise --max-new-tokens)"
                : $"(still thinking after {options.Sampling.MaxNewTokens} tokens: raise --max-new-tokens)");
        }
    }

    private static GenerationReport Report(
        string prompt, GenerateOptions options, ReasoningResponse response, ChatFinishReason? finish, UsageDetails? usage) => new()
        {
            Prompt = prompt,
            Thinking = response.Thinking,
            Answer = response.Answer,
            FinishReason = finish == ChatFinishReason.Length ? "length" : "stop",
            PromptTokens = usage?.InputTokenCount ?? 0,
            CompletionTokens = usage?.OutputTokenCount ?? 0,
            Seed = options.Seed,
        };

    /// <summary>Shows an answer as it comes, its thinking dimmed where it is shown at all.</summary>
    private sealed class AnswerView
    {
        private readonly IAnsiConsole _console;
        private readonly ThinkingStream _stream;
        private PieceKind? _last;

        public AnswerView(IAnsiConsole console, bool showThinking)
        {
            _console = console;
            _stream = new ThinkingStream((kind, text) =>
            {
                if (kind == PieceKind.Thinking && !showThinking) return;
                if (_last is not null && _last != kind) Write(PieceKind.Answer, "\n\n");
                Write(kind, text);
                _last = kind;
            });
        }

        public void Add(string piece) => _stream.Add(piece);

        /// <param name="whole">The whole response, for an answer that looked like thinking to the end.</param>
        public void End(ReasoningResponse whole)
        {
            _stream.End();
            if (_last is null && whole.Finished) Write(PieceKind.Answer, whole.Answer);
            if (_last is not null || whole.Finished) Write(PieceKind.Answer, "\n");
        }

        // Not through Spectre's text: it would wrap each piece as if it stood alone. What a model writes is no command
        // to the terminal.
        private void Write(PieceKind kind, string text)
        {
            text = string.Concat(text.Where(c => c is '\n' or '\t' || !char.IsControl(c)));
            var dim = kind == PieceKind.Thinking && _console.Profile.Capabilities.Ansi;
            _console.Profile.Out.Writer.Write(dim ? $"\u001b[2m{text}\u001b[0m" : text);
            _console.Profile.Out.Writer.Flush();
        }
    }
}
