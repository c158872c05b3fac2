using System.Data.Common;
using System.Security.Cryptography;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>
/// Runs the acts of recognition cases: each is one event, its row for the lists and its row of the record, in one transaction and over the
/// version that was read. What may be done is said by the acts themselves (<c>Recognition/Cases/Acts</c>), who may by the rights of the
/// route and the places of the case.
/// </summary>
public sealed class CaseDesk(Installation home)
{
    /// <summary>Drafts that one applicant may keep.</summary>
    public const int DraftsMax = 20;

    private const int IdSizeBytes = 6;
    private const int Tries = 5;
    private readonly WorkingCalendar calendar = new(home.Rules);

    /// <summary>Something that is written in the transaction of an event, for example a file or a mail.</summary>
    public delegate Task With(DbTransaction transaction, OpenCase now, CancellationToken cancel);

    public CaseClock Clock { get; } = new(new WorkingCalendar(home.Rules));

    public CaseStore Cases { get; } = new(home.Vault, new CaseClock(new WorkingCalendar(home.Rules)));

    public CaseLists Lists { get; } = new(home.Vault);

    /// <summary>Decided cases like one case.</summary>
    public SimilarCases Similar { get; } = new(home.Vault);

    private static Problem NoCase { get; } = new("recognition/no-case", "There is no such case.");

    internal static Problem OwnCase { get; } = new("recognition/own-case", "This is a case of your own; somebody else works on it.");

    /// <summary>A short random id for something inside a case: a document, a wait.</summary>
    public static string NewId(string kind) => $"{kind}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdSizeBytes))}";

    /// <summary>Civil day at the body.</summary>
    public DateOnly Today() => calendar.DateOf(home.Time.GetUtcNow()).Value;

    /// <summary>Opens a case for an applicant.</summary>
    /// <param name="isForm">From a form, which may come twice: a draft that says the same is taken for it, and there are at most <see cref="DraftsMax"/>.</param>
    public Task<Outcome<RecognitionCase>> OpenAsync(
        Actor by, Func<DateTimeOffset, Outcome<CaseEvent>> describe, CancellationToken cancel, bool isForm = false)
    {
        var at = home.Time.GetUtcNow();
        return home.Database.WriteAsync<Outcome<RecognitionCase>>(
            async t =>
            {
                if (!describe(at).TryGet(out var first, out var problem))
                {
                    return problem;
                }

                if (!isForm)
                {
                    return await OpenAsync(t, by, (CaseDescribed)first, cancel);
                }

                // A form sent twice opens one case.
                await Database.LockAsync(t, "recognition-open/" + by.Id, cancel);
                var drafts = await Lists.FindAsync(t, new CaseSearch([CaseStage.Draft], by.Id), DraftsMax, cancel);
                foreach (var row in drafts)
                {
                    if (await Cases.FindAsync(t, row.Id, cancel) is { } there && IsSame((CaseDescribed)first, there.Case))
                    {
                        return there.Case;
                    }
                }

                return drafts.Count == DraftsMax
                    ? new Problem("cases/too-many-drafts", "File or withdraw a draft before opening another.", ("max", $"{DraftsMax}"))
                    : await OpenAsync(t, by, (CaseDescribed)first, cancel);
            },
            cancel);
    }

    /// <summary>Does one act on a case.</summary>
    /// <param name="role">In which role; null for the applicant.</param>
    /// <param name="version">The version that was read.</param>
    /// <param name="act">Gives the event, or the refusal.</param>
    /// <param name="with">Written in the same transaction, after the event.</param>
    public Task<Outcome<RecognitionCase>> ActAsync(
        Actor by, Role? role, string id, int version, Func<RecognitionCase, DateTimeOffset, Outcome<CaseEvent>> act, CancellationToken cancel,
        With? with = null)
    {
        var at = home.Time.GetUtcNow();
        return ActAsync(by, role, id, version, (_, now, _) => Task.FromResult(act(now.Case, at)), at, cancel, with);
    }

