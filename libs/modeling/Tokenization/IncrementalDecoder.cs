using System.Text;

namespace Sgasa.Modeling.Tokenization;

/// <summary>
/// Decodes a response token by token, holding back the bytes of a character until it is whole. All its output together
/// equals <see cref="Tokenizer.Decode"/> of all the ids.
/// </summary>
/// <param name="tokenizer">The tokenizer whose ids come.</param>
/// <param name="skipSpecialTokens">Whether tokens marked special are left out.</param>
public sealed class IncrementalDecoder(Tokenizer tokenizer, bool skipSpecialTokens = true)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    /// <summary>Takes one more id; gives the text that is certain now, which may be empty.</summary>
    public string Append(int id) => Decode(tokenizer.BytesOf(id, skipSpecialTokens), flush: false);

    /// <summary>
    /// Gives what is held back, as U+FFFD where a character never became whole; the decoder is then as new.
    /// </summary>
    public string Finish() => Decode(default, flush: true);

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        if (bytes.IsEmpty && !flush) return "";
        var chars = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        return new string(chars, 0, _decoder.GetChars(bytes, chars, flush));
    }
}
