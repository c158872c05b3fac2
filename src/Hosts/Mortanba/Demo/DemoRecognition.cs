using System.Data.Common;
using System.Globalization;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Recognition;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Demo;

/// <summary>
/// Invented recognition cases: two hundred that are over, over two years, and thirty in every stage, each brought there by the acts of the
/// stage itself, with days counted from the first start. All are written together: a second start finds them and changes nothing. The last
/// four are decided on the day of the start, with certificate, ledger and record (<see cref="DemoRecognitionDecisions"/>).
/// </summary>
internal sealed class DemoRecognition
{
    public const int ClosedCount = 200;
    private const int ClosedMin = 12;
    public const int OpenCount = 30;

    private readonly RuleBook rules;
    private readonly WorkingCalendar calendar;
    private readonly CaseStore store;
    private readonly DateOnly today;
    private readonly IReadOnlyDictionary<string, string> accounts;
    private readonly DemoCases cases = new();
    private readonly LocalSuggestions tool = new();

    /// <param name="accounts">Ids by address.</param>
    public DemoRecognition(RuleBook rules, IKeyVault vault, DateTimeOffset now, IReadOnlyDictionary<string, string> accounts)
    {
        (this.rules, this.accounts) = (rules, accounts);
        calendar = new WorkingCalendar(rules);
        store = new CaseStore(vault, new CaseClock(calendar));
        today = calendar.DateOf(now).Value;
    }

    private string Officer => accounts[DemoPeople.RecognitionOfficer];

    private string First => accounts[DemoPeople.Evaluator];

    private string Second => accounts[DemoPeople.OtherEvaluator];

    private string Maker => accounts[DemoPeople.DecisionMaker];

    private string Reviewer => accounts[DemoPeople.AppealReviewer];

    /// <param name="diplomas">How many the demonstration issues: a small one has fewer precedents, two for five diplomas, two hundred at most.</param>
    public static async Task MakeAsync(Installation home, int diplomas, CancellationToken cancel)
    {
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if ((await connection.QueryAsync("SELECT 1 FROM recognition_cases LIMIT 1", r => r.GetInt32(0), cancel)).Count > 0)
            {
                return;
            }
        }

