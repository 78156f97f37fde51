using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Sgasa.Trainer.Tests;

public class TrainerOptionsTests
{
    [Fact]
    public void Options_FoldersGiven_AreValid() => Read(_ => { }).Slots.ShouldBe(16);

    public static TheoryData<Action<TrainerOptions>, string> Mistakes => new()
    {
        { o => o.ModelFolder = "", nameof(TrainerOptions.ModelFolder) },
        { o => o.DataFolder = "", nameof(TrainerOptions.DataFolder) },
        { o => o.Device = "tpu", nameof(TrainerOptions.Device) },
        { o => o.Dtype = "float8", nameof(TrainerOptions.Dtype) },
        { o => o.Slots = 0, nameof(TrainerOptions.Slots) },
        { o => o.Lease = TimeSpan.FromSeconds(1), nameof(TrainerOptions.Lease) },
        { o => o.Owner = "", nameof(TrainerOptions.Owner) },
    };

    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public void Options_Mistake_IsNamed(Action<TrainerOptions> change, string field)
    {
        var fault = Should.Throw<OptionsValidationException>(() => Read(change));

        fault.Message.ShouldContain(field);
    }

    private static TrainerOptions Read(Action<TrainerOptions> change)
    {
        using var services = new ServiceCollection()
            .AddLogging()
            .AddTrainer(options =>
            {
                (options.ModelFolder, options.DataFolder) = ("model", "data");
                change(options);
            })
            .BuildServiceProvider();
        return services.GetRequiredService<IOptions<TrainerOptions>>().Value;
    }
}