    /// <summary>As above, for an act that has to read or write in the same transaction before its event is known.</summary>
    public Task<Outcome<RecognitionCase>> ActAsync(
        Actor by, Role? role, string id, int version, Func<DbTransaction, OpenCase, CancellationToken, Task<Outcome<CaseEvent>>> act,
        DateTimeOffset at, CancellationToken cancel, With? with = null) =>
        home.Database.WriteAsync(t => InAsync(t, by, role, id, version, act, at, cancel, with), cancel);

    /// <summary>The same within a transaction of the caller, for what is written to the ledger with it.</summary>
    /// <param name="version">The version that was read; null for what is done to the case as it is now.</param>
    public async Task<Outcome<RecognitionCase>> InAsync(
        DbTransaction transaction, Actor by, Role? role, string id, int? version,
        Func<DbTransaction, OpenCase, CancellationToken, Task<Outcome<CaseEvent>>> act, DateTimeOffset at, CancellationToken cancel,
        With? with = null)
    {
        if (!(await Cases.LockAsync(transaction, id, version, cancel)).TryGet(out var now, out var problem))
        {
            return problem;
        }

        // What was never filed is not there for the body.
        if (role is not null && !now.Case.IsFiled)
        {
            return NoCase;
        }

        // Nobody of the body touches a case of their own.
        if (role is not null && now.Case.Applicant == by.Id)
        {
            return OwnCase;
        }

        // Who compares it may hold the role of an officer, too: not in this case.
        if (role == Role.RecognitionOfficer && now.Case.IsComparedBy(by.Id))
        {
            return AssignCase.SeesNoPerson;
        }

        if (!(await act(transaction, now, cancel)).TryGet(out var happened, out problem))
        {
            return problem;
        }

        CrashPoint.Reach("before-case-" + happened.Kind);
        var next = await Cases.AppendAsync(transaction, now, happened, cancel);
        if (with is not null)
        {
            await with(transaction, next, cancel);
        }

        await NoteAsync(transaction, by, role, next, happened, at, cancel);
        CrashPoint.Reach("in-case-" + happened.Kind);
        return next.Case;
    }

    /// <summary>
    /// For what takes nothing away from others, a file or a remark: on the case as it is now, whichever version was read. Null when it was
    /// done, else why not.
    /// </summary>
    public async Task<Problem?> InNewestAsync(
        Actor by, string id, Func<RecognitionCase, DateTimeOffset, Outcome<CaseEvent>> act, CancellationToken cancel, With? with = null)
    {
        for (var left = Tries; ; left--)
        {
            OpenCase? one;
            await using (var connection = await home.Database.ConnectAsync(cancel))
            {
                one = await Cases.FindAsync(connection, id, cancel);
            }

            var done = await ActAsync(by, null, id, one?.Case.Version ?? 0, act, cancel, with);
            if (done.Problem is not { Code: "recognition/changed-meanwhile" } || left == 1)
            {
                return done.Problem;
            }
        }
    }

    /// <summary>The last day of an appeal against a decision of today.</summary>
    public Outcome<DateOnly> AppealUntil(RecognitionCase now) =>
        calendar.AddWorkingDays(Today(), now.Terms!.AppealDays).TryGet(out var day, out var problem) ? day.Value : problem;

    private async Task<RecognitionCase> OpenAsync(DbTransaction transaction, Actor by, CaseDescribed first, CancellationToken cancel)
    {
        var one = await Cases.CreateAsync(transaction, first, cancel);
        await NoteAsync(transaction, by, null, one, first, first.At, cancel);
        return one.Case;
    }

    private static bool IsSame(CaseDescribed first, RecognitionCase there) => there.Version == 1 && CaseRecord.Write(first).AsSpan().SequenceEqual(
        CaseRecord.Write(new CaseDescribed(
            first.At, there.Applicant, there.Holder, there.HolderKind, there.Purpose, there.Qualification, there.Representation)));

    private static Task NoteAsync(
        DbTransaction transaction, Actor by, Role? role, OpenCase one, CaseEvent happened, DateTimeOffset at, CancellationToken cancel) =>
        AuditTrail.AppendAsync(
            transaction, at,
            new TrailEvent(TrailAct.Change, "recognition/case-" + happened.Kind, by, new TrailSubject("recognition-case", one.Case.Id), role), cancel);
}
