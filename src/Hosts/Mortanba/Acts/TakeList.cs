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
    /// <summary>Lists in preparation that an institution may have before its programs wait.</summary>
    public const int OpenMax = 200;

    private const string Purpose = "api/list-item";

    public async Task<Outcome<TakenList>> RunAsync(
        Visit visit, string requestId, ReadOnlyMemory<byte> bytes, ListBody body, List<ItemProblem> bad, CancellationToken cancel)
    {
        var (bin, at, hash) = (visit.Institution!.Value, home.Time.GetUtcNow(), SHA256.HashData(bytes.Span));
        var prints = body.Items.Select(item => Print(item.Key)).ToList();
        IReadOnlyDictionary<string, TakenItem> taken;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if (await ListRequests.FindAsync(connection, visit.Actor.Id, requestId, cancel) is { } known)
            {
                return Same(known, hash);
            }

            // The table is made before the lock; behind it only again when another list came meanwhile.
            taken = await ListItems.TakenAsync(connection, bin, prints, cancel);
        }

        var badBefore = bad.Count;
        var chosen = Choose(body, prints, taken, bad);
        if (chosen.Problem is { } refused)
        {
            return refused;
        }

        return await home.Database.WriteAsync<Outcome<TakenList>>(
            async t =>
            {
                await Database.LockAsync(t, "list-requests", cancel);
                if (await ListRequests.FindAsync(t, visit.Actor.Id, requestId, cancel) is { } known)
                {
                    return Same(known, hash);
                }

                var now = await ListItems.TakenAsync(t, bin, prints, cancel);
                if (now.Count != taken.Count || !now.All(taken.Contains))
                {
                    bad.RemoveRange(badBefore, bad.Count - badBefore);
                    chosen = Choose(body, prints, now, bad);
                }

                if (!chosen.TryGet(out var choice, out var problem))
                {
                    return problem;
                }

                if (await ListRequests.OpenCountAsync(t, bin, cancel) >= OpenMax)
                {
                    return new Problem("api/too-many-open", "Too many lists are in preparation.", ("max", $"{OpenMax}"));
                }

                var draft = await home.Drafts.CreateAsync(
                    t, new NewDraft(bin, body.Title, body.Decision, ListPurpose.Issue, visit.Actor.Id, at), choice.Content, cancel);
                var request = new ListRequest(draft.Id, bin, visit.Actor.Id, requestId, hash, choice.Kept, at, null, null);
                await ListRequests.AddAsync(t, request, cancel);
                await AuditTrail.AppendAsync(
                    t, at,
                    new TrailEvent(
                        TrailAct.Access, "lists/handed-in", visit.Actor, new TrailSubject("draft", draft.Id), visit.Role, bin, null,
                        ("rows", $"{choice.Kept.Count}")),
                    cancel);
                CrashPoint.Reach("before-list-request");
                return new TakenList(request, choice.Already);
            },
            cancel);
    }

    /// <summary>The items that no earlier list holds, as a draft, and which ones one does hold, word for word.</summary>
    private Outcome<Choice> Choose(
        ListBody body, IReadOnlyList<string> prints, IReadOnlyDictionary<string, TakenItem> taken, List<ItemProblem> bad)
    {
        var (items, already) = (new List<(ListItem Item, string Print)>(), new List<(int Index, string List)>());
        foreach (var (item, print) in body.Items.Zip(prints))
        {
            if (!taken.TryGetValue(print, out var before))
            {
                items.Add((item, print));
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
            return new Problem("api/nothing-new", "Earlier lists hold every item.", ("list", already[0].List));
        }

        var (graduates, courses) = (body with { Items = [.. items.Select(i => i.Item)] }).ToTables();
        if (!DraftContent.Read(graduates, courses, DraftLimits.Upload, asGuessed: true).TryGet(out var content, out var problem))
        {
            return problem;
        }

        return new Choice(content, [.. items.Select(i => new KeptItem(i.Item.Index, i.Print, Print(i.Item.Hash), i.Item.Courses.Count))], already);
    }

    private static Outcome<TakenList> Same(ListRequest known, byte[] hash) =>
        known.BodyHash.AsSpan().SequenceEqual(hash)
            ? new TakenList(known, [])
            : new Problem("api/other-body", "This request id was used for another body.", ("list", known.Id));

    // Keys may be student numbers: what is kept of them tells nobody without the vault which.
    private string Print(string text) => Convert.ToHexStringLower(home.Vault.Fingerprint(Purpose, Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    private sealed record Choice(DraftContent Content, IReadOnlyList<KeptItem> Kept, IReadOnlyList<(int Index, string List)> Already);
}
