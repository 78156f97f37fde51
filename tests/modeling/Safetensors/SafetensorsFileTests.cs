using System.Buffers.Binary;
using CsCheck;
using Sgasa.Modeling.Safetensors;
using Sgasa.Modeling.Tests.Support;
using TorchSharp;

namespace Sgasa.Modeling.Tests.Safetensors;

public sealed class SafetensorsFileTests
{
    [Fact]
    public void Open_ReferenceFile_ListsTensorsAndMetadata()
    {
        using var file = SafetensorsFile.Open(Parity.PathOf("qwen2-r1", "model", "model.safetensors"));

        file.Metadata["format"].ShouldBe("pt");
        var entry = file.Find("model.embed_tokens.weight").ShouldNotBeNull();
        entry.Dtype.ShouldBe(SafetensorsDtype.BF16);
        entry.Shape.ShouldBe([896L, 64L]);
        file.Find("no.such.tensor").ShouldBeNull();
    }

    [Fact]
    public void Read_BFloat16_GivesTheExactFloat32()
    {
        using var file = SafetensorsFile.Open(Parity.PathOf("qwen2-r1", "model", "model.safetensors"));
        var entry = file.Find("model.norm.weight")!;
        var stored = file.Bytes(entry, 0, entry.End - entry.Begin);

        using var tensor = file.Read(entry.Name);

        tensor.dtype.ShouldBe(torch.float32);
        var values = tensor.data<float>().ToArray();
        for (var i = 0; i < values.Length; i++)
            values[i].ShouldBe(BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(stored[(2 * i)..]) << 16));
    }

    [Theory]
    [InlineData(SafetensorsDtype.F32, torch.ScalarType.Float32)]
    [InlineData(SafetensorsDtype.F32, torch.ScalarType.BFloat16)]
    [InlineData(SafetensorsDtype.F16, torch.ScalarType.Float32)]
    [InlineData(SafetensorsDtype.F16, torch.ScalarType.BFloat16)]
    [InlineData(SafetensorsDtype.BF16, torch.ScalarType.Float32)]
    [InlineData(SafetensorsDtype.BF16, torch.ScalarType.BFloat16)]
    public void ReadInto_AnyTypes_IsTheStoredValueRounded(SafetensorsDtype stored, torch.ScalarType wanted)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var random = new torch.Generator(3, torch.CPU);
        var values = torch.randn([37, 5], generator: random);
        SafetensorsWriter.Write(folder["a.safetensors"], [TensorToWrite.Of("w", values, stored)]);
        using var file = SafetensorsFile.Open(folder["a.safetensors"]);
        var target = torch.zeros([39, 5], wanted);

        file.ReadInto("w", target.narrow(0, 1, 37));

        target[0].to_type(torch.ScalarType.Float32).ToFloats().ShouldAllBe(value => value == 0);
        target[38].to_type(torch.ScalarType.Float32).ToFloats().ShouldAllBe(value => value == 0);
        target.narrow(0, 1, 37).to_type(torch.ScalarType.Float32).ToFloats()
            .ShouldBe(file.Read("w").to_type(wanted).to_type(torch.ScalarType.Float32).ToFloats());
    }

    [Fact]
    public void ReadInto_PlaceOfAnotherShape_NamesBoth()
    {
        using var folder = new TemporaryFolder();
        using var values = torch.zeros(2, 3);
        SafetensorsWriter.Write(folder["a.safetensors"], [TensorToWrite.Of("w", values)]);
        using var file = SafetensorsFile.Open(folder["a.safetensors"]);
        using var target = torch.zeros(3, 2);

        var error = Should.Throw<ArgumentException>(() => file.ReadInto("w", target));

        error.Message.ShouldContain("[2, 3]");
        error.Message.ShouldContain("[3, 2]");
    }

    [Fact]
    public void Read_ReferenceRopeFrequencies_AreThoseOfTheFormula()
    {
        using var file = SafetensorsFile.Open(Parity.PathOf("qwen2-r1", "expected.safetensors"));

        using var tensor = file.Read("rope.inv_freq");

        // 10000^(-2i/16), i = 0..7
        tensor.data<float>().ToArray().ShouldBe([.. Enumerable.Range(0, 8).Select(i => (float)Math.Pow(10000, -i / 8.0))], 1e-7);
    }

    [Fact]
    public void Read_IntegerTensor_NamesTheFormat()
    {
        using var folder = new TemporaryFolder();
        WriteRaw(folder["a.safetensors"], """{"ids":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", new byte[8]);
        using var file = SafetensorsFile.Open(folder["a.safetensors"]);

        var error = Should.Throw<ModelFormatException>(() => file.Read("ids"));

        error.Message.ShouldContain("tensor ids: has number format I64. Supported are F32, F16 and BF16.");
    }

    [Fact]
    public void Read_UnknownTensor_ThrowsKeyNotFound()
    {
        using var file = SafetensorsFile.Open(Parity.PathOf("qwen3", "model", "model.safetensors"));

        Should.Throw<KeyNotFoundException>(() => file.Read("lm_head.weight"));
    }

    [Theory]
    [InlineData(0, "has 0 bytes, too few")]
    [InlineData(7, "has 7 bytes, too few")]
    [InlineData(100, "it is cut short")]
    [InlineData(200_000, "the file is cut short")]
    public void Open_TruncatedFile_SaysSo(int length, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder["model.safetensors"];
        File.WriteAllBytes(path, File.ReadAllBytes(Parity.PathOf("qwen2-r1", "model", "model.safetensors"))[..length]);

        var error = Should.Throw<ModelFormatException>(() => SafetensorsFile.Open(path));

        error.Message.ShouldStartWith(path);
        error.Message.ShouldContain(message);
    }

    [Fact]
    public void Open_HeaderLongerThanTheFormatAllows_IsRefusedUnread()
    {
        using var folder = new TemporaryFolder();
        var path = folder["model.safetensors"];
        File.WriteAllBytes(path, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, (byte)'{']);

        var error = Should.Throw<ModelFormatException>(() => SafetensorsFile.Open(path));

        error.Message.ShouldContain("claims a header of 18446744073709551615 bytes");
    }

    [Fact]
    public void Open_MissingFile_SaysSo()
    {
        Should.Throw<ModelFormatException>(() => SafetensorsFile.Open("nowhere/x.safetensors"))
            .Message.ShouldBe("nowhere/x.safetensors: there is no such file.");
    }

    [Fact]
    public void Open_AnyDamagedByte_NeverFailsOtherwise()
    {
        var good = File.ReadAllBytes(Parity.PathOf("qwen2-r1", "adapter", "adapter_model.safetensors"));
        using var folder = new TemporaryFolder();
        var path = folder["a.safetensors"];
        var headerEnd = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(good);

        Gen.Select(Gen.Int[0, headerEnd], Gen.Byte, Gen.Int[0, good.Length]).Sample(
            (at, value, length) =>
            {
                var bytes = good[..Math.Max(length, good.Length / 2)];
                bytes[at] = value;
                File.WriteAllBytes(path, bytes);
                try
                {
                    using var file = SafetensorsFile.Open(path);
                    foreach (var entry in file.Entries.Where(e => FloatConversion.CanRead(e.Dtype))) file.Read(entry.Name).Dispose();
                }
                catch (ModelFormatException)
                {
                    // the only way to fail
                }
            },
            iter: 100,
            threads: 1);
    }

    /// <summary>A file of this header and data, right or wrong.</summary>
    internal static void WriteRaw(string path, string header, byte[] data)
    {
        var json = System.Text.Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        File.WriteAllBytes(path, [.. length, .. json, .. data]);
    }
}
