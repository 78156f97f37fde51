using System.Text;
using Sgasa.Modeling.Chat.Jinja.Syntax;
using Sgasa.Modeling.Chat.Jinja.Values;
using Sgasa.Modeling.Tokenization;

namespace Sgasa.Modeling.Chat;

/// <summary>
/// Characters that take the place of those that added tokens begin or end with, while a template puts messages together. So
/// nothing that came from a message spells a token, not even when a template cuts it, joins it or leaves parts out.
/// </summary>
/// <remarks>Whatever a stand-in's origin, it becomes plain text in the end, so that none can be forged.</remarks>
internal sealed class StandIns
{
    // Characters for private use, then noncharacters.
    private static readonly IEnumerable<int> Candidates =
        Enumerable.Range(0xE000, 0xF900 - 0xE000).Concat(Enumerable.Range(0xFDD0, 32));

    private readonly Dictionary<char, char> _hidden = [];
    private readonly Dictionary<char, char> _shown = [];
    private readonly List<(string Token, int At)> _words = [];
    private readonly IReadOnlyList<string> _thinking;

    /// <summary>Chooses stand-ins that do not occur in the messages.</summary>
    /// <param name="tokens">The added tokens that must not be spelled.</param>
    /// <param name="thinking">Tokens that an assistant's messages may have.</param>
    /// <param name="messages">The messages as templates see them.</param>
    public StandIns(IEnumerable<AddedToken> tokens, IReadOnlyList<string> thinking, IReadOnlyList<DictValue> messages)
    {
        _thinking = thinking;
        var used = new HashSet<char>();
        foreach (var message in messages) Collect(message, used);
        using var free = Candidates.Where(code => !used.Contains((char)code)).GetEnumerator();
        foreach (var token in tokens.Select(token => token.Content).Where(content => !string.IsNullOrWhiteSpace(content)))
        {
            // Letters are hidden within the whole token only, since templates look at words.
            var at = token.AsSpan().IndexOfAnyExceptInRange('\uD800', '\uDFFF');
            if (at < 0) continue;
            if (at > 0 || !IsMark(token[0])) _words.Add((token, at));
            Replace(token[at], free);
            if (IsMark(token[^1])) Replace(token[^1], free);
        }
    }

    /// <summary>A message whose texts spell no token; its role is left as it is.</summary>
    public DictValue Hide(DictValue message)
    {
        var thinks = message.TryGet("role", out var role) && role is "assistant";
        var hidden = new DictValue();
        foreach (var (key, value) in message) hidden.Put(key, key is "role" ? value : HideIn(value, thinks));
        return hidden;
    }

    /// <summary>The text as it was before.</summary>
    public string Restore(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uE000', '\uFDEF')) return text;
        return string.Create(text.Length, (text, _shown), static (chars, state) =>
        {
            for (var i = 0; i < chars.Length; i++) chars[i] = state._shown.GetValueOrDefault(state.text[i], state.text[i]);
        });
    }

    private object? HideIn(object? value, bool thinks)
    {
        switch (value)
        {
            case string text:
                return HideIn(text, thinks);
            case DictValue dict:
                var hidden = new DictValue();
                foreach (var (key, entry) in dict)
                    hidden.Put(key is string name ? HideIn(name, false) : key, HideIn(entry, thinks));
                return hidden;
            case List<object?> list:
                return list.Select(item => HideIn(item, thinks)).ToList();
            default:
                return value;
        }
    }

    private string HideIn(string text, bool thinks)
    {
        var output = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (thinks && _thinking.FirstOrDefault(token => StartsAt(text, i, token)) is { } thought)
            {
                output.Append(thought);
                i += thought.Length - 1;
            }
            else if (_words.Find(word => StartsAt(text, i, word.Token)) is { Token: { } token } word)
            {
                output.Append(token, 0, word.At).Append(_hidden[token[word.At]]).Append(token.AsSpan(word.At + 1));
                i += token.Length - 1;
            }
            else output.Append(IsMark(text[i]) ? _hidden.GetValueOrDefault(text[i], text[i]) : text[i]);
        }
        return output.ToString();
    }

    private void Replace(char character, IEnumerator<int> free)
    {
        if (_hidden.ContainsKey(character)) return;
        if (!free.MoveNext()) throw new ArgumentException("The messages use every character that is free for private use.");
        var standIn = (char)free.Current;
        _hidden.Add(character, standIn);
        _shown.Add(standIn, character);
    }

    private static bool StartsAt(string text, int at, string token) =>
        string.CompareOrdinal(text, at, token, 0, token.Length) == 0;

    private static bool IsMark(char character) =>
        !char.IsLetterOrDigit(character) && !char.IsWhiteSpace(character) && !char.IsSurrogate(character);

    private static void Collect(object? value, HashSet<char> used)
    {
        switch (value)
        {
            case string text:
                used.UnionWith(text.Where(character => character is >= '\uE000' and <= '\uFDEF'));
                break;
            case DictValue dict:
                foreach (var (key, entry) in dict)
                {
                    Collect(key, used);
                    Collect(entry, used);
                }
                break;
            case List<object?> list:
                foreach (var item in list) Collect(item, used);
                break;
        }
    }
}
