using System.Text;
using CsCheck;
using Sgasa.Modeling.Safetensors;

namespace Sgasa.Modeling.Tests.Safetensors;

public sealed class SafetensorsHeaderTests
{
    private const string A = """{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""";

    [Fact]
    public void Parse_TwoTensorsAndMetadata_ListsThemInOrderOfData()
    {
        const string Json = """
            {"__metadata__":{"format":"pt"},
             "b":{"dtype":"BF16","shape":[2,2],"data_offsets":[8,16]},
             "a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
             "scalar":{"dtype":"I64","shape":[],"data_offsets":[16,24]},
             "empty":{"dtype":"F16","shape":[0,5],"data_offsets":[24,24]}}
            """;

        var header = Parse(Json, 24);

        header.Entries.Select(e => e.Name).ShouldBe(["a", "b", "scalar", "empty"]);
        header.Entries[1].Shape.ShouldBe([2L, 2L]);
        header.Entries[2].ElementCount.ShouldBe(1);
        header.Metadata["format"].ShouldBe("pt");
    }

    [Theory]
    [InlineData("[]", 0, "does not begin with '{'")]
    [InlineData(" {}", 0, "does not begin with '{'")]
    [InlineData("{", 0, "is not valid JSON")]
    [InlineData("{}x", 0, "is not valid JSON")]
    [InlineData("""{"a":""" + A + ""","a":""" + A + "}", 8, "is not valid JSON")]
    [InlineData("""{"a":5}""", 0, "a: is a number of another kind where an object is wanted")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", 8, "dtype: is missing")]
    [InlineData("""{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}""", 8, "'F31' is not a number format")]
    [InlineData("""{"a":{"dtype":"7","shape":[2],"data_offsets":[0,8]}}""", 8, "'7' is not a number format")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,8]}}""", 8, "shape: is missing")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "not a whole number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "not a whole number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", 8, "has 1 numbers, not two")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "ends at 0, before its begin 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "takes 12 bytes")]
    [InlineData("""{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}""", 2, "no whole number of bytes")]
    [InlineData("""{"a":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "or too many")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,8]}}""", 8, "or too many")]
    [InlineData("""{"a":""" + A + "}", 4, "tensor a: ends at byte 8 of 4: the file is cut short")]
    [InlineData("""{"a":""" + A + "}", 9, "1 bytes that belong to no tensor")]
    [InlineData("""{"a":""" + A + ""","b":""" + A + "}", 16, "tensor b: overlaps")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "tensor a: leaves a hole")]
    [InlineData("""{"__metadata__":{"k":5}}""", 0, "k: is a number of another kind where a string is wanted")]
    [InlineData("""{"__metadata__":[]}""", 0, "where an object is wanted")]
    [InlineData("{\"\\ud800\":5}", 0, "name is not valid Unicode text")]
    public void Parse_BrokenRule_SaysWhichInOneLine(string json, long dataLength, string message)
    {
        var error = Should.Throw<ModelFormatException>(() => Parse(json, dataLength));

        error.Message.ShouldStartWith("x.safetensors");
        error.Message.ShouldContain(message);
        error.Message.ShouldNotContain('\n');
    }

    [Fact]
    public void Parse_InvalidUtf8_IsRefused()
    {
        byte[] json = [.. "{\""u8, 0xFF, .. "\":5}"u8];

        var error = Should.Throw<ModelFormatException>(() => SafetensorsHeader.Parse("x.safetensors", json, 0));

        error.Message.ShouldContain("is not valid UTF-8");
    }

    [Fact]
    public void Parse_RandomDamage_ThrowsNothingElseAndListsNothingOutside()
    {
        var good = Encoding.UTF8.GetBytes(
            """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b\u00e9":{"dtype":"BF16","shape":[3],"data_offsets":[8,14]}}""");
        var damage = Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, 3]).Array[1, 4];

        Gen.Select(damage, Gen.Long[0, 20]).Sample((edits, dataLength) =>
        {
            var bytes = good.ToList();
            foreach (var (at, value, kind) in edits)
            {
                var place = Math.Min(at, bytes.Count - 1);
                if (kind == 0 && bytes.Count > 1) bytes.RemoveAt(place);
                else if (kind == 1) bytes.Insert(place, value);
                else if (kind == 2) bytes[place] = (byte)("0123456789{}[]\",:-e\\"[value % 20]);
                else bytes[place] = value;
            }
            try
            {
                var header = SafetensorsHeader.Parse("x.safetensors", bytes.ToArray(), dataLength);
                header.Entries.ShouldAllBe(e => e.Begin >= 0 && e.Begin <= e.End && e.End <= dataLength);
                header.Entries.Sum(e => e.End - e.Begin).ShouldBe(dataLength);
            }
            catch (ModelFormatException)
            {
                // the only way to fail
            }
        });
    }

    private static SafetensorsHeader Parse(string json, long dataLength) =>
        SafetensorsHeader.Parse("x.safetensors", Encoding.UTF8.GetBytes(json), dataLength);
}
