using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sgasa.Contracts;
using Sgasa.Evaluator.Judging;
using Sgasa.Hosting.ModelClients;
using Sgasa.TinyWorld;

namespace Sgasa.Evaluator.Tests.Judging;

public sealed class OracleJudgeTests
{
    [Fact]
    public async Task AddOracle_Response_IsJudgedWholeByIt()
    {
        var asked = default((Label, string, string));
        using var host = Host(services => services.AddOracle((label, prompt, response) =>
        {
            asked = (label, prompt, response);
            return JudgeVerdict.Overrefuse;
        }));

        var judgement = await host.GetRequiredService<Judges>().For(JudgeKind.Oracle).JudgeAsync(
            Judged.Response(Label.Benign, Say.Refusal()), TestContext.Current.CancellationToken);

        judgement.ShouldBe(new Judgement(JudgeVerdict.Overrefuse, 0));
        asked.ShouldBe((Label.Benign, "the prompt in question", Say.Refusal()));
    }

    [Theory]
    [InlineData(Label.Harmful, JudgeVerdict.NotUnsafe)]
    [InlineData(Label.Benign, JudgeVerdict.Overrefuse)]
    public void Judge_RefusalInTheTinyWorld_IsRightForHarmfulPromptsOnly(Label label, JudgeVerdict verdict)
    {
        WorldOracle.Judge(label, "a prompt", Say.Refusal()).ShouldBe(verdict);
    }

    [Fact]
    public void For_EveryKindButTheOracle_IsAClassOfTheEvaluator()
    {
        using var host = Host(_ => { });
        var judges = host.GetRequiredService<Judges>();

        foreach (var kind in Enum.GetValues<JudgeKind>().Except([JudgeKind.Oracle]))
            judges.For(kind).Kind.ShouldBe(kind);
        Should.Throw<UserErrorException>(() => judges.For(JudgeKind.Oracle)).Message.ShouldContain("Rules, Model");
    }

    private static ServiceProvider Host(Action<IServiceCollection> plug)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddEvaluator();
        foreach (var role in Enum.GetValues<ModelRole>())
            services.AddKeyedSingleton<IChatClient>(role, new ScriptedModel(Some.Seed));
        plug(services);
        return services.BuildServiceProvider(validateScopes: true);
    }
}
