using System.CommandLine;
using System.Net;
using Mortanba.Host.Acts;
using Mortanba.Host.Anchoring;
using Mortanba.Host.Beats;
using Mortanba.Host.Centres;
using Mortanba.Host.LearningPlatforms;
using Mortanba.Host.Mail;
using Mortanba.Host.Receipts;
using Mortanba.Host.Reconciling;
using Mortanba.Host.Signing;
using Mortanba.Host.Telemetry;
using Mortanba.Host.Web;
using Mortanba.Host.Webhooks;
using Mortanba.Ledger;

namespace Mortanba.Host.Commands;

/// <summary><c>serve</c>: the site, the API and the log of an installation.</summary>
internal static class ServeCommand
{
    private static readonly Option<string?> Urls = new("--urls")
    {
        Recursive = true,
    };

    public static Command Create()
    {
        var command = new Command("serve") { Urls };
        command.SetAction(async (parsed, cancel) =>
        {
            var speaker = new Speaker(CommandLine.LanguageOf(parsed));
            if (!(await Installation.OpenAsync(parsed.GetValue(CommandLine.Data)!, TimeProvider.System, cancel))
                .TryGet(out var opened, out var problem))
            {
                return speaker.Refuse(problem);
            }

            await using var home = opened;
            return await ServeAsync(home, new DiplomaFlow(home), speaker, cancel, parsed.GetValue(Urls));
        });
        return command;
    }

    public static async Task<int> ServeAsync(
        Installation home, DiplomaFlow flow, Speaker speaker, CancellationToken cancel, string? urls = null)
    {
        urls ??= AddressOf(home.Settings.Site);
        ListenAddress.Try(urls);
        await using var app = await BuildAsync(home, flow, urls, cancel: cancel);
        await app.StartAsync(cancel);
        Console.Error.WriteLine(speaker.Text("host/serving", ("site", home.Settings.Site)));
        await app.WaitForShutdownAsync(cancel);
        return 0;
    }

    /// <summary>Where a site listens when nothing else is said: the port of its public address, on loopback.</summary>
    public static string AddressOf(string site) => $"http://127.0.0.1:{new Uri(site).Port}";

    /// <summary>The site on an installation, ready to start.</summary>
    /// <param name="configure">Has the last word on limits and proxies, after the installation's settings.</param>
    public static async Task<WebApplication> BuildAsync(
        Installation home, DiplomaFlow flow, string urls, Action<WebOptions>? configure = null, CancellationToken cancel = default)
    {
        var registry = await OwnRegistry.OpenAsync(home, cancel);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(urls);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.AddMortanbaTelemetry(home.Settings);
        builder.Services.AddSingleton<IPublicRegistry>(registry);
        builder.Services.AddSingleton(home.LogReader);
        builder.Services.AddSingleton(home.Time);
        builder.Services.AddHostedService(services => new Rhythm(
            home, flow, registry, services.GetRequiredService<ILogger<Rhythm>>()));
        builder.Services.AddHostedService<TrailAnchoring>();
        builder.Services.AddSingleton<Reconciler>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Reconciler>());
        builder.Services.AddHostedService<Alarms.AlarmWatch>();
        builder.Services.AddHostedService<CaseEnding>();
        builder.Services.AddHostedService<SystemWatch>();
        builder.Services.AddHostedService<IncidentWatch>();
        builder.Services.AddHostedService<ConsentWatch>();
        builder.Services.AddHostedService<IndicatorBeat>();
        builder.Services.AddHostedService<IndicatorSettling>();
        if (home.Settings.Anchor is not null)
        {
            builder.Services.AddHostedService<AnchoringWorker>();
        }

        builder.Services.AddSingleton(home);
        builder.Services.AddSingleton(home.Rules);
        builder.Services.AddSingleton(flow);
        builder.Services.AddSingleton<VerificationReceipts>().AddHostedService<ReceiptRecording>();
        builder.Services.AddSingleton(MailerOf(home));
        builder.Services.AddHostedService<MailSender>();
        builder.Services.AddHostedService<Forgetting>();
        builder.Services.AddSingleton<DraftChecks>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DraftChecks>());
        builder.Services.AddSingleton<ListCarrier>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ListCarrier>());
        builder.Services.AddSingleton<ChangeWorker>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ChangeWorker>());
        builder.Services.AddSigning();
        builder.Services.AddWebhooks(home);
        builder.Services.AddInquiries(home);
        builder.Services.AddLearningPlatforms(home);
        builder.Services.AddSingleton<SendDeliveries>().AddSingleton<PrintLetters>().AddHostedService<DeliverySender>();
        builder.Services.AddMortanbaAccounts(home, home.Settings.Site);
        builder.Services.AddMortanbaWeb(options =>
        {
            var settings = home.Settings;
            options.Site = settings.Site;
            options.HasAccounts = true;
            options.FactorsAreWaived = new SecondFactor(settings).IsWaived;
            options.LookupsPerMinute = settings.LookupsPerMinute ?? options.LookupsPerMinute;
            options.FetchesPerMinute = settings.FetchesPerMinute ?? options.FetchesPerMinute;
            options.Proxies = [.. (settings.Proxies ?? []).Select(proxy => IPNetwork.Parse(proxy))];
            configure?.Invoke(options);
        });
        var app = builder.Build();
        app.MapMortanbaWeb();
        app.MapMortanbaWork();
        LedgerEndpoints.Map(app, home.LogReader, PathOf(home.Settings.Origin));
        foreach (var past in home.Settings.PastLogs ?? [])
        {
            LedgerEndpoints.MapEnded(app, home.LogReader, PathOf(past.Key[..past.Key.IndexOf('+', StringComparison.Ordinal)]), past.Note);
        }

        return app;
    }

    /// <summary>Below the site stands what the origin names behind its host: <c>/log</c>.</summary>
    private static string PathOf(string origin) =>
        origin.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? origin[slash..].TrimEnd('/') : "/log";

    private static IMailer MailerOf(Installation home)
    {
        var settings = home.Settings.Mail ?? MailSettings.Default;
        return settings.Host is null
            ? new FolderMailer(Path.Combine(home.Directory, "mail"), settings.From, home.Time)
            : new SmtpMailer(settings, Environment.GetEnvironmentVariable("MORTANBA_SMTP_PASSWORD"), home.Time);
    }
}
