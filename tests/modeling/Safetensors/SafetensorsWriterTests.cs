using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Sgasa.Modeling.Safetensors;
using TorchSharp;

namespace Sgasa.Modeling.Tests.Safetensors;

public sealed class SafetensorsWriterTests
{
    [Fact]
    public void Write_AnyTensors_ReadBackTheSame()
    {
        using var folder = new TemporaryFolder();
        var path = folder["t.safetensors"];
        var shape = Gen.Long[0, 4].Array[0, 3];
        var name = Gen.String[Gen.Char["abc.é\"\\/ 0"], 1, 6];

        Gen.Select(name, shape).Array[0, 6].Sample(
            named =>
            {
                using var scope = torch.NewDisposeScope();
                var tensors = named.DistinctBy(n => n.Item1).ToDictionary(n => n.Item1, n => torch.rand(n.Item2));
                SafetensorsWriter.Write(path, tensors.Select(t => TensorToWrite.Of(t.Key, t.Value)));

                using var file = SafetensorsFile.Open(path);
                file.Entries.Select(e => e.Name).Order(StringComparer.Ordinal)
                    .ShouldBe(tensors.Keys.Order(StringComparer.Ordinal));
                foreach (var (key, value) in tensors) file.Read(key).equal(value).all().item<bool>().ShouldBeTrue();
            },
            iter: 50,
            threads: 1);
    }

    [Fact]
    public void Write_HeaderLayout_IsPaddedAlignedAndMarked()
    {
        using var folder = new TemporaryFolder();
        var path = folder["t.safetensors"];
        using var ones = torch.ones(3);

        SafetensorsWriter.Write(
            path,
            [TensorToWrite.Of("z", ones), TensorToWrite.Of("a", ones, SafetensorsDtype.BF16), TensorToWrite.Of("b", ones)],
            new Dictionary<string, string> { ["key"] = "value" });

        var bytes = File.ReadAllBytes(path);
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        (length % 8).ShouldBe(0);
        Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' ').ShouldBe(
            ("{'__metadata__':{'format':'pt','key':'value'},"
                + "'b':{'dtype':'F32','shape':[3],'data_offsets':[0,12]},"
                + "'z':{'dtype':'F32','shape':[3],'data_offsets':[12,24]},"
                + "'a':{'dtype':'BF16','shape':[3],'data_offsets':[24,30]}}").Replace('\'', '"'));
        bytes.Length.ShouldBe(8 + length + 30);
    }

    [Theory]
    // bfloat16 keeps 8 significant bits: between 1 and 2 the step is 2^-7; ties go to the even pattern.
    [InlineData(SafetensorsDtype.BF16, 1.00390625f, 1f)] // 1 + 2^-8, half way, down to even
    [InlineData(SafetensorsDtype.BF16, 1.01171875f, 1.015625f)] // 1 + 3 * 2^-8, half way, up to even
    [InlineData(SafetensorsDtype.BF16, -3.4e38f, float.NegativeInfinity)] // beyond 3.3962e38, half a step above the largest
    [InlineData(SafetensorsDtype.F16, 1.00048828125f, 1f)] // 1 + 2^-11, half way
    [InlineData(SafetensorsDtype.F16, 65504f, 65504f)]
    [InlineData(SafetensorsDtype.BF16, float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(SafetensorsDtype.F32, 1e-42f, 1e-42f)]
    public void Write_NarrowFormat_RoundsToNearestEven(SafetensorsDtype dtype, float value, float expected)
    {
        using var folder = new TemporaryFolder();
        using var tensor = torch.tensor(value);

        SafetensorsWriter.Write(folder["t.safetensors"], [TensorToWrite.Of("t", tensor, dtype)]);

        using var file = SafetensorsFile.Open(folder["t.safetensors"]);
        using var read = file.Read("t");
        read.item<float>().ShouldBe(expected);
    }

    [Fact]
    public void Write_NotANumber_StaysOne()
    {
        FloatConversion.Write(SafetensorsDtype.BF16, [BitConverter.Int32BitsToSingle(0x7F800001)]).ShouldBe([0xC0, 0x7F]);
    }

    [Fact]
    public void Write_FailsHalfWay_LeavesTheOlderFileAndNoOther()
    {
        using var folder = new TemporaryFolder();
        var path = folder["t.safetensors"];
        using var ones = torch.ones(3);
        SafetensorsWriter.Write(path, [TensorToWrite.Of("a", ones)]);
        var before = File.ReadAllBytes(path);

        Should.Throw<TimeoutException>(() => SafetensorsWriter.Write(
            path, [TensorToWrite.Of("a", ones), new TensorToWrite("b", [3], () => throw new TimeoutException())]));

        File.ReadAllBytes(path).ShouldBe(before);
        Directory.GetFiles(folder.Path).ShouldHaveSingleItem();
    }

    [Fact]
    public void Write_FolderThatIsAFile_SaysItCantBeWritten()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");

        Should.Throw<ModelFormatException>(() => SafetensorsWriter.Write(folder["file/t.safetensors"], []))
            .Message.ShouldContain("can't be written");
    }
}
