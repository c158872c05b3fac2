using System.Globalization;
using System.Text;
using Mortanba.Accounts;
using Mortanba.Host.Acts;
using Mortanba.Host.Registering;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Host.Demo;

/// <summary>
/// The third university shows the insider controls: its enrolment register and licensed intakes are entered, its order has a count
/// that means something. The others take lists of anybody, as a demonstration should.
/// </summary>
internal static class DemoRegister
{
    private const int OrderedBeyond = 8;
    private const int LicensedBeyond = 14;

    // Far from the graduates of all lists.
    private const int LearnersFirst = 500_000;
    private const int YearsBehind = 3;
    private const int LearnersAYear = 12;

    /// <summary>Graduates by programme in its order: a few more than the list has.</summary>
    public static IReadOnlyDictionary<string, int> Ordered(DemoLists lists, int count) =>
        lists.GraduatesOf(DemoLists.Registered, count).ToDictionary(p => p.Key, p => p.Value + OrderedBeyond, StringComparer.Ordinal);

    public static IReadOnlyList<IntakeItem> Intakes(DemoLists lists, int count) =>
    [
        .. Ordered(lists, count).SelectMany(p => Enumerable.Range(0, YearsBehind + 1).Select(later => new IntakeItem(
            DemoLists.Registered.Value, p.Key, lists.EntryYear + later, p.Value + LicensedBeyond, "Annex 3 to the licence (invented)"))),
    ];

    /// <summary>Writes the register as a file and takes it in; the same file is not taken in again.</summary>
    public static async Task ImportAsync(Installation home, DemoLists lists, int count, CancellationToken cancel)
    {
        var file = Path.Combine(home.Directory, "lists", "syrdarya-learners.csv");
        await File.WriteAllTextAsync(file, Write(lists, count), new UTF8Encoding(true), cancel);
        var read = LearnerFile.Read(ListBytes.OfFile(file), lists.EntryYear + 10).Value;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if ((await Enrolments.ImportsAsync(connection, DemoLists.Registered, int.MaxValue, cancel)).Any(i => i.FileHash == read.Hash))
            {
                return;
            }
        }

        _ = (await ImportEnrolment.RunAsync(home, Actor.AtConsole("demo"), null, DemoLists.Registered, ListBytes.OfFile(file), cancel)).Value;
    }

    /// <summary>Two invented alarms about the largest list, one of them decided; made once.</summary>
    public static async Task AlarmAsync(Installation home, CancellationToken cancel)
    {
        var now = home.Time.GetUtcNow();
        var bin = DemoLists.Organisations(home.Settings.Site).First(o => o.Role == OrganisationRole.Initiator).Bin;
        var today = new WorkingCalendar(home.Rules).TimeAt(now).Value;
        var night = today.BeginningOf(today.DateOf(now).AddDays(-1)).AddHours(2).AddMinutes(40).ToUniversalTime();
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if (await SigningAlarms.FindAsync(connection, "night-batch-demo-1", cancel) is not null)
            {
                return;
            }
        }

        var rule = home.Rules.Resolve(RuleKeys.UnusualSigning, today.DateOf(now)).Value.Reference.PackText;
        await home.Database.WriteAsync(
            async t =>
            {
                foreach (var (id, kind, count, usual) in new[]
                    { ("night-batch-demo-1", AlarmKind.Night, 38, 0), ($"volume-{bin}-demo-1", AlarmKind.Volume, 412, 31) })
                {
                    await SigningAlarms.RaiseAsync(
                        t,
                        new SigningAlarm(id, bin, kind, "batch-demo-1", night, count, usual, rule, now, null, null, null, null, null), cancel);
                }

                return 0;
            },
            cancel);
        _ = (await DecideAlarm.RunAsync(
            home, Actor.AtConsole("compliance-officer-1"), Role.ComplianceOfficer, null, $"volume-{bin}-demo-1", AlarmVerdict.Harmless,
            "Two faculties graduated on one day; the orders were compared (invented).", cancel)).Value;
    }

    private static string Write(DemoLists lists, int count)
    {
        var text = new StringBuilder("ИИН;Код программы;Год поступления;Статус\r\n");
        void Add((string Iin, string Programme) learner, int year, string status) =>
            text.Append(CultureInfo.InvariantCulture, $"{learner.Iin};{learner.Programme};{year};{status}\r\n");
        foreach (var graduate in lists.LearnersOf(DemoLists.Registered, lists.FirstOf(DemoLists.Registered, count), lists.GraduatesOf(DemoLists.Registered, count).Values.Sum()))
        {
            Add(graduate, lists.EntryYear, "обучается");
        }

        var others = lists.LearnersOf(DemoLists.Registered, LearnersFirst, (YearsBehind + 1) * LearnersAYear * 4).ToList();
        for (var i = 0; i < others.Count; i++)
        {
            Add(others[i], lists.EntryYear + (i % (YearsBehind + 1)), (i % 17) switch
            {
                3 => "академический отпуск",
                9 => "отчислен",
                _ => "обучается",
            });
        }

        return text.ToString();
    }
}
