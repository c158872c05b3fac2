using System.Data.Common;
using System.Security.Cryptography;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// Runs the acts of recognition cases: each is one event, its row for the lists and its row of the record, in one transaction and over the
/// version that was read. What may be done is said by the acts themselves (<c>Recognition/Cases/Acts</c>), who may by the rights of the
/// route and the places of the case.
/// </summary>
public sealed class CaseDesk(Installation home)
{
    private const int IdSizeBytes = 6;
    private readonly WorkingCalendar calendar = new(home.Rules);

    /// <summary>Something that is written in the transaction of an event, for example a file or a mail.</summary>
    public delegate Task With(DbTransaction transaction, OpenCase now, CancellationToken cancel);

    public CaseClock Clock { get; } = new(new WorkingCalendar(home.Rules));

    public CaseStore Cases { get; } = new(home.Vault, new CaseClock(new WorkingCalendar(home.Rules)));

    public CaseLists Lists { get; } = new(home.Vault);

    /// <summary>Decided cases like one case.</summary>
    public SimilarCases Similar { get; } = new(home.Vault);

    /// <summary>A short random id for something inside a case: a document, a wait.</summary>
    public static string NewId(string kind) => $"{kind}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdSizeBytes))}";

    /// <summary>Civil day at the body.</summary>
    public DateOnly Today() => calendar.DateOf(home.Time.GetUtcNow()).Value;

    /// <summary>Opens a case for an applicant.</summary>
    public Task<Outcome<RecognitionCase>> OpenAsync(Actor by, Func<DateTimeOffset, Outcome<CaseEvent>> describe, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        return home.Database.WriteAsync<Outcome<RecognitionCase>>(
            async t =>
            {
                if (!describe(at).TryGet(out var first, out var problem))
                {
                    return problem;
                }

                var one = await Cases.CreateAsync(t, (CaseDescribed)first, cancel);
                await NoteAsync(t, by, null, one, first, at, cancel);
                return one.Case;
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
    public async Task<Outcome<RecognitionCase>> InAsync(
        DbTransaction transaction, Actor by, Role? role, string id, int version,
        Func<DbTransaction, OpenCase, CancellationToken, Task<Outcome<CaseEvent>>> act, DateTimeOffset at, CancellationToken cancel,
        With? with = null)
    {
        if (!(await Cases.LockAsync(transaction, id, version, cancel)).TryGet(out var now, out var problem)
            || !(await act(transaction, now, cancel)).TryGet(out var happened, out problem))
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

    /// <summary>The last day of an appeal against a decision of today.</summary>
    public Outcome<DateOnly> AppealUntil(RecognitionCase now) =>
        calendar.AddWorkingDays(Today(), now.Terms!.AppealDays).TryGet(out var day, out var problem) ? day.Value : problem;

    private static Task NoteAsync(
        DbTransaction transaction, Actor by, Role? role, OpenCase one, CaseEvent happened, DateTimeOffset at, CancellationToken cancel) =>
        AuditTrail.AppendAsync(
            transaction, at,
            new TrailEvent(TrailAct.Change, "recognition/case-" + happened.Kind, by, new TrailSubject("recognition-case", one.Case.Id), role), cancel);
}
