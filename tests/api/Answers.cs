using System.Net;
using System.Text;

namespace Sgasa.Api.Tests;

/// <summary>A server of prepared answers that writes down what it was asked.</summary>
internal sealed class Answers : HttpMessageHandler
{
    private readonly Queue<HttpResponseMessage> _answers = new();

    public List<string> Asked { get; } = [];

    public CoordinatorClient Client => new(new HttpClient(this)
    {
        BaseAddress = CoordinatorClient.AddressIn(new Uri("http://server/under/")),
    });

    public Answers With(string body, HttpStatusCode status = HttpStatusCode.OK, string type = "application/json")
    {
        _answers.Enqueue(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, type) });
        return this;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : " " + await request.Content.ReadAsStringAsync(cancellationToken);
        Asked.Add($"{request.Method} {request.RequestUri!.PathAndQuery}{body}");
        return _answers.Dequeue();
    }
}
