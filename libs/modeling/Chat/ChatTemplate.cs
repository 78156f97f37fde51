using System.Text;
using System.Text.Json;
using Sgasa.Modeling.Chat;
using Sgasa.Modeling.Chat.Jinja;
using Sgasa.Modeling.Chat.Jinja.Syntax;
using Sgasa.Modeling.Chat.Jinja.Values;
using Sgasa.Modeling.IO;

namespace Sgasa.Modeling;

/// <summary>
/// A model's own chat template: turns a conversation into the text that the model was trained on. It runs in an interpreter
/// of its own that reaches nothing outside the values given to it.
/// </summary>
public sealed class ChatTemplate
{
    private const string FileName = "chat_template.jinja";
    private const string ConfigName = "tokenizer_config.json";
    private const int MaxLength = 1 << 20;
    private static readonly string[] TokenNames =
        ["bos_token", "eos_token", "pad_token", "unk_token", "sep_token", "cls_token", "mask_token"];

    private readonly IReadOnlyList<Statement> _statements;
    private readonly IReadOnlyDictionary<string, string> _tokens;
    private readonly TimeProvider _clock;
    private readonly string _where;

    private ChatTemplate(string where, string source, IReadOnlyDictionary<string, string> tokens, TimeProvider? clock)
    {
        _where = where;
        _tokens = tokens;
        _clock = clock ?? TimeProvider.System;
        Source = source;
        if (source.Length > MaxLength) throw new ModelFormatException(where, $"the chat template has {source.Length} characters");
        try
        {
            _statements = JinjaParser.Parse(source);
        }
        catch (JinjaException e)
        {
            throw new ModelFormatException($"{where}, chat template line {e.Line}", e.Message, null, e);
        }
    }

    /// <summary>What encloses a reasoning model's thinking.</summary>
    public static IReadOnlyList<string> ThinkingTokens { get; } = ["<think>", "</think>"];

    /// <summary>The template's source.</summary>
    public string Source { get; }

