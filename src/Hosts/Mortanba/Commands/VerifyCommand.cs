using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Host.Receipts;
using Mortanba.Host.Web;
using Mortanba.Rules;
using Mortanba.Verification;

namespace Mortanba.Host.Commands;

/// <summary>
/// <c>verify FILE…</c>: a PDF, a diploma file, an SD-JWT, a VC, or the text of a paper QR. Opens no installation and no
/// database; the exit code is the worst verdict of all files.
/// </summary>
internal static class VerifyCommand
{
    private const long FileMaxBytes = 20 * 1024 * 1024;

    private static readonly Argument<FileInfo[]> Files = new("FILE")
    {
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<FileInfo?> Trust = new("--trust");

    private static readonly Option<bool> Offline = new("--offline");

    private static readonly Option<FileInfo?> Receipt = new("--receipt");

    public static Command Create()
    {
        var command = new Command("verify")
        {
            Files, Trust, Offline, Receipt,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        var asJson = parsed.GetValue(CommandLine.Json);
        var trustFile = parsed.GetValue(Trust) is { } given
            ? given
            : new FileInfo(Path.Combine(parsed.GetValue(CommandLine.Data)!, "trust.json"));
        TrustBundle? trust = null;
        if (trustFile.Exists)
        {
            if (!TrustBundleFile.Parse(File.ReadAllBytes(trustFile.FullName)).TryGet(out trust, out var problem))
            {
                speaker.Refuse(problem);
                return CommandLine.Usage;
            }
        }
        else if (parsed.GetValue(Trust) is not null)
        {
            Console.Error.WriteLine(speaker.Text("host/no-such-file", ("file", trustFile.FullName)));
            return CommandLine.Usage;
        }

        if (parsed.GetValue(Receipt) is { } kept)
        {
            return parsed.GetValue(Files) is [var one] && one.Exists && one.Length <= FileMaxBytes && trust is { Site: not null } && !parsed.GetValue(Offline)
                ? await KeepAsync(speaker, one, trust, kept, cancel)
                : Refused(speaker, "host/verify.receipt-usage");
        }

        using var live = parsed.GetValue(Offline) || trust?.Site is not { } site ? null : new HttpLiveSource(
            site, TimeProvider.System,
            wait => Console.Error.WriteLine(speaker.Text("host/verify.waits", ("seconds", wait.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)))));
        var verifier = new Verifier(TimeProvider.System);
        var worst = Verdict.InForce;
        foreach (var file in parsed.GetValue(Files)!)
        {
            if (!file.Exists || file.Length > FileMaxBytes)
            {
                Console.Error.WriteLine(speaker.Text(file.Exists ? "host/file-too-large" : "host/no-such-file", ("file", file.FullName)));
                return CommandLine.Usage;
            }

            // Read without waiting in between: what waits would have to be compiled at each start.
            var report = await verifier.VerifyAsync(File.ReadAllBytes(file.FullName), trust, live, cancel);
            worst = Worse(worst, report.Verdict);
            if (asJson)
            {
                WriteJson(file.FullName, report);
            }
            else
            {
                WriteWords(speaker, file.Name, report);
            }
        }

        return (int)worst;
    }

    private static int Refused(Speaker speaker, string text)
    {
        Console.Error.WriteLine(speaker.Text(text));
        return CommandLine.Usage;
    }

    /// <summary>Has the site of the trust bundle verify and sign: an answer that others can re-check is not one's own.</summary>
    private static async Task<int> KeepAsync(Speaker speaker, FileInfo file, TrustBundle trust, FileInfo into, CancellationToken cancel)
    {
        using var site = new ReceiptOfSite(trust);
        if (!(await site.MakeAsync(await File.ReadAllBytesAsync(file.FullName, cancel), cancel)).TryGet(out var receipt, out var problem))
        {
            speaker.Refuse(problem);
            return (int)Verdict.CouldNotCheck;
        }

        await File.WriteAllBytesAsync(into.FullName, receipt, cancel);
        var said = VerificationReceipt.Check(receipt, trust).Value.Receipt;
        Console.WriteLine($"{file.Name}: {speaker.Text("verification/verdict." + said.Verdict)}");
        Console.WriteLine("  " + speaker.Text("host/verify.receipt", ("file", into.FullName)));
        return (int)Enum.GetValues<Verdict>().Single(v => ReportWords.Code(v) == said.Verdict);
    }

    // Forged before unclear before out of force: what a script must act on first.
    private static Verdict Worse(Verdict a, Verdict b)
    {
        static int Rank(Verdict v) => v switch
        {
            Verdict.InForce => 0,
            Verdict.NotInForce => 1,
            Verdict.CouldNotCheck => 2,
            Verdict.NotGenuine => 3,
        };
        return Rank(a) >= Rank(b) ? a : b;
    }

    private static void WriteWords(Speaker speaker, string file, Report report)
    {
        var texts = speaker.Texts;
        var time = report.AsOf.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        if (report.Verdict == Verdict.InForce && !ReportWords.IsLive(report))
        {
            Console.WriteLine($"{file}: {speaker.Text("host/verify.in-force-then", ("time", time))}");
        }
        else
        {
            Console.WriteLine($"{file}: {speaker.Text("verification/verdict." + ReportWords.Code(report.Verdict))}");
            Console.WriteLine($"  {speaker.Text("host/verify.as-of", ("time", time))}");
        }

        if (report.Issuer is { } issuer)
        {
            Console.WriteLine($"  {issuer.InitiatorName.In(speaker.Language)} ({issuer.InitiatorBin})");
        }

        if (report.State is { } state)
        {
            Console.WriteLine("  " + speaker.Text(
                "host/verify.state." + state.Kind,
                ("since", state.Since.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
                ("reason", ReasonTitle(state, speaker.Language)),
                ("by", state.ReplacedBy ?? "–")));
        }

        foreach (var check in report.Checks)
        {
            Console.WriteLine(
                $"  {Mark(check.State)} {speaker.Text("verification/check." + ReportWords.Code(check.Name))}: "
                + ReportWords.Detail(texts, speaker.Language, check));
        }

        foreach (var code in report.NotProved)
        {
            Console.WriteLine($"  – {ReportWords.NotProved(texts, speaker.Language, code)}");
        }
    }

    // The packs beside the program know the words of a reason; a code they do not know is shown as it is.
    private static string ReasonTitle(AssetState state, Language language) =>
        RuleBook.Load(RuleBook.DefaultFolder)
            .Then(book => book.Resolve(RuleKeys.ReasonCodes, DateOnly.FromDateTime(state.Since.UtcDateTime)))
            .Match(
                rule => rule.Value.Codes.FirstOrDefault(c => c.Code == state.ReasonCode)?.Title.In(language) ?? state.ReasonCode,
                _ => state.ReasonCode);

    private static char Mark(CheckState state) => state switch
    {
        CheckState.Passed => '✓',
        CheckState.Failed => '✗',
        CheckState.NotChecked => '?',
        CheckState.NotApplicable => '·',
    };

    private static void WriteJson(string file, Report report)
    {
        using var output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("file", file);
            json.WriteString("verdict", ReportWords.Code(report.Verdict));
            json.WriteString("form", report.Form);
            json.WriteString("issuer", report.Issuer?.InitiatorBin);
            json.WriteString("asOf", LedgerEntry.Time(report.AsOf));
            json.WriteStartArray("checks");
            foreach (var check in report.Checks)
            {
                json.WriteStartObject();
                json.WriteString("name", ReportWords.Code(check.Name));
                json.WriteString("state", ReportWords.Code(check.State));
                json.WriteString("detail", check.Detail);
                json.WriteStartObject("evidence");
                foreach (var (name, value) in check.Evidence)
                {
                    json.WriteString(name, value);
                }

                json.WriteEndObject();
                if (check.Age is { } age)
                {
                    json.WriteNumber("age", (long)age.TotalSeconds);
                }
                else
                {
                    json.WriteNull("age");
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