        var found = await home.Database.ReadAsync(
            t => t.QueryAsync("SELECT email, id FROM accounts WHERE email IS NOT NULL", r => (r.GetString(0), r.GetString(1)), cancel), cancel);
        var demo = new DemoRecognition(home.Rules, home.Vault, home.Time.GetUtcNow(), found.ToDictionary(f => f.Item1, f => f.Item2, StringComparer.OrdinalIgnoreCase));
        // Both ends of the time that is counted: without a calendar for it there is no deadline to show.
        if (demo.calendar.IsWorkingDay(demo.FirstDay).IsDone && demo.calendar.IsWorkingDay(demo.today.AddDays(120)).IsDone)
        {
            await home.Database.WriteAsync(t => demo.WriteAsync(t, Math.Clamp(diplomas * 2 / 5, ClosedMin, ClosedCount), cancel), cancel);
        }
    }

    // The first day of last year: its statistics are over.
    private DateOnly FirstDay => new(today.Year - 1, 1, 1);

    /// <summary>Writes them; gives how many.</summary>
    public async Task<int> WriteAsync(DbTransaction transaction, int closed, CancellationToken cancel)
    {
        const int lastDaysAgo = 110;
        var span = today.AddDays(-lastDaysAgo).DayNumber - FirstDay.AddDays(7).DayNumber;
        for (var i = 0; i < closed; i++)
        {
            // More of them in the first year, so that its countries can be shown.
            var share = Math.Pow((double)i / closed, 1.15);
            await ClosedAsync(transaction, i, Working(FirstDay.AddDays(7 + (int)(span * share))), cancel);
        }

        for (var i = 0; i < OpenCount; i++)
        {
            await OpenAsync(transaction, i, cancel);
        }

        return closed + OpenCount;
    }

    private async Task ClosedAsync(DbTransaction transaction, int i, DateOnly filed, CancellationToken cancel)
    {
        var plan = cases.Closed(i);
        var one = await FileAsync(transaction, "demo-applicant-" + i.ToString(CultureInfo.InvariantCulture), plan, filed, cancel);
        if (plan.End == DemoEnd.Withdrawn)
        {
            await one.ActAsync(5, (c, at) => WithdrawCase.Of(c, c.Applicant, at));
            return;
        }

        await ToEvaluationAsync(one, plan);
        if (plan.End == DemoEnd.NotAuthentic)
        {
            return;
        }

        await ToDecisionAsync(one, plan);
        await DecideAsync(one, plan.Days + 1);
        if (plan.Appeal is { } outcome && one.Now.Case.Decision!.Decision.Outcome != RecognitionOutcome.Full)
        {
            await AppealAsync(one, plan, outcome);
        }

        if (one.Now.Case.Stage == CaseStage.Issued)
        {
            var until = one.Now.Case.Decision!.AppealUntil!.Value;
            await one.AtAsync(until.AddDays(1), (c, at) => EndCase.Of(c, Officer, until.AddDays(1), at));
        }
    }

    private async Task AppealAsync(OneCase one, DemoPlan plan, AppealOutcome outcome)
    {
        var day = plan.Days + 6;
        await one.ActAsync(day, (c, at) => FileAppeal.Of(c, c.Applicant, "The transcript shows the courses that were found missing (invented).", one.Day(day), at));
        await one.ActAsync(day + 1, (c, at) => TakeAppeal.Of(c, Reviewer, at));
        await one.ActAsync(day + 9, (c, at) =>
        {
            const string reason = "Read again with the descriptions of the courses (invented).";
            var full = new DecisionDraft(RecognitionOutcome.Full, []);
            return DecideAppeal.Check(c, Reviewer, outcome, reason, outcome == AppealOutcome.Change ? full : null, DemoCases.Findings(null), [], one.Day(day + 9))
                .TryGet(out var changed, out var problem)
                ? Outcome<CaseEvent>.From(DecideAppeal.Event(
                    Reviewer, outcome, reason, changed is null ? null : new DecisionTaken(changed, reason, at, one.Day(day + 39), null, null), at))
                : problem;
        });
    }

    private async Task OpenAsync(DbTransaction transaction, int i, CancellationToken cancel)
    {
        var plan = cases.Open(i);
        var applicant = accounts[plan.IsAgent ? DemoPeople.OtherApplicant : DemoPeople.Applicant];
        var filed = Working(today.AddDays(-plan.DaysAgo));
        var one = await FileAsync(transaction, applicant, plan, filed, cancel);
        if (plan.Stage is CaseStage.Draft or CaseStage.Intake)
        {
            return;
        }

        if (plan.Stage == CaseStage.Incomplete)
        {
            await one.ActAsync(2, (c, at) => AskForMissing.Of(c, Officer, [new MissingItem("translation", "The translation of the annex is not there.")], at));
            return;
        }

        await ToEvaluationAsync(one, plan);
        if (plan.Note.Length > 0)
        {
            await one.ActAsync(4, (c, at) => AddRemark.Of(c, Officer, plan.Note, false, at));
        }

        if (plan.Stage is CaseStage.Authenticity or CaseStage.IssuerRight or CaseStage.Evaluation)
        {
            foreach (var proposal in await tool.ProposeAsync(new SuggestionQuestion("document-1", plan.Diploma), cancel))
            {
                await one.ActAsync(4, (c, at) => Suggest.Of(c, First, proposal, at));
            }

            if (plan.Stage == CaseStage.Evaluation && plan.IsAssessed)
            {
                await AssessAsync(one, plan);
            }

            return;
        }

        await ToDecisionAsync(one, plan);
        if (plan.Stage is CaseStage.Issued or CaseStage.Appealed)
        {
            await one.ActAsync(plan.Days, (c, at) => AddRemark.Of(c, Officer, DemoRecognitionDecisions.Mark(plan.Stage), false, at));
        }
    }

    // By the short way nothing is compared.
    private async Task ToDecisionAsync(OneCase one, DemoPlan plan)
    {
        if (one.Now.Case.Route == CaseRoute.Case)
        {
            await AssessAsync(one, plan);
            await one.ActAsync(plan.Days, (c, at) => ProposeDecision.Of(c, First, plan.Draft(one.Day(200)), [], one.Day(plan.Days), at));
        }
    }

    private async Task<OneCase> FileAsync(DbTransaction transaction, string applicant, DemoPlan plan, DateOnly filed, CancellationToken cancel)
    {
        var opened = At(filed.AddDays(-2));
        var described = (CaseDescribed)DescribeCase.Of(
            null, applicant, plan.Holder, plan.Kind, plan.Purpose, plan.Qualification, plan.Representation, filed, opened).Value;
        var one = new OneCase(this, transaction, await store.CreateAsync(transaction, described, cancel), filed, cancel);
        await one.AddAsync(-1, "document", "diploma.txt", EvidenceSource.Applicant, applicant, plan.Diploma);
        if (plan.Stage == CaseStage.Draft)
        {
            return one;
        }

        await one.AddAsync(-1, "identity", "identity.txt", EvidenceSource.Applicant, applicant, $"{plan.Holder.Name} (invented)");
        if (plan.Representation is not null)
        {
            await one.AddAsync(-1, "power-of-attorney", "power-of-attorney.txt", EvidenceSource.Applicant, applicant, "Power of attorney (invented)");
        }

        var number = await CaseStore.NextNumberAsync(transaction, filed.Year, cancel);
        var law = (await CaseGuide.OfAsync(transaction, rules, one.Now.Case, filed, cancel)).Value;
        await one.ActAsync(0, (c, at) => SubmitCase.Of(c, applicant, law, number, at));
        return one;
    }

    // Intake, assignment, authenticity, right of the issuer: as far as the plan goes.
    private async Task ToEvaluationAsync(OneCase one, DemoPlan plan)
    {
        await one.ActAsync(1, (c, at) => AcceptComplete.Of(c, Officer, at));
        await one.ActAsync(1, (c, at) => AssignCase.Of(c, Officer, First, Second, Maker, at));
        await one.AddAsync(2, DocumentItems.RegisterExtract, "register.txt", EvidenceSource.Authority, Officer, plan.Extract);
        if (plan.Stage == CaseStage.Authenticity)
        {
            if (plan.IsWaiting)
            {
                await one.ActAsync(2, (c, at) => BeginWait.Of(c, Officer, "wait-issuer", WaitFor.Issuer, "Whether the diploma is in the register of graduates.", at));
            }

            return;
        }

        var register = one.Now.Case.Documents[^1].Id;
        var isFalse = plan.End == DemoEnd.NotAuthentic;
        await one.ActAsync(3, (c, at) => FindAuthenticity.Of(
            c, Officer, new AuthenticityFinding(isFalse ? Authenticity.NotConfirmed : Authenticity.Confirmed, AuthenticityWay.IssuerRegister, [register], ""), at));
        if (isFalse)
        {
            await one.ActAsync(6, (c, at) => DecideCase.Check(
                c, Maker, new DecisionDraft(RecognitionOutcome.NoDecision, [], NoDecision: NoDecisionReason.NotAuthentic), [], "The issuer does not know the document (invented).", one.Day(6))
                .TryGet(out var ended, out var problem)
                ? Outcome<CaseEvent>.From(DecideCase.Event(Maker, ended, "The issuer does not know the document (invented).", one.Day(36), null, null, at))
                : problem);
        }
        else if (plan.Stage != CaseStage.IssuerRight)
        {
            await one.ActAsync(4, (c, at) => FindIssuerRight.Of(
                c, Officer, new IssuerRightFinding(plan.IsEntitled ? IssuerRight.Entitled : IssuerRight.NotEntitled, [], [register], ""), null, at));
        }
    }

    private async Task AssessAsync(OneCase one, DemoPlan plan)
    {
        foreach (var evaluator in (string[])[First, Second])
        {
            await one.ActAsync(Math.Min(8, plan.Days), (c, at) => AssessCase.Of(
                c, evaluator, DemoCases.Findings(plan.Difference, c.Documents[0].Id, c.Documents[^1].Id), true, at));
        }
    }

    private async Task DecideAsync(OneCase one, int day)
    {
        const string reason = "Compared in five elements; see the findings (invented).";
        await one.ActAsync(day, (c, at) => DecideCase.Check(c, Maker, DemoRecognitionDecisions.DraftOf(c), [], reason, one.Day(day)).TryGet(out var decision, out var problem)
            ? Outcome<CaseEvent>.From(DecideCase.Event(
                Maker, decision, reason, calendar.AddWorkingDays(one.Day(day), c.Terms!.AppealDays).Value.Value, null, null, at))
            : problem);
    }

    private DateOnly Working(DateOnly day)
    {
        while (!calendar.IsWorkingDay(day).Value)
        {
            day = day.AddDays(1);
        }

        return day < today ? day : today;
    }

    private static DateTimeOffset At(DateOnly day) => new(day.ToDateTime(new TimeOnly(5, 0)), TimeSpan.Zero);

    /// <summary>A case under way; days are working days after its filing.</summary>
    private sealed class OneCase(DemoRecognition demo, DbTransaction transaction, OpenCase opened, DateOnly filed, CancellationToken cancel)
    {
        public OpenCase Now { get; private set; } = opened;

        public DateOnly Day(int working) => working <= 0 ? filed.AddDays(working) : demo.calendar.AddWorkingDays(filed, working).Value.Value;

        // Nothing happens tomorrow, however late the case was filed.
        public Task ActAsync(int day, Func<RecognitionCase, DateTimeOffset, Outcome<CaseEvent>> act) =>
            AtAsync(Day(day) is var then && then < demo.today ? then : demo.today.AddDays(day < 0 ? day : 0), act);

        public async Task AtAsync(DateOnly day, Func<RecognitionCase, DateTimeOffset, Outcome<CaseEvent>> act) =>
            Now = await demo.store.AppendAsync(transaction, Now, act(Now.Case, At(day)).Value, cancel);

        public async Task AddAsync(int day, string item, string name, EvidenceSource source, string by, string text)
        {
            using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(text));
            var taken = (await CaseFiles.TakeAsync(bytes, cancel)).Value;
            var id = "document-" + (Now.Case.Documents.Count + 1).ToString(CultureInfo.InvariantCulture);
            await ActAsync(day, (c, at) => AddDocument.Of(
                c, by, new CaseDocument(id, item, name, "text/plain", taken.Length, taken.Sha256, source, at), at));
            await CaseFiles.PutAsync(transaction, Now, id, taken, cancel);
        }
    }
}
