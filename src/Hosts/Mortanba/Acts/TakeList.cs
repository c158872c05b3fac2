using System.Security.Cryptography;
using System.Text;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Web;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>What became of a bulk request.</summary>
/// <param name="Already">Items that an earlier list holds, word for word: index and that list.</param>
internal sealed record TakenList(ListRequest Request, IReadOnlyList<(int Index, string List)> Already);

/// <summary>
/// A program hands in a list. In: its request id and the body. Out: a draft and the request, stored together or not at all;
/// the same request id with the same body gives the same answer, with another body a refusal.
/// </summary>
internal sealed class TakeList(Installation home)
{
    private const string Purpose = "api/list-item";

    public async Task<Outcome<TakenList>> RunAsync(
        Visit visit, string requestId, ReadOnlyMemory<byte> bytes, ListBody body, List<ItemProblem> bad, CancellationToken cancel)
    {
        var (bin, at, hash) = (visit.Institution!.Value, home.Time.GetUtcNow(), SHA256.HashData(bytes.Span));
        IReadOnlyDictionary<string, (string List, string Hash)> taken;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if (await ListRequests.FindAsync(connection, visit.Actor.Id, requestId, cancel) is { } known)
            {
                return Same(known, hash);
            }

            taken = await ListRequests.TakenAsync(connection, bin, cancel);
        }

        var (items, already) = (new List<ListItem>(), new List<(int, string)>());
        foreach (var item in body.Items)
        {
            if (!taken.TryGetValue(Print(item.Key), out var before))
            {
                items.Add(item);
            }
            else if (before.Hash == Print(item.Hash))
            {
                already.Add((item.Index, before.List));
            }
            else
            {
                bad.Add(new ItemProblem(item.Index, "key", new Problem(
                    "api/key-reused", "An earlier list holds another item under this key.", ("list", before.List))));
            }
        }

        if (bad.Count > 0)
        {
            return new Problem("api/bad-items", "Some items cannot be taken; nothing was stored.", ("count", $"{bad.Count}"));
        }

        if (items.Count == 0)
        {
            return new Problem("api/nothing-new", "Earlier lists hold every item.", ("list", already[0].Item2));
        }

        var (graduates, courses) = (body with { Items = items }).ToTables();
        if (!DraftContent.Read(graduates, courses, DraftLimits.Upload, asGuessed: true).TryGet(out var content, out var problem))
        {
            return problem;
        }

        var kept = items.Select(i => new KeptItem(i.Index, Print(i.Key), Print(i.Hash), i.Courses.Count)).ToList();
        return await home.Database.WriteAsync<Outcome<TakenList>>(
            async t =>
            {
                await Database.LockAsync(t, "list-requests", cancel);
                if (await ListRequests.FindAsync(t, visit.Actor.Id, requestId, cancel) is { } known)
                {
                    return Same(known, hash);
                }

                var draft = await home.Drafts.CreateAsync(
                    t, new NewDraft(bin, body.Title, body.Decision, ListPurpose.Issue, visit.Actor.Id, at), content, cancel);
                var request = new ListRequest(draft.Id, bin, visit.Actor.Id, requestId, hash, kept, at, null, null);
                await ListRequests.AddAsync(t, request, cancel);
                await AuditTrail.AppendAsync(
                    t, at,
                    new TrailEvent(
                        TrailAct.Access, "lists/handed-in", visit.Actor, new TrailSubject("draft", draft.Id), visit.Role, bin, null,
                        ("rows", $"{items.Count}")),
                    cancel);
                CrashPoint.Reach("before-list-request");
                return new TakenList(request, already);
            },
            cancel);
    }

    private static Outcome<TakenList> Same(ListRequest known, byte[] hash) =>
        known.BodyHash.AsSpan().SequenceEqual(hash)
            ? new TakenList(known, [])
            : new Problem("api/other-body", "This request id was used for another body.", ("list", known.Id));

    // Keys may be student numbers: what is kept of them tells nobody without the vault which.
    private string Print(string text) => Convert.ToHexStringLower(home.Vault.Fingerprint(Purpose, Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
