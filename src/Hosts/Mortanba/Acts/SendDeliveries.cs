using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Beats;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Permits;

namespace Mortanba.Host.Acts;

/// <summary>
/// Claim links by e-mail: to one, to chosen ones, or to all of a filter. One message a graduate, in the language of instruction
/// with the other two below; the code is never in it.
/// </summary>
/// <remarks>
/// A large order is carried out chunk by chunk: links, messages, states and trail of a chunk and how far the order is stand
/// together or not at all, so that a restart goes on and nobody gets two.
/// </remarks>
public sealed class SendDeliveries(Installation home, MailQueue mail, Texts texts)
{
    public const string MailSubject = "delivery";

    private const int ChunkSize = 50;
    private const int TermDaysDefault = 90;

    /// <summary>How long a link is good for.</summary>
    public static TimeSpan TermOf(Settings settings) => TimeSpan.FromDays(settings.ClaimLinkDays ?? TermDaysDefault);

    /// <summary>How many messages of an institution were refused and are tried again, and when the next is.</summary>
    public static async Task<(int Count, DateTimeOffset? NextAt)> RetryingAsync(
        Storage.ReadFrom from, Bin institution, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            """
            SELECT COUNT(*), MIN(q.due_at) FROM mail_queue q JOIN deliveries d ON d.mail = q.id
            WHERE d.institution = @bin AND q.state = 'waiting' AND q.attempts > 0
            """,
            r => (r.GetInt32(0), r.IsDBNull(1) ? (DateTimeOffset?)null : LedgerEntry.TimeOf(r.GetString(1))),
            cancel, ("bin", institution.Value))).Single();

    /// <summary>An order for all of a filter; carried out in the background.</summary>
    public Task<Outcome<DeliveryRun>> StartAsync(
        Actor by, Bin institution, DeliveryFilter filter, CancellationToken cancel = default) =>
        home.Database.WriteAsync(
            async t =>
            {
                var at = home.Time.GetUtcNow();
                var started = await DeliveryRuns.StartAsync(t, institution, filter, by.Id, at, cancel);
                if (started.TryGet(out var run, out _))
                {
                    await AuditTrail.AppendAsync(
                        t, at,
                        new TrailEvent(
                            TrailAct.Change, "delivery/run-started", by, new TrailSubject("delivery-run", run.Id),
                            by.RoleFor(Right.Deliver, institution), institution, Facts: [("count", $"{run.Total}")]),
                        cancel);
                }

                return started;
            },
            cancel);

    /// <summary>To these at once; those without an address, or claimed already, are left out. Gives how many were sent.</summary>
    public async Task<Outcome<int>> ToAsync(
        Actor by, Bin institution, IReadOnlyList<AssetId> assets, CancellationToken cancel = default)
    {
        var at = home.Time.GetUtcNow();
        List<Outgoing> outgoing;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            outgoing = await ComposeAsync(
                connection, institution, await DeliveryTable.OfAssetsAsync(connection, institution, assets, cancel), at, cancel);
        }

        return outgoing.Count == 0
            ? await UnblockedData.AreAllAsync(home, assets, cancel) ? BlockData.Blocked : new Problem("delivery/nothing-to-send", "Nobody is left to whom something could be sent.")
            : await home.Database.WriteAsync(
                async t =>
                {
                    var sent = await StoreAsync(t, outgoing, at, cancel);
                    await RecordAsync(t, by, by.RoleFor(Right.Deliver, institution), institution, sent, at, cancel);
                    return Outcome<int>.From(sent.Count);
                },
                cancel);
    }

    /// <summary>A diploma was replaced: what was sent and not claimed is the replacement's from now on, with its messages.</summary>
    internal static async Task FollowAsync(
        Installation home, DbTransaction transaction, AssetId old, AssetId replacement, DateTimeOffset at, CancellationToken cancel)
    {
        if (await home.Deliveries.FollowAsync(transaction, old, replacement, at, cancel))
        {
            await MailQueue.FollowAsync(transaction, MailSubject, old.ToString(), replacement.ToString(), cancel);
        }
    }

    /// <summary>One chunk of each order under way; true when something was left to do.</summary>
    public async Task<bool> RunDueAsync(CancellationToken cancel = default)
    {
        IReadOnlyList<DeliveryRun> running;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            running = await DeliveryRuns.RunningAsync(connection, cancel);
        }

        foreach (var run in running)
        {
            await ChunkAsync(run, cancel);
        }

        return running.Count > 0;
    }

    private async Task ChunkAsync(DeliveryRun run, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        IReadOnlyList<DeliveryLine> lines;
        List<Outgoing> outgoing;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            lines = await DeliveryTable.AfterAsync(connection, run.Institution, run.Filter, run.AfterId, ChunkSize, cancel);
            outgoing = await ComposeAsync(connection, run.Institution, lines, at, cancel);
        }

        CrashPoint.Reach("before-delivery-chunk");
        var by = new Actor(ActorKind.Person, run.StartedBy, "", []);
        await home.Database.WriteAsync(
            async t =>
            {
                // First: whoever carries out the same chunk in another process waits here, and then finds it done.
                if (!await DeliveryRuns.AdvanceAsync(t, run, outgoing.Count, lines.Count < ChunkSize ? null : lines[^1].CredentialId, at, cancel))
                {
                    return;
                }

                var sent = await StoreAsync(t, outgoing, at, cancel);
                await RecordAsync(t, by, Role.Registrar, run.Institution, sent, at, cancel);
                CrashPoint.Reach("in-delivery-chunk");
            },
            cancel);
        CrashPoint.Reach("after-delivery-chunk");
    }

    private static Task RecordAsync(
        DbTransaction transaction, Actor by, Role? role, Bin institution, IReadOnlyList<AssetId> sent, DateTimeOffset at,
        CancellationToken cancel) =>
        AuditTrail.AppendAsync(
            transaction, at,
            [.. sent.Select(asset => new TrailEvent(
                TrailAct.Change, "delivery/sent", by, new TrailSubject("diploma", asset.ToString()), role, institution))],
            cancel);

    /// <summary>Messages before the transaction: protecting them may have to store a key.</summary>
    private async Task<List<Outgoing>> ComposeAsync(
        DbConnection connection, Bin institution, IReadOnlyList<DeliveryLine> lines, DateTimeOffset at, CancellationToken cancel)
    {
        var open = lines.Where(l => l is { Row.HasContact: true, DiplomaState: Issuance.DiplomaState.Active } && l.State != DeliveryState.Claimed)
            .Select(l => l.Asset).ToList();
        var blocked = await DataBlocks.AmongAsync(connection, open, cancel);
        open.RemoveAll(blocked.Contains);
        var name = (await PermitRegister.FindOrganisationAsync(connection, institution, cancel))?.Name
            ?? LocalizedText.Same(institution.Value);
        var recipients = new Dictionary<AssetId, Recipient>();
        foreach (var part in open.Chunk(ChunkSize))
        {
            foreach (var (asset, recipient) in await home.Deliveries.RecipientsAsync(connection, part, cancel))
            {
                recipients[asset] = recipient;
            }
        }

        var outgoing = new List<Outgoing>();
        foreach (var asset in open)
        {
            if (recipients.GetValueOrDefault(asset) is not { Email: { } email } recipient)
            {
                continue;
            }

            var token = ClaimToken.New();
            var until = at + TermOf(home.Settings);
            outgoing.Add(new Outgoing(asset, email, token, mail.Protect(email, Title(recipient.Language, name), Body(recipient.Language, name, token, until))));
        }

        return outgoing;
    }

    private async Task<IReadOnlyList<AssetId>> StoreAsync(
        DbTransaction transaction, IReadOnlyList<Outgoing> outgoing, DateTimeOffset at, CancellationToken cancel)
    {
        var sent = new List<AssetId>();
        foreach (var (asset, email, token, message) in outgoing)
        {
            // Claimed, erased, out of force, blocked or given another address since the message was written: it is not sent.
            if (await NotErased.RefusalAsync(home, transaction, asset, cancel) is not null
                || await home.Credentials.FindAsync(transaction, asset, cancel) is not { State: Issuance.DiplomaState.Active }
                || await DataBlocks.FindAsync(transaction, asset, cancel) is not null
                || await Deliveries.FindAsync(transaction, asset, cancel) is not { HasContact: true, State: not DeliveryState.Claimed }
                || (await home.Deliveries.RecipientAsync(transaction, asset, cancel))?.Email != email)
            {
                continue;
            }

            await Deliveries.AddLinkAsync(transaction, asset, token, LinkChannel.Mail, at, TermOf(home.Settings), cancel);
            var id = await mail.AddAsync(transaction, MailSubject, asset.ToString(), message, cancel);
            await Deliveries.SentAsync(transaction, asset, id, at, cancel);
            sent.Add(asset);
        }

        return sent;
    }

    private string Title(Language language, LocalizedText institution) =>
        texts.Get(language, "delivery/mail.title", ("institution", institution));

    private string Body(Language first, LocalizedText institution, string token, DateTimeOffset until) => string.Join(
        "\n\n— — —\n\n",
        Languages.All.OrderBy(l => l == first ? -1 : (int)l).Select(l => texts.Get(
            l, l == first ? "delivery/mail.body" : "delivery/mail.short",
            ("institution", institution.In(l)), ("link", $"{home.Settings.Site}/{l.Tag()}/claim/{token}"), ("until", Words.Date(l, until)),
            ("host", new Uri(home.Settings.Site).Authority))));

    private sealed record Outgoing(AssetId Asset, string Email, string Token, ProtectedMessage Message);
}

/// <summary>Carries out large orders while the site runs.</summary>
internal sealed class DeliverySender(SendDeliveries sending, TimeProvider time, ILogger<DeliverySender> log)
    : BeatingService(TimeSpan.FromSeconds(1), time, log)
{
    protected override async Task BeatAsync(CancellationToken cancel)
    {
        while (await sending.RunDueAsync(cancel))
        {
            // The next chunk at once.
        }
    }
}
