using System.Globalization;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Web;
using Mortanba.Issuance;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Bench;

/// <summary>
/// The register of AI systems with many entries, each brought to its approval by the acts: the whole register exported in its three forms,
/// one page of the list, one search. What is measured includes reading and folding every event; each form once to warm up, then measured once.
/// </summary>
internal static class AiRegisterBench
{
    private const int Lists = 100;
    private const int Rows = 50;
    private const int Chunk = 500;
    private const string Site = "https://mortanba.example";

    private static readonly DateTimeOffset At = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = new(2026, 11, 23);

    public static async Task RunAsync(int count, string? address, Action<Measurement> measured, Action<Latency> tell, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("mortanba-bench-").FullName;
        var schema = address is null ? null : await BenchSchema.CreateAsync(address, cancel);
        try
        {
            using var vault = EncryptedFileVault.Open(Path.Combine(folder, "vault.bin"), "a passphrase of a measurement").Value;
            await using var database = Database.At(schema?.Address ?? "sqlite:" + Path.Combine(folder, "bench.db"));
            await database.MigrateAsync([.. EventSchema.Migrations, .. RegisterRows.Migrations], cancel);
            var book = RuleBook.Load(RuleBook.DefaultFolder).Value;
            var (rules, calendar) = (book.Resolve(RuleKeys.AiRegister, Today).Value, new WorkingCalendar(book));
            await FillAsync(database, new EventStore(vault, calendar), rules, count, cancel);
            await using var connection = await database.ConnectAsync(cancel);
            await connection.ExecuteAsync("ANALYZE", cancel);
            foreach (var form in (string[])["json", "csv", "algoritmeregister"])
            {
                async Task ExportAsync()
                {
                    var all = await RegisterReading.AllAsync(connection, cancel);
                    if (all.Count != count || AiRegisterPages.Whole(all, form, Language.Kk, Site, Today, rules.Reference, calendar).Length < count)
                    {
                        throw new InvalidOperationException($"{all.Count} systems of {count} came out.");
                    }
                }

                await ExportAsync();
                measured(await Measurement.OfAsync("ai-register-" + form, count, ExportAsync));
            }

            tell(await Latency.OfAsync(
                "ai-register-list", Lists, i => RegisterRows.FindAsync(connection, new RegisterSearch(), i * Rows % count, Rows, cancel)));
            tell(await Latency.OfAsync(
                "ai-register-search", Lists, i => RegisterRows.FindAsync(connection, new RegisterSearch(Text($"tutor {i}")), 0, Rows, cancel)));
        }
        finally
        {
            if (schema is not null)
            {
                await schema.DisposeAsync();
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task FillAsync(Database database, EventStore store, Resolved<AiRegisterRules> rules, int count, CancellationToken cancel)
    {
        var index = 0L;
        for (var first = 0; first < count; first += Chunk)
        {
            await database.WriteAsync(
                async t =>
                {
                    for (var i = first; i < Math.Min(count, first + Chunk); i++)
                    {
                        var events = Events(i, rules);
                        var one = await store.CreateAsync(t, SystemStream.Kind, null, events[0], cancel: cancel);
                        foreach (var happened in events.Skip(1))
                        {
                            one = await store.AppendAsync(t, SystemStream.Kind, one, happened, cancel);
                        }

                        await RegisterRows.WriteAsync(t, one.Now, null, cancel);
                        foreach (var shown in PublicEvent.All(one.Now.Id, events))
                        {
                            await RegisterRows.NoteAsync(t, shown, index++, cancel);
                        }
                    }

                    return count;
                },
                cancel);
        }
    }

    // Ten events; each text is a sentence or two of Kazakh, 140 letters.
    private static List<AiSystemEvent> Events(int i, Resolved<AiRegisterRules> rules)
    {
        var words = string.Concat(Enumerable.Repeat("Оқушы мәтінді дауыстап оқиды, жүйе қатесін көрсетеді, мұғалім шешеді. ", 2));
        var answers = new VendorAnswers(Answer.No, "", ["KZ"], Answer.Yes, Answer.No, Answer.No)
        {
            Company = Text($"Company {i % 97}"),
            Models = words,
            Retention = "30 days",
        };
        var functions = rules.Value.Forbidden.Concat(rules.Value.HighImpact).ToDictionary(f => f.Id, _ => Answer.No);
        var said = new SystemDescription(
            Text($"Tutor {i}"), new LocalizedText(words, words, words), Text($"Owner {i % 311}"), "https://owner.example/contact",
            new LocalizedText(words, words, words), true, "https://owner.example/agreement", "17")
        {
            Objection = words,
        };
        var made = new List<AiSystemEvent> { OfferSystem.Of("vendor", said, answers, At).Value };
        void Do(Func<AiSystem, Outcome<AiSystemEvent>> act) => made.Add(act(AiSystem.Of("system-of-a-measurement", made)).Value);
        Do(s => ProposeSystem.Of(s, "proposer", said, At));
        Do(s => ClassifySystem.Of(s, "proposer", new Classification(AiRisk.Medium, AiAutonomy.Low, AiMode.Closed, functions), rules, Today, At));
        Do(s => AssessImpact.Of(s, "proposer", new ImpactAssessment(words, words, words), At));
        Do(s => ShowValue.Of(
            s, "proposer",
            new EducationalValue(words, words, ["https://study.example"]) { Proportionality = words, Subsidiarity = words, Necessity = words }, At));
        Do(s => ReviewEthics.Of(s, "ethics", EthicsOutcome.Favourable, words, At));
        Do(s => ApproveSystem.Of(s, "approver", new Allowed([AiPurpose.Tutoring], 13, 17, Today.AddMonths(10), false), words, rules, Today, At));
        Do(s => ReviewSystem.Of(s, "approver", words, rules, Today, At));
        Do(s => SuspendSystem.Of(s, "ministry", SuspensionCause.Incident, words, At));
        Do(s => ReinstateSystem.Of(s, "approver", words, rules.Value, Today, At));
        return made;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
