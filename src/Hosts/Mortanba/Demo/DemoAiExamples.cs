using System.Data.Common;
using Mortanba.AiEducation;
using Mortanba.Rules;

namespace Mortanba.Host.Demo;

/// <summary>
/// What stands whole, with all its words, at the first school: tasks of one class with the works of ten learners, some graded with a program's
/// proposal, an objection that waits, and two integrity cases, one of which rests on a detector alone.
/// </summary>
internal sealed class DemoAiExamples(Installation home, EventStore events, DemoAiSchool school, DateOnly today, Func<string, string> account)
{
    private const int Works = 10;
    private const string Class = "9A";

    private static readonly (string Title, int Level, int DaysAgo)[] Tasks =
        [("Ұлы Жібек жолы туралы эссе", 2, 24), ("Тәжірибе жоспары", 3, 16), ("Ауызша есеп", 1, 9)];

    public async Task WriteAsync(DbTransaction transaction, IReadOnlyList<SchoolPerson> people, RegulationInForce regulation, string system, CancellationToken cancel)
    {
        var national = home.Rules.Resolve(RuleKeys.AiTasks, today).Value;
        var rules = new Resolved<AiTaskRules>(TaskRulesInForce.Of(national.Value, regulation), national.Reference);
        var (bin, teacher) = (school.Place.Bin, new Doer(account("teacher"), true));
        var learners = people.Where(p => p.Class == Class).Take(Works).ToList();
        foreach (var (title, number, daysAgo) in Tasks)
        {
            // A school may allow fewer levels than the nation.
            if (rules.Value.Level(number) is not { } level)
            {
                continue;
            }

            var terms = new TaskTerms(
                Said(title), Said("Екі бет; не көмектескенін жазыңыз"), Class, number, [], level.OwnPart, level.IsControlled, 10, At(5 - daysAgo));
            var task = await events.CreateAsync(
                transaction, TaskStreams.Tasks, bin, SetTask.Of(teacher, bin.Value, terms, new HashSet<string>(), [], rules, At(-daysAgo)).Value, cancel: cancel);
            for (var i = 0; i < learners.Count; i++)
            {
                await WorkAsync(transaction, task.Now, learners[i], i, rules, teacher, system, daysAgo, cancel);
            }
        }

        await CasesAsync(transaction, learners, cancel);
    }

    private async Task WorkAsync(
        DbTransaction transaction, AssessmentTask task, SchoolPerson learner, int number, Resolved<AiTaskRules> rules, Doer teacher, string system,
        int daysAgo, CancellationToken cancel)
    {
        var by = new Doer(number == 0 ? account("learner") : learner.Id, true);
        var draft = new WorkDraft(Said($"{number + 1}-жауап"), new UseStatement([], 100));
        var work = await events.CreateAsync(
            transaction, TaskStreams.Works, school.Place.Bin, HandInWork.Of(null, task, by, learner.Id, draft, rules.Value, At(3 - daysAgo)).Value,
            LearnerWork.IdOf(task.Id, learner.Id), cancel);
        if (number == Works - 1)
        {
            return;
        }

        if (number % 2 == 0)
        {
            var program = new Doer("demo-program", false) { Systems = [system] };
            work = await events.AppendAsync(transaction, TaskStreams.Works, work, ReadWork.Of(work.Now, program, system, At(4 - daysAgo)).Value, cancel);
            var proposal = new GradeProposal(7, system, "1.0", Said("Көлемі мен дереккөздері бойынша"), [Said("жұмыс мәтіні")]);
            work = await events.AppendAsync(
                transaction, TaskStreams.Works, work,
                ProposeGrade.Of(work.Now, task, program, proposal, At(4 - daysAgo)).Value, cancel);
        }

        work = await events.AppendAsync(
            transaction, TaskStreams.Works, work,
            DecideGrade.Of(work.Now, task, teacher, "teacher", 6 + (number % 4), Said("Түсінікті, бір дереккөз жетіспейді"), rules.Reference, At(6 - daysAgo)).Value, cancel);
        if (number == 0)
        {
            await events.AppendAsync(
                transaction, TaskStreams.Works, work,
                ObjectToGrade.Of(work.Now, new Doer(account("guardian"), true), ObjectionKind.Objection, Said("Дереккөз екінші бетте"), today.AddDays(5), At(-1)).Value,
                cancel);
        }
    }

    private async Task CasesAsync(DbTransaction transaction, List<SchoolPerson> learners, CancellationToken cancel)
    {
        var clock = new IntegrityClock(home.Rules.Resolve(RuleKeys.AiIntegrity, today).Value, new WorkingCalendar(home.Rules));
        var (bin, by) = (school.Place.Bin, new Doer(account("teacher"), true));
        foreach (var (learner, ground) in learners.Skip(1).Zip((Ground[])
        [
            new Ground(GroundKind.Detector, Said("Детектор осы балды берді"), 91),
            new Ground(GroundKind.SourceComparison, Said("Екі дереккөз жоқ болып шықты"), null),
        ]))
        {
            await events.CreateAsync(
                transaction, IntegrityStreams.Kind, bin,
                ReportCase.Of(by, bin.Value, learner.Id, null, Said(Tasks[0].Title), ground, clock, At(-2)).Value, cancel: cancel);
        }
    }

    // The class learns in Kazakh.
    private static string Said(string kk) => DemoWords.Said(0, kk, "");

    private DateTimeOffset At(int days) => new(today.AddDays(days).ToDateTime(new TimeOnly(4, 0)), TimeSpan.Zero);
}
