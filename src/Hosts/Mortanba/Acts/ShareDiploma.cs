using System.Globalization;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>What the holder chose in the share builder; untrusted.</summary>
/// <param name="Id">Made with the form: the same form sent twice makes one share.</param>
/// <param name="Days">For how many days from now; null when <paramref name="Until"/> says it.</param>
/// <param name="Until">Last day, civil date.</param>
/// <param name="EvenSo">Another active share to the same recipient does not matter.</param>
public sealed record ShareOrder(
    string Id,
    string Recipient,
    string Purpose,
    string Reference,
    IReadOnlySet<string> Fields,
    IReadOnlySet<int> Courses,
    Language Language,
    int? Days,
    DateOnly? Until,
    bool AsksPin,
    bool MayDownload,
    bool Abroad,
    bool EvenSo);

/// <summary>What a holder shares: a diploma, or a certificate of competence.</summary>
/// <param name="SdJwt">Whole, with every disclosure.</param>
/// <param name="Controller">Who processes it, with the BIN, in the language of the share.</param>
/// <param name="Subject">Name of the person, as the document gives it.</param>
/// <param name="Person">As the record of acts knows them; null where the document has no personal number.</param>
public sealed record Shareable(AssetId Asset, ReadOnlyMemory<byte> SdJwt, string Controller, string Subject, ReadOnlyMemory<byte>? Person);

/// <summary>
/// The holder's own act: a presentation of exactly the chosen fields is made and stored behind a link, and the consent it rests
/// on is recorded with its eight elements (requirements DA-17, X-7, X-11).
/// </summary>
public sealed class ShareDiploma(Installation home)
{
    public const int RecipientLengthMax = 120;
    public const int ReferenceLengthMax = 200;

    private readonly Shares shares = new(home.Vault);

    public static IReadOnlyList<string> Purposes { get; } = ["job", "study", "recognition", "other"];

    /// <summary>Gives the id of the share; for a form sent twice, of the one it made. A refusal names its field.</summary>
    public Task<Outcome<string>> RunAsync(Actor holder, StoredDiploma diploma, ShareOrder order, CancellationToken cancel)
    {
        var controller = diploma.Record.Operator;
        return RunAsync(
            holder,
            new Shareable(
                diploma.Summary.Asset, diploma.Forms.SdJwt, $"{controller.Name.In(order.Language)}, {controller.Bin}",
                diploma.Record.Content.Name.In(order.Language), Persons.Fingerprint(home.Vault, diploma.Record.Content.Iin)),
            order, cancel);
    }

    /// <summary>The same of whatever has a credential of the ledger.</summary>
    public async Task<Outcome<string>> RunAsync(Actor holder, Shareable thing, ShareOrder order, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        if (!Check(order).TryGet(out var words, out var problem) || !UntilOf(order, at).TryGet(out var until, out problem))
        {
            return problem;
        }

        var (names, courseCount) = ShownFields.Of(thing.SdJwt);
        var fields = names.Where(order.Fields.Contains).ToList();
        var courses = order.Courses.Where(c => c >= 0 && c < courseCount).Order().ToList();
        if (fields.Count + courses.Count == 0)
        {
            return new Problem("me/nothing-chosen", "Nothing is chosen to be shown.");
        }

        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if (await shares.FindAsync(connection, holder.Id, order.Id, cancel) is { } known)
            {
                return known.Id;
            }

            if (await DataBlocks.FindAsync(connection, thing.Asset, cancel) is not null)
            {
                return BlockData.Blocked;
            }

            if (!order.EvenSo && await shares.ActiveToAsync(connection, holder.Id, words.Recipient, at, cancel) is { } active)
            {
                return new ShareExists(active);
            }
        }

