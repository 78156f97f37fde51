namespace Sgasa.Hosting.ModelClients;

/// <summary>What answers at a model's address.</summary>
public enum ModelEndpointKind
{
    /// <summary>This system's trainer, over gRPC.</summary>
    Trainer,

    /// <summary>Any server that speaks OpenAI's chat completions: vLLM, SGLang, llama.cpp, Ollama, a hosted model.</summary>
    OpenAI,
}

/// <summary>Where a model is, and how it is asked.</summary>
public sealed class ModelEndpointOptions
{
    /// <summary>What answers there.</summary>
    public ModelEndpointKind Kind { get; set; } = ModelEndpointKind.Trainer;

    /// <summary>
    /// The trainer's <c>http://host:port</c> or <c>unix:/path/to.sock</c>; else the base address of the OpenAI-compatible
    /// server, e.g. <c>http://host:8000/v1</c>.
    /// </summary>
    public string Address { get; set; } = "";

    /// <summary>The model's name at an OpenAI-compatible server; ignored for the trainer.</summary>
    public string Model { get; set; } = "";

    /// <summary>Name of the environment variable that holds the key; empty for servers that ask for none.</summary>
    public string ApiKeyVariable { get; set; } = "";

    /// <summary>File that holds the key on its first line; empty for servers that ask for none.</summary>
    public string ApiKeyFile { get; set; } = "";

    /// <summary>Longest wait for a whole answer, queueing included.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>What is wrong with these options, each in a sentence that starts with the setting's name.</summary>
    internal IEnumerable<string> Faults(string section)
    {
        if (Address.Length == 0)
        {
            yield return $"{section}:Address is empty: give the model's address.";
        }
        else if (Kind == ModelEndpointKind.Trainer && TrainerAddress.Fault(Address) is { } fault)
        {
            yield return $"{section}:Address {fault}";
        }
        else if (Kind == ModelEndpointKind.OpenAI && !IsHttp(Address))
        {
            yield return $"{section}:Address '{Address}' is no http or https address, e.g. http://localhost:8000/v1.";
        }

        if (Kind == ModelEndpointKind.OpenAI && Model.Length == 0)
            yield return $"{section}:Model is empty: name the model that the server offers.";
        if (ApiKeyVariable.Length > 0 && ApiKeyFile.Length > 0)
            yield return $"{section} names both ApiKeyVariable and ApiKeyFile: keep one.";
        if (ApiKeyVariable.Length > 0 && string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(ApiKeyVariable)))
            yield return $"{section}:ApiKeyVariable names '{ApiKeyVariable}', which is not set in the environment.";
        if (ApiKeyFile.Length > 0 && ReadKeyFile() is null)
            yield return $"{section}:ApiKeyFile '{ApiKeyFile}' can't be read or is empty.";
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromDays(1))
            yield return $"{section}:Timeout is {Timeout}: take a second to a day.";
    }

    /// <summary>The key, or a stand-in for servers that ask for none.</summary>
    internal string ApiKey() =>
        (ApiKeyVariable.Length > 0 ? Environment.GetEnvironmentVariable(ApiKeyVariable)?.Trim() : ReadKeyFile()) ?? "none";

    private static bool IsHttp(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https");

    private string? ReadKeyFile()
    {
        try
        {
            var key = ApiKeyFile.Length == 0 ? null : File.ReadLines(ApiKeyFile).FirstOrDefault()?.Trim();
            return string.IsNullOrEmpty(key) ? null : key;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
