using System.Text;

namespace Sgasa.Cli.Generating;

/// <summary>Whether a piece of a response is thought or answered.</summary>
internal enum PieceKind
{
    /// <summary>Before <c>&lt;/think&gt;</c>.</summary>
    Thinking,

    /// <summary>After it.</summary>
    Answer,
}

/// <summary>
/// Cuts a response into thinking and answer while it arrives, wherever the pieces are cut: it holds back only what may
/// yet become a tag. White space around either part is dropped.
/// </summary>
/// <param name="show">Takes the parts' text as it comes.</param>
internal sealed class ThinkingStream(Action<PieceKind, string> show)
{
    private const string Opening = "<think>";
    private const string Closing = "</think>";

    private readonly StringBuilder _held = new();
    private PieceKind _kind = PieceKind.Thinking;
    private bool _begun;

    // Templates open the thinking themselves; a model may open it again, once.
    private bool _opened;

    /// <summary>Takes the next piece.</summary>
    public void Add(string piece)
    {
        _held.Append(piece);
        while (Advance())
        {
        }
    }

    /// <summary>Shows what was held back: nothing follows.</summary>
    public void End() => Show(_held.ToString().TrimEnd());

    private bool Advance()
    {
        var text = _held.ToString();
        if (!_begun)
        {
            text = text.TrimStart();
            if (!_opened && text.StartsWith(Opening, StringComparison.Ordinal))
                (text, _opened) = (text[Opening.Length..].TrimStart(), true);
            else if (!_opened && Opening.StartsWith(text, StringComparison.Ordinal))
                return Hold(text);
            if (text.Length == 0) return Hold(text);
        }

        var end = _kind == PieceKind.Thinking ? text.IndexOf(Closing, StringComparison.Ordinal) : -1;
        if (end >= 0)
        {
            Show(text[..end].TrimEnd());
            (_kind, _begun, _opened) = (PieceKind.Answer, false, true);
            Hold(text[(end + Closing.Length)..]);
            return true;
        }

        var safe = SafeLength(text);
        Show(text[..safe]);
        return Hold(text[safe..]);
    }

    // The end may be the beginning of the tag, or white space before it.
    private int SafeLength(string text)
    {
        var safe = text.Length;
        if (_kind == PieceKind.Thinking)
        {
            for (var length = Math.Min(Closing.Length - 1, text.Length); length > 0; length--)
            {
                if (!text.EndsWith(Closing[..length], StringComparison.Ordinal)) continue;
                safe -= length;
                break;
            }
        }

        return text.AsSpan(0, safe).TrimEnd().Length;
    }

    private bool Hold(string text)
    {
        _held.Clear().Append(text);
        return false;
    }

    private void Show(string text)
    {
        if (text.Length == 0) return;
        _begun = true;
        show(_kind, text);
    }
}
