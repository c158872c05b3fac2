using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Mortanba.Host.Web.Sandbox;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>
/// The door of the web face: pages, API, probes. The host registers an <see cref="IPublicRegistry"/> on its stores
/// before <see cref="MapMortanbaWeb"/>; nothing else is needed.
/// </summary>
public static class WebSite
{
    /// <summary>Room for a form around what is presented; the reading itself holds the exact limit.</summary>
    private const int FormOverheadBytes = 128 * 1024;

    public static IServiceCollection AddMortanbaWeb(
        this IServiceCollection services, Action<WebOptions>? configure = null)
    {
        var options = new WebOptions();
        configure?.Invoke(options);
        services.AddSingleton(options);
        services.AddSingleton(_ => Texts.Load());
        services.AddSingleton<Assets>();
        services.AddSingleton<LanguageSwitch>();
        services.AddSingleton<PageWriter>();
        services.AddSingleton<WebMetrics>();
        services.AddSingleton<PrometheusText>();
        services.AddSingleton<LookupLimits>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IVerification, StageVerification>();
        services.AddSingleton<OnlineVerifier>();
        services.AddSingleton<DiplomaType>();
        // The host puts its own before; the face alone reads the packs beside the program.
        services.TryAddSingleton(_ => RuleBook.Load(RuleBook.DefaultFolder).Value);
        services.AddSingleton<RecognitionDesk>();
        services.AddSingleton<SandboxDocuments>();
        // Cyrillic stays readable in the page's source; what is dangerous in HTML is still escaped.
        services.Replace(ServiceDescriptor.Singleton(HtmlEncoder.Create(UnicodeRanges.All)));
        services.Configure<RouteOptions>(routes => routes.SetParameterPolicy<LanguageConstraint>(LanguageConstraint.Name));
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.PresentedSizeMaxBytes + FormOverheadBytes;
        });
        // The framework's own request lines name whole addresses; ours name the route template only.
        services.AddLogging(logging => logging
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            // It warns that it makes pages with forms uncacheable, which they are already.
            .AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error));
        return services;
    }

    /// <summary>Maps everything, after routing; call it once, before other routes that should have the same envelope.</summary>
    public static WebApplication MapMortanbaWeb(this WebApplication app)
    {
        // Both are made now: locale files that disagree stop the start, and no measurement is lost before the first scrape.
        app.Services.GetRequiredService<Texts>();
        app.Services.GetRequiredService<PrometheusText>();
        if (app.Services.GetRequiredService<WebOptions>().Proxies is { Count: > 0 } proxies)
        {
            app.UseForwardedHeaders(Trusting(proxies));
        }

        app.UseMiddleware<Envelope>();
        if (app.Services.GetRequiredService<WebOptions>().HasAccounts)
        {
            app.UseAuthentication();
            app.UseMiddleware<Gatekeeper>();
        }

        app.Services.GetRequiredService<Assets>().Map(app);
        OfflineVerifier.Map(app);
        Probes.Map(app);
        PublicApi.Map(app);
        SitePages.Map(app);
        SandboxSite.Map(app);
        app.MapFallback(Problems.NotFoundAsync);
        return app;
    }

    // Every address named is believed as long as the one that names it is a known proxy; the first other is the client.
    private static ForwardedHeadersOptions Trusting(IReadOnlyList<System.Net.IPNetwork> proxies)
    {
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            options.KnownIPNetworks.Add(proxy);
        }

        return options;
    }
}
