using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mortanba.Host.Web;

namespace Mortanba.Journey.Tests.Site;

/// <summary>The web face on Kestrel at a free port of loopback, with the in-memory registry behind it.</summary>
public sealed class TestSite : IAsyncLifetime
{
    private readonly WebApplication app;

    public TestSite()
        : this(options => options.LookupsPerMinute = 1000)
    {
    }

    internal TestSite(Action<WebOptions> configure)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(Lines);
        builder.Logging.SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddMortanbaWeb(configure);
        builder.Services.AddSingleton<IPublicRegistry, InMemoryRegistry>();
        builder.Services.AddSingleton<IVerification, ReportSamples>();
        app = builder.Build();
        app.MapMortanbaWeb();
    }

    internal LogLines Lines { get; } = new();

    internal IServiceProvider Services => app.Services;

    internal HttpClient Client { get; private set; } = null!;

    internal string Address { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await app.StartAsync();
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri(Address),
        };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }
}

/// <summary>Everything that was logged, to look for what must not be there.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly List<string> lines = [];

    public string All
    {
        get
        {
            lock (lines)
            {
                return string.Join('\n', lines);
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (lines)
        {
            lines.Add(formatter(state, exception) + exception);
        }
    }

    public void Dispose()
    {
    }
}
