using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Mail;
using Mortanba.Host.Webhooks;

namespace Mortanba.Host.Acts;

/// <summary>A message with a claim link came back: noted by the mail queue, or by hand when the answer came later.</summary>
internal static class NoteBounce
{
    public const string Refused = "refused";
    public const string GaveUp = "gave-up";
    public const string ByHand = "by-hand";

    private static readonly Actor Mailer = new(ActorKind.Service, "mail", "", []);

    /// <summary>In the transaction that notes the refusal. A message that a later one took the place of changes nothing.</summary>
    public static async Task ByMailAsync(DbTransaction transaction, BouncedMessage bounced, DateTimeOffset at, CancellationToken cancel)
    {
        if (bounced.SubjectKind == SendDeliveries.MailSubject
            && await Deliveries.FindByMailAsync(transaction, bounced.Id, cancel) is { } row)
        {
            await NoteAsync(transaction, row, bounced.IsUnknown ? Refused : GaveUp, Mailer, null, at, cancel);
        }
    }

    /// <summary>By a person who holds the returned letter or message in hand.</summary>
    public static async Task<Outcome<AssetId>> ByHandAsync(
        DbTransaction transaction, Actor by, Bin institution, AssetId asset, DateTimeOffset at, CancellationToken cancel)
    {
        if (await Deliveries.FindAsync(transaction, asset, cancel) is not { } row || row.Institution != institution)
        {
            return new Problem("delivery/unknown", "There is no such delivery here.");
        }

        if (row.State is DeliveryState.Prepared or DeliveryState.Claimed)
        {
            return new Problem("delivery/nothing-sent", "Nothing is under way that could have come back.");
        }

        if (row.State != DeliveryState.Bounced)
        {
            await NoteAsync(transaction, row, ByHand, by, by.RoleFor(Right.Deliver, institution), at, cancel);
        }

        return asset;
    }

    private static async Task NoteAsync(
        DbTransaction transaction, DeliveryRow row, string reason, Actor by, Role? role, DateTimeOffset at, CancellationToken cancel)
    {
        await Deliveries.BouncedAsync(transaction, row.Asset, reason, at, cancel);
        await WebhookQueue.AddAsync(
            transaction, at, row.Institution, WebhookQueue.DeliveryBounced, row.Asset.ToString(), [("reason", reason)], cancel);
        await AuditTrail.AppendAsync(
            transaction, at,
            new TrailEvent(
                TrailAct.Change, "delivery/bounced", by, new TrailSubject("diploma", row.Asset.ToString()), role, row.Institution,
                Facts: [("reason", reason)]),
            cancel);
    }
}