        var shown = new ShareWords(
            words.Recipient, order.Purpose, words.Reference, order.Language, fields, courses, names.Count - fields.Count + courseCount - courses.Count,
            order.Abroad, ShownFields.Present(thing.SdJwt, fields.ToHashSet(StringComparer.Ordinal), courses.ToHashSet()));
        var share = new NewShare(order.Id, holder.Id, thing.Asset, at, until, order.MayDownload, order.AsksPin, shown);
        var consent = ConsentTo(thing, share);
        CrashPoint.Reach("before-share");
        var refused = await home.Database.WriteAsync(
            async t =>
            {
                if (await NotErased.RefusalAsync(home, t, share.Credential, cancel) is { } erased)
                {
                    return erased;
                }

                if (await DataBlocks.HoldAsync(t, share.Credential, cancel) is not null)
                {
                    return BlockData.Blocked;
                }

                if (await shares.AddAsync(t, share, cancel))
                {
                    await new Consents(home.Vault).AddAsync(t, consent, cancel);
                    await AuditTrail.AppendAsync(t, at, Event(holder, thing, share), cancel);
                }

                return null;
            },
            cancel);
        CrashPoint.Reach("after-share");
        return refused is null ? order.Id : refused;
    }

    /// <summary>End of the chosen day in Kazakhstan, or so many days from now; within the installation's limit.</summary>
    public Outcome<DateTimeOffset> UntilOf(ShareOrder order, DateTimeOffset at)
    {
        var until = order.Until is { } day
            ? new WorkingCalendar(home.Rules).TimeAt(at).Value.BeginningOf(day.AddDays(1))
            : at.AddDays(order.Days ?? home.Settings.ShareDays);
        return until > at && until <= at.AddDays(home.Settings.ShareDaysMax)
            ? until
            : new Problem(
                "me/bad-until", $"A share ends after now and within {home.Settings.ShareDaysMax} days.",
                ("max", home.Settings.ShareDaysMax.ToString(CultureInfo.InvariantCulture)));
    }

    private static Outcome<(string Recipient, string Reference)> Check(ShareOrder order)
    {
        if (!Guid.TryParseExact(order.Id, "N", out _) || !Purposes.Contains(order.Purpose))
        {
            return new Problem("me/bad-share", "This form is not one of ours.");
        }

        if (!HolderText.Of(order.Recipient, RecipientLengthMax).TryGet(out var recipient, out var problem))
        {
            return new Problem(problem.Code + "-recipient", problem.Detail, problem.Args);
        }

        if (!HolderText.Of(order.Reference, ReferenceLengthMax).TryGet(out var reference, out problem))
        {
            return new Problem(problem.Code + "-reference", problem.Detail, problem.Args);
        }

        return recipient.Length == 0
            ? new Problem("me/no-recipient", "Say for whom it is: you will recognise the share by it.")
            : (recipient, reference);
    }

    private static Consent ConsentTo(Shareable thing, NewShare share) => new(
        Guid.CreateVersion7(share.At).ToString("N"), share.Account, share.Credential, share.Id, share.At, share.ExpiresAt, null,
        new ConsentWords(
            thing.Controller, thing.Subject, share.ExpiresAt, share.Words.Recipient, share.Words.Abroad, PublicDistribution: false,
            share.Words.Courses.Count > 0 ? [.. share.Words.Fields, "courses"] : share.Words.Fields, share.Words.Purpose, "form"));

    private static TrailEvent Event(Actor holder, Shareable thing, NewShare share) => new(
        TrailAct.Transfer, "me/share-created", holder, new TrailSubject("share", share.Id), Person: thing.Person,
        Facts:
        [
            ("diploma", share.Credential.ToString()), ("fields", (share.Words.Fields.Count + share.Words.Courses.Count).ToString(CultureInfo.InvariantCulture)),
            ("purpose", share.Words.Purpose), ("abroad", share.Words.Abroad ? "yes" : "no"), ("until", LedgerEntry.Time(share.ExpiresAt)),
        ]);
}

/// <summary>The holder shares with this recipient already.</summary>
public sealed record ShareExists(Share Active)
    : Problem("me/share-exists", "There is an active share to this recipient already.");
