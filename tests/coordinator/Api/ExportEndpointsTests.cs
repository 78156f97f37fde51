using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sgasa.Artifacts;
using Sgasa.Artifacts.Files;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Rounds;
using Sgasa.Coordinator.Tests.Consumers;
using Sgasa.Hosting.Recipes;

namespace Sgasa.Coordinator.Tests.Api;

/// <summary>What rounds made, over HTTP.</summary>
public sealed class ExportEndpointsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_Prompts_AreOneJsonObjectInALine()
    {
        await using var host = await ApiHost.StartAsync(script: new Script());
        var id = await CompletedAsync(host);

        using var response = await host.Client.GetAsync(new Uri($"/v1/rounds/{id}/exports/prompts.jsonl", UriKind.Relative), Ct);

        response.Content.Headers.ContentType.ShouldNotBeNull().MediaType.ShouldBe("application/x-ndjson");
        var lines = (await response.Content.ReadAsStringAsync(Ct)).TrimEnd('\n').Split('\n');
        lines.Length.ShouldBe(12);
        lines.ShouldAllBe(l => l.Contains("\"kept\":true", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Get_Recipe_IsTheRounds()
    {
        await using var host = await ApiHost.StartAsync(script: new Script());
        var id = await CompletedAsync(host);

        var yaml = await host.Client.GetByteArrayAsync(new Uri($"/v1/rounds/{id}/exports/recipe.yaml", UriKind.Relative), Ct);

        RecipeFile.Parse(yaml, "recipe.yaml").ShouldBe(Some.Recipe);
    }

    [Theory]
    [InlineData("exports/other.jsonl", "no such export")]
    [InlineData("exports/..%2f..%2fsgasa.db", "no such export")]
    [InlineData("checkpoints/other", "no such stage")]
    [InlineData("checkpoints/sft/files", "not in the file store")]
    [InlineData("checkpoints/sft/files/..%2fsecret", "no such file")]
    public async Task Get_WhatIsNotThere_IsNotFound(string path, string expected)
    {
        await using var host = await ApiHost.StartAsync(script: new Script());
        var id = await CompletedAsync(host);

        var (status, problem) = await host.GetAsync($"/v1/rounds/{id}/{path}");

        status.ShouldBe(HttpStatusCode.NotFound);
        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain(expected);
    }

    [Fact]
    public async Task Get_AdapterFile_IsTheFileStores()
    {
        var folder = Directory.CreateTempSubdirectory("sgasa-").FullName;
        var files = new FolderFileStore(folder, maxSetBytes: 1 << 20, TimeProvider.System);
        await using (var host = await ApiHost.StartAsync(script: new Script(), files: files))
        {
            var id = await CompletedAsync(host);
            await files.WriteAsync(
                $"checkpoints/{id}/sft", [new FileSource("adapter_config.json", () => new MemoryStream("{}"u8.ToArray()))], Ct);

            var listed = await host.GetAsync($"/v1/rounds/{id}/checkpoints/sft/files");
            var content = await host.Client.GetByteArrayAsync(
                new Uri($"/v1/rounds/{id}/checkpoints/sft/files/adapter_config.json", UriKind.Relative), Ct);

            listed.Body[0].GetProperty("name").GetString().ShouldBe("adapter_config.json");
            Encoding.UTF8.GetString(content).ShouldBe("{}");
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> CompletedAsync(ApiHost host)
    {
        var id = await host.Services.GetRequiredService<IRoundService>().StartAsync(Some.Request(), Ct);
        await foreach (var _ in host.Services.GetRequiredService<IRoundFeed>().WatchAsync(id, Ct))
        {
        }

        await host.Artifacts.UpsertAsync(
            new Checkpoint
            {
                Id = ArtifactIds.Checkpoint(id, Stage.Sft),
                RoundId = id,
                Stage = Stage.Sft,
                BaseModel = "base",
                Folder = $"{id}/sft",
                AdapterHash = "",
                DataHash = "",
                Pairs = 1,
                Steps = 1,
                FinalLoss = 1,
            },
            Ct);
        return id;
    }
}
