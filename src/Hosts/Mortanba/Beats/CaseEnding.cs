using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Recognition;
using Mortanba.Recognition;

namespace Mortanba.Host.Beats;

/// <summary>
/// What time does to recognition cases, an hour after the other: closes those whose term of appeal is over, lays those whose conditions
/// ran out before their decision maker, ends the certificate where a person found that they were not fulfilled, reminds of an answer,
/// and tells the body of the ceiling of a treaty.
/// </summary>
internal sealed class CaseEnding(Installation home, DiplomaFlow flow, CaseMail mail, ILogger<CaseEnding> log)
    : BeatingService(TimeSpan.FromHours(1), home.Time, log)
{
    private const int AtOnce = 200;
    private static readonly Actor Service = new(ActorKind.Service, "case-ending", "", []);

    protected override async Task BeatAsync(CancellationToken cancel)
    {
        await EndAsync(home, cancel);
        await LapseAsync(home, flow, mail, cancel);
        await AwaitAsync(home, mail, cancel);
        await RaiseAsync(home, mail, cancel);
    }

    /// <summary>Tells the body of ceilings of treaties that are near or reached, each once; gives how many it told of.</summary>
    public static async Task<int> RaiseAsync(Installation home, CaseMail mail, CancellationToken cancel)
    {
        var desk = new CaseDesk(home);
        List<string> officers;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            officers = [.. (await CaseView.StaffAsync(connection, cancel)).Where(s => s.Role == Role.RecognitionOfficer).Select(s => s.Id)];
        }

        return await EachAsync(
            home, desk,
            new CaseSearch([.. Enum.GetValues<CaseStage>().Where(s => s.IsOpen())], CeilingUntil: desk.Today().AddDays(RaiseCeiling.NearDays)),
            async row =>
            {
                var news = row.Ceiling <= desk.Today() ? CaseNews.CeilingReached : CaseNews.CeilingNear;
                CaseDesk.With? tell = null;
                foreach (var (account, page) in officers.Select(o => (o, "")).Append((row.DecisionMaker ?? "", "/decide")).Where(a => a.Item1 is { Length: > 0 } id && id != row.Applicant))
                {
                    tell = await mail.TellAsync(account, news, cancel, tell, id => $"/console/recognition/cases/{id}{page}");
                }

                return (await desk.ActAsync(
                    Service, null, row.Id, row.Version, (now, at) => RaiseCeiling.Of(now, Service.Id, desk.Clock, desk.Today(), at), cancel, tell)).IsDone;
            },
            cancel);
    }

    /// <summary>
    /// Reminds of what is asked for, by the list or by a question, at half of its term; when it is over writes that down, or ends the wait for the
    /// answer. Gives how many cases it changed.
    /// </summary>
    public static Task<int> AwaitAsync(Installation home, CaseMail mail, CancellationToken cancel)
    {
        var desk = new CaseDesk(home);
        return EachAsync(
            home, desk,
            new CaseSearch([CaseStage.Incomplete, CaseStage.Authenticity, CaseStage.IssuerRight, CaseStage.Evaluation], IsWaiting: true),
            async row => await ActAsync(row.Stage == CaseStage.Incomplete ? CaseNews.AnswerLapsed : CaseNews.WaitEnded, (now, at) => LapseAnswer.Of(now, Service.Id, desk.Clock, desk.Today(), at), row)
                || await ActAsync(CaseNews.AnswerReminder, (now, at) => RemindOfMissing.Of(now, Service.Id, desk.Clock, desk.Today(), at), row),
            cancel);

        async Task<bool> ActAsync(CaseNews news, Func<RecognitionCase, DateTimeOffset, Outcome<CaseEvent>> act, CaseRow row) => (await desk.ActAsync(
            Service, null, row.Id, row.Version, act, cancel, await mail.TellAsync(row.Applicant, news, cancel))).IsDone;
    }

    /// <summary>Closes what is due; gives how many cases it closed. A case that somebody changes meanwhile waits for the next time.</summary>
    public static Task<int> EndAsync(Installation home, CancellationToken cancel)
    {
        var desk = new CaseDesk(home);
        return EachAsync(
            home, desk, new CaseSearch(Stages: [CaseStage.Issued, CaseStage.NotAuthentic]),
            async row => (await desk.ActAsync(
                Service, null, row.Id, row.Version, (now, at) => EndCase.Of(now, Service.Id, desk.Today(), at), cancel,
                new ForgeryNotice(home).Before(null))).IsDone,
            cancel);
    }

    /// <summary>Conditions whose last day is over; gives how many cases it changed.</summary>
    public static async Task<int> LapseAsync(Installation home, DiplomaFlow flow, CaseMail mail, CancellationToken cancel)
    {
        var desk = new CaseDesk(home);
        return await EachAsync(
            home, desk, new CaseSearch(Stages: [CaseStage.Issued, CaseStage.Closed], ConditionBefore: desk.Today()),
            async row =>
            {
                var lapsed = await desk.ActAsync(
                    Service, null, row.Id, row.Version, (now, at) => LapseConditions.Of(now, Service.Id, desk.Today(), at), cancel,
                    await mail.TellAsync(row.Applicant, CaseNews.ConditionLapsed, cancel));
                return lapsed.IsDone || (await new EndCertificate(home, flow, desk)
                {
                    With = await mail.TellAsync(row.Applicant, CaseNews.ConditionEnded, cancel),
                }.RunAsync(
                    Service, null, row.Id, row.Version, EndCertificate.ConditionNotFulfilled,
                    (now, at) => EndConditions.Of(now, Service.Id, desk.Today(), at), cancel)).IsDone;
            },
            cancel);
    }

    private static async Task<int> EachAsync(
        Installation home, CaseDesk desk, CaseSearch search, Func<CaseRow, Task<bool>> act, CancellationToken cancel)
    {
        var done = 0;
        while (true)
        {
            IReadOnlyList<CaseRow> rows;
            await using (var connection = await home.Database.ConnectAsync(cancel))
            {
                rows = await desk.Lists.FindAsync(connection, search, AtOnce, cancel);
            }

            foreach (var row in rows)
            {
                done += await act(row) ? 1 : 0;
            }

            if (rows.Count < AtOnce)
            {
                return done;
            }

            search = search with { After = CaseLists.After(rows[^1]) };
        }
    }
}
