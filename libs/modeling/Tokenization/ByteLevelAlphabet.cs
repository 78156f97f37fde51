using System.Buffers;
using System.Text;

namespace Sgasa.Modeling.Tokenization;

/// <summary>The 256 printable characters that stand for bytes in the vocabulary of a byte-level tokenizer.</summary>
internal static class ByteLevelAlphabet
{
    private static readonly char[] CharOfByte = MakeCharOfByte();
    private static readonly short[] ByteOfChar = MakeByteOfChar();

    /// <summary>All 256 characters, by code.</summary>
    public static IEnumerable<char> Characters => CharOfByte.Order();

    /// <summary>The character that stands for a byte.</summary>
    public static char CharacterOf(byte value) => CharOfByte[value];

    /// <summary>Spells the UTF-8 bytes of a text in the alphabet.</summary>
    public static string Spell(ReadOnlySpan<char> text)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var count = Encoding.UTF8.GetBytes(text, bytes);
        var spelled = string.Create(count, bytes, static (chars, source) =>
        {
            for (var i = 0; i < chars.Length; i++) chars[i] = CharOfByte[source[i]];
        });
        ArrayPool<byte>.Shared.Return(bytes);
        return spelled;
    }

    /// <summary>
    /// The bytes that a token stands for; a token with a character outside the alphabet (an added one) is its own UTF-8.
    /// </summary>
    public static byte[] Bytes(string token)
    {
        var bytes = new byte[token.Length];
        for (var i = 0; i < token.Length; i++)
        {
            var value = token[i] < ByteOfChar.Length ? ByteOfChar[token[i]] : (short)-1;
            if (value < 0) return Encoding.UTF8.GetBytes(token);
            bytes[i] = (byte)value;
        }
        return bytes;
    }

    /// <summary>
    /// Bytes that Latin-1 prints stand for themselves, the others for the characters from U+0100 on, in order.
    /// </summary>
    private static char[] MakeCharOfByte()
    {
        var chars = new char[256];
        var next = (char)256;
        for (var b = 0; b < 256; b++)
            chars[b] = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE ? (char)b : next++;
        return chars;
    }

    private static short[] MakeByteOfChar()
    {
        var bytes = new short[CharOfByte.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (var b = 0; b < 256; b++) bytes[CharOfByte[b]] = (short)b;
        return bytes;
    }
}
