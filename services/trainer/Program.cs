using Microsoft.Extensions.Hosting;
var app = WebApplication.CreateBuilder(args).Build();
await app.RunAsync();
