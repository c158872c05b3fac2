using System.Data.Common;
using System.Net;
using System.Text;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Host.Webhooks;

/// <summary>An address of an institution's own program that is told what happened.</summary>
/// <param name="Events">Which types of <see cref="WebhookQueue.EventTypes"/>.</param>
public sealed record WebhookEndpoint(
    string Id, Bin Institution, string Url, IReadOnlyList<string> Events, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt);

/// <summary>Where an institution wants to be told: add an address, end it.</summary>
public static class WebhookEndpoints
{
    public const int CountMax = 10;
    private const int UrlLengthMax = 500;
    private const string Columns = "id, institution, url, events, created_at, ended_at";

    /// <summary>Gives the endpoint and its secret, which is shown this once.</summary>
    public static async Task<Outcome<(WebhookEndpoint Endpoint, string Secret)>> AddAsync(
        DbTransaction transaction, IKeyVault vault, Actor by, Bin institution, string url, IReadOnlyList<string> events,
        DateTimeOffset at, CancellationToken cancel = default)
    {
        if (!TryAddress(url, out var address))
        {
            return new Problem(
                "webhooks/address", "An address begins with https://; http:// is taken for this machine itself only, a name and password never.");
        }

        if (events.Count == 0 || events.Except(WebhookQueue.EventTypes).Any())
        {
            return new Problem("webhooks/events", "Choose at least one kind of event.");
        }

        // Two at once are counted one after the other: the limit and the same address hold.
        await Database.LockAsync(transaction, "webhooks", cancel);
        var there = (await OfInstitutionAsync(transaction, institution, cancel)).Where(e => e.EndedAt is null).ToList();
        if (there.Count >= CountMax)
        {
            return new Problem("webhooks/too-many", "End one of the addresses first.", ("max", $"{CountMax}"));
        }

        if (there.Any(e => e.Url == address))
        {
            return new Problem("webhooks/same-address", "This address is in use already.");
        }

        var endpoint = new WebhookEndpoint(Guid.CreateVersion7(at).ToString(), institution, address, [.. events.Distinct().Order()], at, null);
        await transaction.TouchAsync("webhook_endpoints", cancel, endpoint.Id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO webhook_endpoints (id, institution, url, events, created_by, created_at)
            VALUES (@id, @institution, @url, @events, @by, @at)
            """,
            cancel, ("id", endpoint.Id), ("institution", institution.Value), ("url", address),
            ("events", string.Join(' ', endpoint.Events)), ("by", by.Id), ("at", LedgerEntry.Time(at)));
        await AuditTrail.AppendAsync(
            transaction, at,
            new TrailEvent(
                TrailAct.Change, "webhooks/endpoint-added", by, new TrailSubject("webhook", endpoint.Id),
                by.RoleFor(Right.ManagePeople, institution), institution, Facts: [("events", string.Join(' ', endpoint.Events))]),
            cancel);
        return (endpoint, WebhookSignature.SecretText(WebhookSignature.SecretOf(vault, endpoint.Id)));
    }

    /// <summary>Ends an address: nothing more is sent there, and what still waits ends with it.</summary>
    public static async Task<Outcome<string>> EndAsync(
        DbTransaction transaction, Actor by, Bin institution, string id, DateTimeOffset at, CancellationToken cancel = default)
    {
        var open = await transaction.QueryAsync(
            "SELECT id FROM webhook_endpoints WHERE id = @id AND institution = @institution AND ended_at IS NULL",
            r => r.GetString(0), cancel, ("id", id), ("institution", institution.Value));
        if (open.Count == 0)
        {
            return new Problem("webhooks/no-endpoint", "There is no such address here, or it was ended before.");
        }

        await Database.LockAsync(transaction, "webhook-deliveries", cancel);
        await transaction.TouchAsync("webhook_endpoints", cancel, id);
        await transaction.ExecuteAsync(
            "UPDATE webhook_endpoints SET ended_by = @by, ended_at = @at WHERE id = @id",
            cancel, ("id", id), ("by", by.Id), ("at", LedgerEntry.Time(at)));
        foreach (var waiting in await transaction.QueryAsync(
            "SELECT id FROM webhook_deliveries WHERE endpoint = @id AND state = 'waiting' ORDER BY id", r => r.GetString(0), cancel, ("id", id)))
        {
            await transaction.TouchAsync("webhook_deliveries", cancel, waiting);
            await transaction.ExecuteAsync(
                "UPDATE webhook_deliveries SET state = 'failed', fault = 'ended' WHERE id = @id", cancel, ("id", waiting));
        }

        await AuditTrail.AppendAsync(
            transaction, at,
            new TrailEvent(
                TrailAct.Block, "webhooks/endpoint-ended", by, new TrailSubject("webhook", id),
                by.RoleFor(Right.ManagePeople, institution), institution),
            cancel);
        return id;
    }

    public static async Task<IReadOnlyList<WebhookEndpoint>> OfInstitutionAsync(
        ReadFrom from, Bin institution, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"SELECT {Columns} FROM webhook_endpoints WHERE institution = @institution ORDER BY created_at, id",
            Read, cancel, ("institution", institution.Value));

    /// <summary>https anywhere; http on this machine only, for a program beside the site. Normal form comes out.</summary>
    internal static bool TryAddress(string text, out string address)
    {
        address = "";
        if (text.Length > UrlLengthMax || !Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri)
            || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0 || uri.Host.Length == 0 || !Ascii.IsValid(uri.AbsoluteUri))
        {
            return false;
        }

        address = uri.AbsoluteUri;
        return uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && IsThisMachine(uri));
    }

    private static bool IsThisMachine(Uri uri) =>
        uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private static WebhookEndpoint Read(DbDataReader r) => new(
        r.GetString(0), Bin.Parse(r.GetString(1)), r.GetString(2), r.GetString(3).Split(' '), LedgerEntry.TimeOf(r.GetString(4)),
        r.GetStringOrNull(5) is { } ended ? LedgerEntry.TimeOf(ended) : null);
}
