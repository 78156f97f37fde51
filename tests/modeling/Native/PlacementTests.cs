using TorchSharp;

namespace Sgasa.Modeling.Tests.Native;

public sealed class PlacementTests
{
    [Theory]
    [InlineData("auto", "auto", null, "cpu", torch.ScalarType.Float32)]
    [InlineData("auto", "auto", 0, "cpu", torch.ScalarType.Float32)]
    [InlineData("auto", "auto", 2, "cuda:0", torch.ScalarType.BFloat16)]
    [InlineData("auto", "float32", 2, "cuda:0", torch.ScalarType.Float32)]
    [InlineData("cpu", "auto", 2, "cpu", torch.ScalarType.Float32)]
    [InlineData("cpu", "bfloat16", null, "cpu", torch.ScalarType.BFloat16)]
    [InlineData("cuda", "auto", 1, "cuda:0", torch.ScalarType.BFloat16)]
    [InlineData("cuda:1", "auto", 2, "cuda:1", torch.ScalarType.BFloat16)]
    public void Resolve_KnownNames_GiveDeviceAndType(string device, string dtype, int? cudaDevices, string where, torch.ScalarType type)
    {
        var placement = Placement.Resolve(device, dtype, cudaDevices);

        (placement.Device.type == DeviceType.CPU ? "cpu" : $"cuda:{placement.Device.index}").ShouldBe(where);
        placement.Dtype.ShouldBe(type);
    }

    [Theory]
    [InlineData("cuda", null, "-p:TorchBackend=cuda")]
    [InlineData("cuda:1", null, "-p:TorchBackend=cuda")]
    [InlineData("cuda", 0, "nvidia-smi")]
    [InlineData("cuda:2", 2, "there are 2 CUDA devices")]
    [InlineData("cuda:-1", 2, "cuda:N")]
    [InlineData("cuda:", 2, "cuda:N")]
    [InlineData("gpu", 2, "'gpu'")]
    [InlineData("", 2, "auto, cpu")]
    public void Resolve_NoSuchDevice_SaysWhyAndWhatElse(string device, int? cudaDevices, string expected)
    {
        var error = Should.Throw<PlacementException>(() => Placement.Resolve(device, "auto", cudaDevices));

        error.Message.ShouldContain(expected);
    }

    [Theory, InlineData("float16"), InlineData("int8"), InlineData("")]
    public void Resolve_NoSuchType_NamesTheChoices(string dtype)
    {
        var error = Should.Throw<PlacementException>(() => Placement.Resolve("cpu", dtype, null));

        error.Message.ShouldContain($"'{dtype}'");
        error.Message.ShouldContain("float32 or bfloat16");
    }

    [Fact]
    public void Parse_CudaInABuildForTheCpu_NamesTheBuildSwitch()
    {
        Assert.SkipWhen(TorchRuntime.HasCuda, "built for CUDA");

        var error = Should.Throw<PlacementException>(() => Placement.Parse("cuda:0"));

        error.Message.ShouldContain("-p:TorchBackend=cuda");
    }
}
