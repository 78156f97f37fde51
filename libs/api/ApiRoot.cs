namespace Sgasa.Api;

/// <summary>Where the API of this version is.</summary>
public static class ApiRoot
{
    /// <summary>The path that everything of it lies under.</summary>
    public const string Path = "/v1";

    /// <summary>Under it, where gRPC-Web calls to the trainer go: this, the service's full name, the method.</summary>
    public const string Trainer = "/trainer";

    /// <summary>The type of the events that a round's progress is told in.</summary>
    public const string ProgressEvent = "progress";
}
