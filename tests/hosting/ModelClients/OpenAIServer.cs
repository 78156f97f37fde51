using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sgasa.Hosting.Tests.ModelClients;

/// <summary>A server in this process that speaks the little of OpenAI's chat completions that the tests need.</summary>
internal sealed class OpenAIServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OpenAIServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/chat/completions", AnswerAsync);
    }

    public ConcurrentQueue<(string Authorization, JsonElement Body)> Requests { get; } = [];

    public int Status { get; set; } = StatusCodes.Status200OK;

    public string Address => _app.Urls.Single() + "/v1";

    public static async Task<OpenAIServer> StartAsync()
    {
        var server = new OpenAIServer();
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> AnswerAsync(HttpRequest request)
    {
        var body = await JsonDocument.ParseAsync(request.Body);
        Requests.Enqueue((request.Headers.Authorization.ToString(), body.RootElement.Clone()));
        const string Message = """{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"judged"}}""";
        const string Usage = """{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}""";
        return Status == StatusCodes.Status200OK
            ? Results.Text(
                $$"""
                {"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{{Message}}],"usage":{{Usage}}}
                """,
                "application/json")
            : Results.Text("""{"error":{"message":"no"}}""", "application/json", statusCode: Status);
    }
}
