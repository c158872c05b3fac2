using System.Globalization;
using Mortanba.Host.Demo;
using Mortanba.Issuance;
using Mortanba.Recognition;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Bench;

/// <summary>
/// Recognition with many cases in the store: pages of lists, like cases, statistics; and a thousand cases, brought to their ends by the acts,
/// replayed under the same packs, which must give the same bytes.
/// </summary>
internal static class RecognitionBench
{
    private const int Replayed = 1_000;
    private const int Chunk = 5_000;
    private const int Rows = 50;
    private const int Acts = 200;
    private const int Evaluators = 20;
    private const int Places = 400;

    private static readonly string[] Fields = ["0613", "0715", "0311", "0114", "0222", "0421", "0912", "0531"];
    private static readonly string[] Countries = ["RU", "CN", "TR", "KR", "AU", "JP", "DE", "GB", "US", "KG", "UZ", "MN"];
    private static readonly CaseStage[] Stages = [CaseStage.Intake, CaseStage.Authenticity, CaseStage.IssuerRight, CaseStage.Evaluation, CaseStage.Decision];

    public static async Task RunAsync(int count, string? address, Action<Latency> tell, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("mortanba-bench-").FullName;
        var schema = address is null ? null : await BenchSchema.CreateAsync(address, cancel);
        try
        {
            using var vault = EncryptedFileVault.Open(Path.Combine(folder, "vault.bin"), "a passphrase of a measurement").Value;
            await using var database = Database.At(schema?.Address ?? "sqlite:" + Path.Combine(folder, "bench.db"));
            await database.MigrateAsync([.. CaseSchema.Migrations, .. RegisterSchema.Migrations], cancel);
            DemoTerms.Write(folder);
            var rules = RuleBook.Load(RuleBook.DefaultFolder, Path.Combine(folder, Installation.OwnRulesFolder)).Value;
            await ReplayAsync(database, vault, rules, tell, cancel);
            await FillAsync(database, vault, rules, count, cancel);
            await AskAsync(database, vault, rules, tell, cancel);
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

    private static async Task ReplayAsync(Database database, EncryptedFileVault vault, RuleBook rules, Action<Latency> tell, CancellationToken cancel)
    {
        string[] people =
        [
            DemoPeople.RecognitionOfficer, DemoPeople.Evaluator, DemoPeople.OtherEvaluator, DemoPeople.DecisionMaker, DemoPeople.AppealReviewer,
            DemoPeople.Applicant, DemoPeople.OtherApplicant,
        ];
        var made = new DemoRecognition(rules, vault, TimeProvider.System.GetUtcNow(), people.ToDictionary(p => p, p => p));
        await database.WriteAsync(t => made.WriteAsync(t, Replayed, cancel), cancel);
        var calendar = new WorkingCalendar(rules);
        var store = new CaseStore(vault, new CaseClock(calendar));
        await using var connection = await database.ConnectAsync(cancel);
        var ids = await connection.QueryAsync("SELECT id FROM recognition_cases ORDER BY id", r => r.GetString(0), cancel);
        tell(await Latency.OfAsync("recognition-replay", ids.Count, async i =>
        {
            var events = await store.EventsAsync(connection, ids[i], cancel);
            var one = RecognitionCase.Of(ids[i], events);
            var again = RecognitionCase.Of(ids[i], events.Select(e => CaseRecord.Read(CaseRecord.Write(e))));
            if (one.Terms is not null)
            {
                // The law is asked anew, as on the day of the filing.
                var day = calendar.DateOf(one.SubmittedAt!.Value).Value;
                var guide = RecognitionGuide.For(rules, one.Ask(), day).Value;
                again = again with { Terms = CaseTerms.Of(guide).Value };
            }

            if (!CaseRecord.Canonical(one).AsSpan().SequenceEqual(CaseRecord.Canonical(again)))
            {
                throw new InvalidOperationException($"The case {ids[i]} came out differently.");
            }
        }));
    }

    // Each with its sealed description; what the acts would have come to stands in the row.
    private static async Task FillAsync(Database database, EncryptedFileVault vault, RuleBook rules, int count, CancellationToken cancel)
    {
        var store = new CaseStore(vault, new CaseClock(new WorkingCalendar(rules)));
        for (var first = 0; first < count; first += Chunk)
        {
            await database.WriteAsync(
                async t =>
                {
                    for (var i = first; i < Math.Min(count, first + Chunk); i++)
                    {
                        var one = await store.CreateAsync(t, Described(i), cancel);
                        var isOpen = i % 10 == 9;
                        var day = new DateOnly(2025, 1, 6).AddDays(i % 640);
                        await t.ExecuteAsync(
                            """
                            UPDATE recognition_cases SET stage = @stage, number = @number, evaluator = @evaluator, decided_at = @decided, outcome = @outcome,
                                due_on = @due, queue = @queue, used_days = @used, limit_days = 30, submitted_at = opened_at, route = 'case' WHERE id = @id
                            """,
                            cancel, ("id", one.Case.Id), ("stage", isOpen ? BasisRecord.Code(Stages[i / 10 % Stages.Length]) : "closed"), ("number", Text($"B-{i:D6}")),
                            ("evaluator", Text($"evaluator-{i / 3 % Evaluators}")), ("decided", isOpen ? null : Text($"{day:yyyy-MM-dd}T0{i % 10}:00:00Z")),
                            ("outcome", isOpen ? null : i % 7 == 3 ? "conditional" : "full"), ("due", isOpen ? Text($"{day:yyyy-MM-dd}") : null),
                            ("queue", isOpen ? Text($"1/{day:yyyy-MM-dd}") : "1/~"), ("used", isOpen ? null : 10 + (i % 25)));
                    }

                    return count;
                },
                cancel);
        }
    }

    private static async Task AskAsync(Database database, EncryptedFileVault vault, RuleBook rules, Action<Latency> tell, CancellationToken cancel)
    {
        var lists = new CaseLists(vault);
        var similar = new SimilarCases(vault);
        var figures = new CaseFigures(vault, new WorkingCalendar(rules));
        await using var connection = await database.ConnectAsync(cancel);
        // PostgreSQL plans by what it counted; its own process counts after a while, we do not wait for it.
        await connection.ExecuteAsync("ANALYZE", cancel);
        foreach (var (name, search) in new (string, CaseSearch)[]
        {
            ("cases-all", new CaseSearch()), ("cases-open", new CaseSearch(Stages: Stages)), ("cases-closed", new CaseSearch(Stages: [CaseStage.Closed])),
            ("cases-evaluator", new CaseSearch(Evaluator: "evaluator-7")), ("cases-anybody", new CaseSearch(Anybody: "evaluator-7")),
            ("cases-applicant", new CaseSearch(Applicant: "applicant-77")), ("cases-number", new CaseSearch(Number: "B-000777")),
            ("cases-country", new CaseSearch(Country: "MN")), ("cases-country-of-none", new CaseSearch(Country: "FJ", Stages: Stages)),
        })
        {
            (string, string)? after = null;
            tell(await Latency.OfAsync(name, Acts, async _ =>
            {
                var page = await lists.FindAsync(connection, search with { After = after }, Rows, cancel);
                after = page.Count == Rows ? CaseLists.After(page[^1]) : null;
            }));
        }

        tell(await Latency.OfAsync("cases-counts", Acts, async _ => await CaseLists.CountsAsync(connection, cancel)));
        tell(await Latency.OfAsync("cases-workload", Acts / 4, async _ => await CaseLists.WorkloadAsync(connection, cancel)));
        tell(await Latency.OfAsync("similar-cases", Acts, async i =>
            await similar.FindAsync(connection, RecognitionCase.Of("case-asked", [Described(i * 37)]), 10, cancel)));
        tell(await Latency.OfAsync("uneven-cases", 5, async _ => await figures.UnevenAsync(connection, new DateOnly(2025, 10, 1), cancel)));
        tell(await Latency.OfAsync("statistics", 3, async _ => await figures.StatisticsAsync(connection, new DateOnly(2026, 11, 23), null, cancel)));
    }

    private static CaseDescribed Described(int i)
    {
        var place = (i * 7919) % Places;
        return new CaseDescribed(
            new DateTimeOffset(2025, 1, 2, 5, 0, 0, TimeSpan.Zero).AddMinutes(i), Text($"applicant-{i % 5_000}"),
            new Holder(Text($"Person {i}"), new DateOnly(1995, 1, 1)), HolderKind.Graduate, (RecognitionPurpose)(i % 3),
            new Qualification(
                Text($"Bachelor of {Fields[i % Fields.Length]}, course {i % 97}"),
                [new AwardingInstitution(Text($"University {place}"), Countries[place % Countries.Length], Text($"sample-{place}"))], new DateOnly(2022, 6, 30),
                EducationLevel.Higher, 6 + (i % 2), Fields[i % Fields.Length]));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
