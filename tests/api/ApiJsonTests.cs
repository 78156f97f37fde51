using System.Reflection;
using System.Text.Json;
using Sgasa.Api.Deployments;
using Sgasa.Api.Rounds;

namespace Sgasa.Api.Tests;

public sealed class ApiJsonTests
{
    // What only says where a round's files are, or is thrown.
    private static readonly Type[] Unwritten = [typeof(CoordinatorClient), typeof(ApiProblemException), typeof(ApiJson)];

    [Fact]
    public void Records_OfTheApi_AreAllKnownToItsJson()
    {
        var records = typeof(ApiJson).Assembly.GetExportedTypes()
            .Where(t => t is { IsClass: true, IsAbstract: false, IsGenericType: false, IsNested: false })
            .Except(Unwritten);

        foreach (var record in records) ApiJson.Default.GetTypeInfo(record).ShouldNotBeNull(record.FullName);
    }

    [Fact]
    public void Write_RoundSummary_HasTheWordsOfTheApi()
    {
        var summary = new RoundSummary
        {
            Id = "r-1",
            Status = RoundStatus.Completed,
            Source = "log.jsonl",
            Recipe = "tiny",
            Seed = 7,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Gain = 0.25,
        };

        JsonSerializer.Serialize([summary], ApiJson.Default.IReadOnlyListRoundSummary).ShouldBe(
            """[{"id":"r-1","status":"Completed","source":"log.jsonl","recipe":"tiny","seed":7,"createdAt":"1970-01-01T00:00:00+00:00","gain":0.25}]""");
    }

    [Fact]
    public void Read_SubmissionWithAnUnknownMember_IsRefused() => Should.Throw<JsonException>(
        () => JsonSerializer.Deserialize("""{"prompts": [], "sede": 1}""", ApiJson.Default.RoundSubmission));

    [Fact]
    public void Write_Status_LeavesOutNothing()
    {
        var status = new DeploymentStatus { Version = "1", Services = [], Queues = [], RunningRounds = 0 };

        JsonSerializer.Serialize(status, ApiJson.Default.DeploymentStatus).ShouldBe(
            """{"version":"1","model":null,"modelFault":null,"champion":null,"services":[],"queues":[],"runningRounds":0}""");
    }
}
