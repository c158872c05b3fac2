using System.Globalization;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Web.Ai.Indicators;
using Mortanba.Issuance;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Bench;

/// <summary>
/// The indicators over a year of facts of a whole country: everything counted anew; one event more, until a page would show it; and the figures
/// of the pages. The country: 20 regions of 10 districts of 40 schools; a school year of facts, made by rule, in the order of time.
/// </summary>
internal static class IndicatorBench
{
    private const int Regions = 20;
    private const int DistrictsOfRegion = 10;
    private const int SchoolsOfDistrict = 40;
    private const int Schools = Regions * DistrictsOfRegion * SchoolsOfDistrict;
    private const int Chunk = 250_000;
    private const int Events = 20;

    // Of a hundred facts: joined, enrolled, consents, tasks, submissions, grades, courses, competences; the rest are cases and incidents.
    private static readonly (string Type, int Share)[] Shares =
    [
        ("teacher.joined", 2), ("learner.enrolled", 12), ("consent.given", 10), ("task.set", 16), ("task.submitted", 28), ("grade.decided", 20),
        ("course.enrolled", 4), ("course.completed", 3), ("competence.assessed", 3), ("case.opened", 1), ("case.closed", 1),
    ];

    public static async Task RunAsync(int count, string? address, Action<Measurement> tell, Action<Latency> tellTimes, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("mortanba-bench-").FullName;
        var schema = address is null ? null : await BenchSchema.CreateAsync(address, cancel);
        try
        {
            await using var database = Database.At(schema?.Address ?? "sqlite:" + Path.Combine(folder, "bench.db"));
            await database.MigrateAsync([.. EventSchema.Migrations, .. IndicatorSchema.Migrations], cancel);
            using var vault = EncryptedFileVault.Open(Path.Combine(folder, "vault.bin"), "a passphrase of a measurement").Value;
            var rules = RuleBook.Load(RuleBook.DefaultFolder).Value;
            tell(await Measurement.OfAsync("indicators-fill", count, () => FillAsync(database, vault, count, cancel)));
            using var work = new IndicatorWork(database, rules, TimeProvider.System);
            tell(await Measurement.OfAsync("indicators-recompute", count, () => work.RecomputeAsync(cancel)));
            await AskAsync(database, vault, rules, work, count, tellTimes, cancel);
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

    private static async Task AskAsync(Database database, IKeyVault vault, RuleBook rules, IndicatorWork work, int count, Action<Latency> tell, CancellationToken cancel)
    {
        IReadOnlyDictionary<string, School> places = Places();
        using var board = new IndicatorBoard(database, rules, TimeProvider.System, (_, _) => Task.FromResult(places));
        var view = await board.NowAsync(cancel);
        tell(await Latency.OfAsync("indicators-event-to-view", Events, EventAsync));
        if (view.Published is not null)
        {
            // As the beats do it: settled before anybody asks, and meanwhile counted.
            var settling = Latency.OfAsync("indicators-settle", 1, _ => Task.Run(() => board.SettleAsync(cancel), cancel));
            tell(await Latency.OfAsync("indicators-event-while-settling", Events, i => EventAsync(Events + i)));
            tell(await settling);
            view = await board.NowAsync(cancel);
        }

        foreach (var (name, area) in new[]
        {
            ("country", Area.Country), ("region", new Area("R-03")), ("district", new Area("R-03", "D-05")), ("school", new Area("R-03", "D-05", Bin((3 * DistrictsOfRegion) + 5))),
        })
        {
            var live = new Reading(view.Live, IsLive: true);
            tell(await Latency.OfAsync($"indicators-{name}-first", 1, _ => Ask(view, area, live)));
            tell(await Latency.OfAsync($"indicators-{name}-again", Events, _ => Ask(view, area, live)));
            if (view.Published is { } last)
            {
                tell(await Latency.OfAsync($"indicators-{name}-published", 1, _ => Ask(view, area, new Reading(last, IsLive: false))));
            }
        }

        async Task EventAsync(int i)
        {
            await database.WriteAsync(
                t => FactLog.AppendAsync(
                    t, vault, [new KeptFact(0, TimeProvider.System.GetUtcNow(), Bin(i * 397 % Schools), new EventFact("task.set", $"new-{i}", ("aias", "2")), $"new-{i}", 1)], cancel),
                cancel);
            await work.CatchUpAsync(cancel);
            view = await board.NowAsync(cancel);
            if (view.Standing!.Seq != count + i + 1)
            {
                throw new InvalidOperationException("The event did not come through.");
            }
        }

        static Task Ask(BoardView view, Area area, Reading reading)
        {
            foreach (var indicator in view.Rules.Value.Indicators)
            {
                _ = view.Tables.At(indicator, area, reading);
                foreach (var below in view.Tables.Counts.Below(area).Take(1))
                {
                    _ = view.Tables.At(indicator, below, reading);
                }
            }

            return Task.CompletedTask;
        }
    }

    private static Dictionary<string, School> Places() => Enumerable.Range(0, Schools).Select(i => new School(
        Foundation.Bin.Parse(Bin(i)), LocalizedText.Same($"School {i}"), Text($"R-{i / DistrictsOfRegion % Regions:D2}"), Text($"D-{i % DistrictsOfRegion:D2}"),
        i % 10 == 9 ? SchoolKind.College : SchoolKind.School, i % 3 == 0 ? Setting.Rural : Setting.Urban, ["kk"], Connectivity.Good)).ToDictionary(s => s.Bin.Value);

    private static async Task FillAsync(Database database, IKeyVault vault, int count, CancellationToken cancel)
    {
        foreach (var chunk in Facts(count).Chunk(Chunk))
        {
            await database.WriteOnceAsync(
                async t =>
                {
                    await FactLog.AppendAsync(t, vault, chunk, cancel);
                    return chunk.Length;
                },
                cancel);
        }
    }

    private static IEnumerable<KeptFact> Facts(int count)
    {
        var begin = new DateTimeOffset(2025, 9, 1, 6, 0, 0, TimeSpan.Zero);
        var learners = Math.Max(1L, (long)count * Shares[1].Share / 100);
        var teachers = Math.Max(1L, (long)count * Shares[0].Share / 100);
        long seq = 0;
        foreach (var school in Enumerable.Range(0, Math.Min(Schools, count)))
        {
            yield return Row("school.registered", school, Bin(school), Bin(school));
        }

        // Who is there comes first, then the year.
        foreach (var (type, share) in Shares)
        {
            var many = Math.Min(count - seq, type == Shares[^1].Type ? count : (long)count * share / 100);
            for (var i = 0L; i < many; i++)
            {
                var learner = i * 7919 % learners;
                var (who, teacher) = (Text($"p-{learner}"), i % teachers);
                yield return type switch
                {
                    "teacher.joined" => Row(type, i, Text($"t-{i}"), Text($"t-{i}")),
                    "learner.enrolled" => Row(
                        type, i, Text($"p-{i}"), Text($"p-{i}"), ("grade", Text($"{1 + (i % 11)}")), ("language", i % 3 == 0 ? "ru" : "kk"),
                        ("sex", i % 2 == 0 ? "female" : "male"), ("disability", i % 40 == 0 ? "yes" : "no")),
                    "consent.given" => Row(type, i % learners, Text($"p-{i % learners}"), Text($"consent-{i}")),
                    "task.set" => Row(type, i, Text($"task-{i}"), Text($"task-{i}"), i % 4 == 0 ? [] : [("aias", Text($"{1 + (i % 5)}"))]),
                    "task.submitted" => Row(type, learner, who, Text($"sub-{i}"), ("statement", i % 7 == 0 ? "no" : "yes"), ("aias", Text($"{1 + (i % 5)}"))),
                    "grade.decided" => Row(type, learner, who, Text($"grade-{i}"), ("proposal", i % 3 == 0 ? "none" : i % 5 == 0 ? "other" : "same")),
                    "competence.assessed" => Row(
                        type, teacher, Text($"t-{teacher}"), Text($"comp-{i}"), ("block", Text($"T{1 + (i % 15):D2}")), ("level", "acquire"), ("outcome", "met")),
                    "case.opened" => Row(type, i, Text($"case-{i}"), Text($"case-{i}")),
                    "case.closed" => Row(type, i, Text($"case-{i}"), Text($"caseend-{i}"), ("days", Text($"{3 + (i % 25)}"))),
                    _ => Row(type, learner, who, Text($"{type}-{i}"), ("course", "c-1"), ("series", "day-of-ai"), ("role", "learner")),
                };
            }
        }

        KeptFact Row(string type, long school, string subject, string stream, params (string, string)[] values)
        {
            seq++;
            var at = begin.AddSeconds((long)(24_000_000d * seq / count));
            return new KeptFact(0, at, Bin((int)(school % Schools)), new EventFact(type, subject, values), stream, 1);
        }
    }

    // Numbers of twelve digits with their check digit.
    private static string Bin(int school) => Bins[school];

    private static readonly string[] Bins = [.. Enumerable.Range(0, 100_000).Select(i => Text($"25014{i:D6}"))
        .SelectMany(b => Enumerable.Range(0, 10).Select(d => b + (char)('0' + d)).Where(b => Foundation.Bin.TryParse(b, out _)).Take(1)).Take(Schools)];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