    /// <summary>
    /// Reads the template of a model folder: <c>chat_template.jinja</c>, or <c>chat_template</c> in
    /// <c>tokenizer_config.json</c>.
    /// </summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="clock">What a template that asks for the date gets; null is the system's clock.</param>
    /// <exception cref="ModelFormatException">
    /// There is none, or it uses what is not supported; the message names file and line.
    /// </exception>
    public static ChatTemplate FromPretrained(string folder, TimeProvider? clock = null)
    {
        var configPath = Path.Combine(folder, ConfigName);
        var config = File.Exists(configPath) ? JsonSection.ReadFile(configPath) : JsonSection.Parse(configPath, "{}"u8.ToArray());
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in TokenNames)
            if (TokenText(config, name) is { } token) tokens.Add(name, token);
        var path = Path.Combine(folder, FileName);
        if (File.Exists(path)) return new ChatTemplate(path, ReadText(path), tokens, clock);
        if (FromConfig(config) is { } source) return new ChatTemplate(configPath, source, tokens, clock);
        throw new ModelFormatException(
            folder, $"has no chat template, neither {FileName} nor in {ConfigName}", "Use a model that was trained for chat");
    }

    /// <summary>Makes a template from its source.</summary>
    /// <param name="source">Jinja source.</param>
    /// <param name="tokens">Special tokens that the template names, such as <c>bos_token</c>.</param>
    /// <param name="clock">What a template that asks for the date gets; null is the system's clock.</param>
    /// <exception cref="ModelFormatException">The source is malformed, or uses what is not supported.</exception>
    public static ChatTemplate Parse(
        string source, IReadOnlyDictionary<string, string>? tokens = null, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new ChatTemplate("the given text", source, tokens ?? new Dictionary<string, string>(), clock);
    }

    /// <summary>
    /// Renders a conversation. Encode the text without adding special tokens: the template writes its own.
    /// </summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="addGenerationPrompt">Whether the text ends with the beginning of the assistant's answer.</param>
    /// <param name="extra">
    /// Further variables, such as <c>tools</c> or <c>enable_thinking</c>; values as in a message's fields.
    /// </param>
    /// <exception cref="ChatTemplateException">The template refuses the conversation, or fails.</exception>
    public string Render(
        IReadOnlyList<ChatMessage> messages,
        bool addGenerationPrompt,
        IReadOnlyDictionary<string, object?>? extra = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Render([.. messages.Select(message => message.ToValue())], addGenerationPrompt, Values(extra), text => text);
    }

    /// <summary>
    /// Renders a conversation and encodes it, so that what messages and further variables say can't be taken for the template's own
    /// tokens.
    /// </summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="messages">The conversation. Its roles are trusted.</param>
    /// <param name="addGenerationPrompt">Whether the ids end with the beginning of the assistant's answer.</param>
    /// <param name="extra">Further variables, as for <see cref="Render"/>.</param>
    /// <param name="contentTokens">What added tokens spelled inside messages mean.</param>
    /// <exception cref="ChatTemplateException">The template refuses the conversation, or fails.</exception>
    public int[] Encode(
        Tokenizer tokenizer,
        IReadOnlyList<ChatMessage> messages,
        bool addGenerationPrompt,
        IReadOnlyDictionary<string, object?>? extra = null,
        ContentTokens contentTokens = ContentTokens.Plain)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(messages);
        if (contentTokens == ContentTokens.Recognised) return tokenizer.Encode(Render(messages, addGenerationPrompt, extra));
        DictValue[] values = [.. messages.Select(message => message.ToValue())];
        var further = Values(extra);
        var standIns = new StandIns(tokenizer.AddedTokens, ThinkingTokens, [.. values, further]);
        var text = Render([.. values.Select(standIns.Hide)], addGenerationPrompt, standIns.Hide(further), standIns.Restore);
        return tokenizer.Encode(text, standIns.Restore);
    }

    private string Render(
        IReadOnlyList<DictValue> messages,
        bool addGenerationPrompt,
        DictValue extra,
        Func<string, string> restore)
    {
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["messages"] = messages.ToList<object?>(),
            ["tools"] = null,
            ["documents"] = null,
            ["add_generation_prompt"] = addGenerationPrompt,
        };
        foreach (var (name, token) in _tokens) variables[name] = token;
        foreach (var (name, value) in extra) variables[(string)name] = value;
        try
        {
            return Interpreter.Render(_statements, variables, _clock);
        }
        catch (JinjaException e)
        {
            var reason = restore(e.Message);
            var message = e.RaisedByTemplate ? reason : $"{_where}, chat template line {e.Line}: {reason}.";
            throw new ChatTemplateException(message, e.Line, e);
        }
    }

    private static DictValue Values(IReadOnlyDictionary<string, object?>? extra)
    {
        var values = new DictValue();
        foreach (var (name, value) in extra ?? new Dictionary<string, object?>()) values.Put(name, ValueConversion.From(value));
        return values;
    }

    /// <summary>
    /// A config holds one template, or several by name, of which the one called default is for plain conversations.
    /// </summary>
    private static string? FromConfig(JsonSection config)
    {
        if (config.Find("chat_template") is not { ValueKind: JsonValueKind.Array }) return config.String("chat_template");
        return config.Sections("chat_template")
            .FirstOrDefault(named => named.String("name") == "default")
            is { Where: not null } found ? found.RequiredString("template") : null;
    }

    /// <summary>A special token is a text, or an object that has it as its content.</summary>
    private static string? TokenText(JsonSection config, string name) =>
        config.Find(name) is { ValueKind: JsonValueKind.Object } ? config.Section(name)?.String("content") : config.String(name);

    private static string ReadText(string path)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new ModelFormatException(path, "can't be read: " + e.Message, null, e);
        }
    }
}
