namespace Sgasa.Modeling.Tests.Support;

/// <summary>Generation that ends when the test run does.</summary>
internal static class Running
{
    public static GenerationResult Run(this GenerationEngine engine, GenerationRequest request) =>
        engine.Generate(request, TestContext.Current.CancellationToken);

    public static IReadOnlyList<GenerationResult> Run(this GenerationEngine engine, IReadOnlyList<GenerationRequest> requests) =>
        engine.Generate(requests, TestContext.Current.CancellationToken);
}
