using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// A holder says that something in a diploma is wrong, or wants it erased or blocked (requirement X-8). The first goes to the institution,
/// the rest to the data-protection officer; the term for an answer comes from the rules of the day.
/// </summary>
public sealed class AskAboutDiploma(Installation home)
{
    public const int WordsLengthMax = 1_000;

    private readonly HolderRequests requests = new(home.Vault);

    /// <summary>Gives the id of the request; for a form sent twice, of the one it made.</summary>
    /// <param name="id">Made with the form.</param>
    /// <param name="words">As typed; untrusted.</param>
    public async Task<Outcome<string>> RunAsync(
        Actor holder, StoredDiploma diploma, string id, RequestKind kind, RequestWords words, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        if (!Check(id, kind, words).TryGet(out var @checked, out var problem) || !DueOn(at).TryGet(out var due, out problem))
        {
            return problem;
        }

        var request = new HolderRequest(
            id, kind, diploma.Record.Initiator.Bin, diploma.Summary.Asset, holder.Id, RequestState.Open, 1, at, due, null, null, @checked);
        CrashPoint.Reach("before-request");
        var refused = await home.Database.WriteAsync(
            async t =>
            {
                if (await NotErased.RefusalAsync(home, t, request.Credential, cancel) is { } erased)
                {
                    return erased;
                }

                if (await requests.AddAsync(t, request, cancel))
                {
                    await AuditTrail.AppendAsync(
                        t, at,
                        new TrailEvent(
                            TrailAct.Change, AskedWord(kind), holder,
                            new TrailSubject("request", id), Institution: request.Institution,
                            Person: Persons.Fingerprint(home.Vault, diploma.Record.Content.Iin),
                            Facts: [("diploma", request.Credential.ToString()), ("due", $"{due:O}")]),
                        cancel);
                }

                return null;
            },
            cancel);
        CrashPoint.Reach("after-request");
        return refused is null ? id : refused;
    }

    /// <summary>The holder takes an open request back.</summary>
    public async Task<Outcome<HolderRequest>> WithdrawAsync(Actor holder, string id, int version, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        return await home.Database.WriteAsync<Outcome<HolderRequest>>(
            async t =>
            {
                if (await requests.FindAsync(t, id, cancel) is not { } own || own.Account != holder.Id)
                {
                    return new Problem("me/no-request", "There is no such request.");
                }

                return await AnswerRequest.StoreAsync(
                    t, requests, own, version, RequestState.Withdrawn, holder, null, "", "me/request-withdrawn", at, cancel);
            },
            cancel);
    }

    private static string AskedWord(RequestKind kind) => kind switch
    {
        RequestKind.Correct => "me/correction-asked",
        RequestKind.Erase => "me/erasure-asked",
        RequestKind.Block => "me/block-asked",
        RequestKind.Unblock => "me/unblock-asked",
    };

    private Outcome<DateOnly> DueOn(DateTimeOffset at)
    {
        var calendar = new WorkingCalendar(home.Rules);
        if (!calendar.DateOf(at).TryGet(out var today, out var problem)
            || !home.Rules.Resolve(RuleKeys.PersonRequestTerm, today).TryGet(out var term, out problem))
        {
            return problem;
        }

        return calendar.AddWorkingDays(today, term.Value.WorkingDays).Then(d => Outcome<DateOnly>.From(d.Value));
    }

    private static Outcome<RequestWords> Check(string id, RequestKind kind, RequestWords words)
    {
        if (!Guid.TryParseExact(id, "N", out _) || words.Field.Length > 40)
        {
            return new Problem("me/bad-share", "This form is not one of ours.");
        }

        if (!HolderText.Of(words.Wrong, WordsLengthMax, isLong: true).TryGet(out var wrong, out var problem)
            || !HolderText.Of(words.Right, WordsLengthMax, isLong: true).TryGet(out var right, out problem)
            || !HolderText.Of(words.Proof, WordsLengthMax, isLong: true).TryGet(out var proof, out problem))
        {
            return problem;
        }

        return wrong.Length == 0 || (kind == RequestKind.Correct && right.Length == 0)
            ? new Problem("me/request-empty", "Say what is wrong and what it should be.")
            : new RequestWords(words.Field, wrong, right, proof);
    }
}
