using System.CommandLine;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Host.Witnessing;
using Mortanba.Ledger;
using Mortanba.TransparencyLog;
using Mortanba.Verification;

namespace Mortanba.Host.Commands;

/// <summary>
/// <c>audit</c>: everything an installation holds, or, with <c>--url</c>, a log as it is served to strangers. Exit 0 when
/// clean, 1 when something is found (each place named), 3 when it could not be looked at.
/// </summary>
internal static class AuditCommand
{
    private const int CouldNotLook = 3;

    private static readonly Option<string?> Url = new("--url");
    private static readonly Option<string?> Key = new("--log-key");
    private static readonly Option<FileInfo?> Trust = new("--trust");

    private static readonly Option<string[]> Witness = new("--witness");

    private static readonly Option<FileInfo> Evidence = new("--evidence")
    {
        DefaultValueFactory = _ => new FileInfo("fork-evidence.json"),
    };

    private static readonly Option<FileInfo?> Confirm = new("--confirm");

    private static readonly Option<FileInfo?> Anchor = new("--anchor");

    private static readonly Option<string[]> Endpoint = new("--endpoint");

    public static Command Create()
    {
        var command = new Command("audit")
        {
            Url, Key, Trust, Witness, Evidence, Confirm, Anchor, Endpoint,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        if (parsed.GetValue(Confirm) is { } proof)
        {
            return await ConfirmAsync(parsed, speaker, proof, cancel);
        }

        if (parsed.GetValue(Anchor) is { } anchored)
        {
            var trustFile = parsed.GetValue(Trust) ?? new FileInfo(Path.Combine(parsed.GetValue(CommandLine.Data)!, "trust.json"));
            return await AuditAnchor.RunAsync(speaker, anchored, trustFile, parsed.GetValue(Endpoint) ?? [], cancel);
        }

        if (parsed.GetValue(Url) is { } url)
        {
            return await RunRemoteAsync(parsed, speaker, url.TrimEnd('/'), cancel);
        }

        if (!(await Installation.OpenAsync(parsed.GetValue(CommandLine.Data)!, TimeProvider.System, cancel))
            .TryGet(out var opened, out var problem))
        {
            speaker.Refuse(problem);
            return CouldNotLook;
        }

        await using var home = opened;
        return Tell(speaker, await Audit.RunAsync(home, cancel: cancel), parsed.GetValue(CommandLine.Json));
    }

    private static async Task<int> RunRemoteAsync(ParseResult parsed, Speaker speaker, string url, CancellationToken cancel)
    {
        if (!CommandLine.IsAddress(url))
        {
            Console.Error.WriteLine(speaker.Text("host/audit.not-an-address", ("url", url)));
            return CommandLine.Usage;
        }

        if (await KeyAsync(parsed, speaker, cancel) is not var (key, witnesses))
        {
            return CommandLine.Usage;
        }

        if (witnesses.FirstOrDefault(w => !CommandLine.IsAddress(w)) is { } wrong)
        {
            Console.Error.WriteLine(speaker.Text("host/audit.not-an-address", ("url", wrong)));
            return CommandLine.Usage;
        }

        using (key)
        using (var http = RemoteLog.Client())
        {
            try
            {
                var report = await new RemoteAudit(http, url, key).RunAsync(cancel: cancel);
                report = await new WitnessComparison(http, url, key, parsed.GetValue(Evidence)!).AddAsync(report, witnesses, cancel);
                return Tell(speaker, report, parsed.GetValue(CommandLine.Json), witnesses.Length);
            }
            catch (HttpRequestException e) when (e.StatusCode is { } status)
            {
                Console.Error.WriteLine(speaker.Text("host/audit.no-log", ("url", url), ("status", (int)status)));
                return CouldNotLook;
            }
            catch (Exception e) when (RemoteLog.IsAway(e, cancel))
            {
                Console.Error.WriteLine(speaker.Text("host/audit.unreachable", ("url", url)));
                return CouldNotLook;
            }
        }
    }

    /// <summary>The log's key and its witnesses' addresses, from the options or the trust file; null when there is none, which was said.</summary>
    private static async Task<(NoteVerifier Key, string[] Witnesses)?> KeyAsync(ParseResult parsed, Speaker speaker, CancellationToken cancel)
    {
        var trustFile = parsed.GetValue(Trust)?.FullName ?? Path.Combine(parsed.GetValue(CommandLine.Data)!, "trust.json");
        var vkey = parsed.GetValue(Key);
        var witnesses = parsed.GetValue(Witness) ?? [];
        if (vkey is null && File.Exists(trustFile)
            && TrustBundleFile.Parse(await File.ReadAllBytesAsync(trustFile, cancel)).TryGet(out var trust, out _))
        {
            vkey = trust.LogKey;
            if (witnesses.Length == 0 && LogPolicy.Parse(trust.Policy, trust.LogKey).TryGet(out var policy, out _))
            {
                witnesses = [.. policy.Witnesses.Select(w => w.Url).OfType<string>()];
            }
        }

        if (vkey is null)
        {
            Console.Error.WriteLine(speaker.Text("host/audit.no-key"));
            return null;
        }

        if (!NoteVerifier.Parse(vkey).TryGet(out var key, out var problem))
        {
            speaker.Refuse(problem);
            return null;
        }

        return (key, witnesses);
    }

    private static async Task<int> ConfirmAsync(ParseResult parsed, Speaker speaker, FileInfo proof, CancellationToken cancel)
    {
        if (!proof.Exists)
        {
            Console.Error.WriteLine(speaker.Text("host/no-such-file", ("file", proof.FullName)));
            return CommandLine.Usage;
        }

        if (await KeyAsync(parsed, speaker, cancel) is not var (key, _))
        {
            return CommandLine.Usage;
        }

        using (key)
        {
            if (!ForkEvidence.Parse(await File.ReadAllBytesAsync(proof.FullName, cancel)).TryGet(out var evidence, out var problem)
                || !ConfirmAny(evidence, key, await PastLogsAsync(parsed, cancel)).TryGet(out var fork, out problem))
            {
                speaker.Refuse(problem);
                return CouldNotLook;
            }

            Console.WriteLine(speaker.Text(
                "host/audit.fork-confirmed",
                ("origin", fork.Earlier.Origin),
                ("earlier", fork.Earlier.Size), ("earlierRoot", fork.Earlier.Root.ToBase64()),
                ("later", fork.Later.Size), ("laterRoot", fork.Later.Root.ToBase64())));
            return 1;
        }
    }

    /// <summary>Evidence against a log that has ended since counts as it did: the bundle still names its key.</summary>
    private static Outcome<ConfirmedFork> ConfirmAny(ForkEvidence evidence, NoteVerifier key, IReadOnlyList<NoteVerifier> past)
    {
        var confirmed = evidence.Confirm(key);
        return past.Select(evidence.Confirm).Prepend(confirmed).Where(one => one.IsDone).DefaultIfEmpty(confirmed).First();
    }

    private static async Task<IReadOnlyList<NoteVerifier>> PastLogsAsync(ParseResult parsed, CancellationToken cancel)
    {
        var trustFile = parsed.GetValue(Trust)?.FullName ?? Path.Combine(parsed.GetValue(CommandLine.Data)!, "trust.json");
        return parsed.GetValue(Key) is null && TrustBundleFile.Parse(await File.ReadAllBytesAsync(trustFile, cancel)).TryGet(out var trust, out _)
            && LogPolicy.Parse(trust.Policy, trust.LogKey).TryGet(out var policy, out _) ? policy.Logs : [];
    }

    /// <param name="witnesses">Of a log of strangers: with how many witnesses it was compared.</param>
    public static int Tell(Speaker speaker, AuditReport report, bool asJson, int? witnesses = null)
    {
        if (asJson)
        {
            WriteJson(report);
        }
        else
        {
            foreach (var finding in report.Findings)
            {
                Console.WriteLine(speaker.Say(finding));
            }

            Console.WriteLine(speaker.Text(
                !report.IsClean ? "host/audit.findings" : witnesses switch
                {
                    null => "host/audit.clean",
                    0 => "host/audit.clean-alone",
                    _ => "host/audit.clean-log",
                },
                ("entries", report.Entries),
                ("diplomas", report.Credentials),
                ("delivered", report.Delivered),
                ("witnesses", witnesses ?? 0),
                ("findings", report.Findings.Count)));
        }

        return report.IsClean ? 0 : 1;
    }

    private static void WriteJson(AuditReport report)
    {
        using var output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteBoolean("clean", report.IsClean);
            json.WriteNumber("entries", report.Entries);
            json.WriteNumber("diplomas", report.Credentials);
            json.WriteNumber("delivered", report.Delivered);
            json.WriteStartArray("findings");
            foreach (var finding in report.Findings)
            {
                json.WriteStartObject();
                json.WriteString("code", finding.Code);
                json.WriteString("detail", finding.Detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
