using System.CommandLine;
using System.Text.Json.Serialization;
using Mortanba.Foundation;
using Mortanba.Host.Monitoring;
using Mortanba.Ledger;
using Mortanba.Storage;
using Mortanba.TransparencyLog;
using Mortanba.Verification;

namespace Mortanba.Host.Commands;

/// <summary>
/// <c>monitor</c>: an institution, or a ministry, watches what a log holds in its name and is told of what it did not order
/// (docs/witness.md); <c>--for all</c>, from public data alone, watches every institution. With <c>--once</c>: exit 0 when nothing is
/// new, 1 when something was found, 3 when it could not look.
/// </summary>
internal static class MonitorCommand
{
    private const int CouldNotLook = 3;
    private const int OldAfterHoursDefault = 72;
    private const string Everybody = "all";
    private static readonly TimeSpan Rhythm = TimeSpan.FromSeconds(10);

    private static readonly Option<string> Url = new("--url") { Required = true };
    private static readonly Option<string> For = new("--for") { Required = true };
    private static readonly Option<FileInfo> Trust = new("--trust") { Required = true };
    private static readonly Option<int> OldAfter = new("--old-after") { DefaultValueFactory = _ => OldAfterHoursDefault };
    private static readonly Option<FileInfo?> Orders = new("--orders");
    private static readonly Option<string?> Webhook = new("--webhook");
    private static readonly Option<bool> Once = new("--once");

    public static Command Create()
    {
        var command = new Command("monitor")
        {
            Url, For, Trust, Orders, OldAfter, Webhook, Once,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        var url = parsed.GetValue(Url)!.TrimEnd('/');
        var isAll = parsed.GetValue(For) == Everybody;
        if (isAll && parsed.GetValue(Orders) is not null)
        {
            Console.Error.WriteLine(speaker.Text("host/monitor.all-alone"));
            return CommandLine.Usage;
        }

        if (!Bin.TryParse(parsed.GetValue(For)!, out var bin) && !isAll)
        {
            Console.Error.WriteLine(speaker.Text("host/not-a-bin", ("value", parsed.GetValue(For))));
            return CommandLine.Usage;
        }

        if (parsed.GetValue(Webhook) is { } hook && !CommandLine.IsAddress(hook))
        {
            Console.Error.WriteLine(speaker.Text("host/audit.not-an-address", ("url", hook)));
            return CommandLine.Usage;
        }

        if (new[] { parsed.GetValue(Trust), parsed.GetValue(Orders) }.FirstOrDefault(f => f is { Exists: false }) is { } missing)
        {
            Console.Error.WriteLine(speaker.Text("host/no-such-file", ("file", missing.FullName)));
            return CommandLine.Usage;
        }

        if (!OrdersOf(parsed).TryGet(out _, out var problem)
            || !TrustBundleFile.Parse(await File.ReadAllBytesAsync(parsed.GetValue(Trust)!.FullName, cancel)).TryGet(out var trust, out problem)
            || !NoteVerifier.Parse(trust.LogKey).TryGet(out var key, out problem)
            || !LogPolicy.Parse(trust.Policy, trust.LogKey).TryGet(out var policy, out problem))
        {
            speaker.Refuse(problem);
            return CommandLine.Usage;
        }

        var directory = Path.GetFullPath(parsed.GetValue(CommandLine.Data)!);
        Settings.CreateDirectory(directory);
        await using var database = Database.At("sqlite:" + Path.Combine(directory, "monitor.db"));
        await database.MigrateAsync([.. LedgerSchema.Migrations, .. MonitorSchema.Migrations], cancel);
        using var http = RemoteLog.Client();
        using var beat = new PeriodicTimer(Rhythm);
        do
        {
            // Read anew at each look: what is ordered meanwhile is no alarm.
            if (!OrdersOf(parsed).TryGet(out var orders, out problem))
            {
                speaker.Refuse(problem);
                continue;
            }

            var monitor = new LogMonitor(
                database, new RemoteLog(http, url), key, policy, isAll ? null : bin, orders, TimeSpan.FromHours(parsed.GetValue(OldAfter)), TimeProvider.System);
            var exit = await LookAsync(monitor, http, parsed, speaker, url, cancel);
            if (parsed.GetValue(Once))
            {
                return exit;
            }
        }
        while (await beat.WaitForNextTickAsync(cancel));

        return 0;
    }

    private static Outcome<OwnOrders?> OrdersOf(ParseResult parsed)
    {
        if (parsed.GetValue(Orders) is not { } file)
        {
            return Outcome<OwnOrders?>.From((OwnOrders?)null);
        }

        return OwnOrders.Read(file.FullName).TryGet(out var orders, out var problem) ? orders : problem;
    }

    private static async Task<int> LookAsync(
        LogMonitor monitor, HttpClient http, ParseResult parsed, Speaker speaker, string url, CancellationToken cancel)
    {
        var exit = 0;
        try
        {
            if (await monitor.LookAsync(cancel) is { } problem)
            {
                speaker.Refuse(problem);
                exit = CouldNotLook;
            }
        }
        catch (Exception e) when (RemoteLog.IsAway(e, cancel))
        {
            Console.Error.WriteLine(speaker.Text("host/audit.unreachable", ("url", url)));
            exit = CouldNotLook;
        }

        foreach (var finding in await monitor.UntoldAsync(cancel))
        {
            exit = 1;
            if (parsed.GetValue(CommandLine.Json))
            {
                Console.WriteLine(System.Text.Json.JsonSerializer.Serialize(finding, FindingJson.Default.MonitorFinding));
            }
            else
            {
                Console.WriteLine(speaker.Text(
                    finding.Code, ("index", finding.Index), ("subject", finding.Subject), ("at", LedgerEntry.Time(finding.At)),
                    ("kind", finding.Kind is { } kind ? speaker.Text("monitor/kind." + kind) : "")));
            }

            CrashPoint.Reach("monitor-said");
            if (parsed.GetValue(Webhook) is not { } webhook || await SendAsync(http, new Uri(webhook), finding, speaker, cancel))
            {
                await monitor.ToldAsync(finding, cancel);
            }
        }

        return exit;
    }

    /// <summary>False when it was not taken; the next look sends it again.</summary>
    private static async Task<bool> SendAsync(HttpClient http, Uri webhook, MonitorFinding finding, Speaker speaker, CancellationToken cancel)
    {
        try
        {
            using var answer = await http.PostAsJsonAsync(webhook, finding, FindingJson.Default.MonitorFinding, cancel);
            if (answer.IsSuccessStatusCode)
            {
                return true;
            }
        }
        catch (Exception e) when (RemoteLog.IsAway(e, cancel))
        {
            // Said below, as an answer that is none.
        }

        Console.Error.WriteLine(speaker.Text("monitor/webhook-not-taken", ("address", webhook.GetLeftPart(UriPartial.Path))));
        return false;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MonitorFinding))]
internal sealed partial class FindingJson : JsonSerializerContext;
