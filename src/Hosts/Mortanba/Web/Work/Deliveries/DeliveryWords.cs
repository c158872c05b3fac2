using Mortanba.Delivery;
using Mortanba.Issuance;

namespace Mortanba.Host.Web;

/// <summary>How a delivery is shown: its badge, what happened last, an address in part.</summary>
internal static class DeliveryWords
{
    public static (string Look, string Mark) Badge(DeliveryState state) => state switch
    {
        DeliveryState.Claimed => ("ok", "ok"),
        DeliveryState.Bounced => ("bad", "bad"),
        DeliveryState.Opened => ("teal", "link"),
        DeliveryState.Sent => ("", "mail"),
        DeliveryState.Prepared => ("plain", "na"),
    };

    /// <summary><c>a•••••a@post.example</c>; a telephone keeps its last four digits.</summary>
    public static string? Masked(Recipient? recipient)
    {
        if (recipient?.Email is { } email && email.IndexOf('@', StringComparison.Ordinal) is var at and > 0)
        {
            return $"{email[0]}•••••{(at > 1 ? email[at - 1] : "")}{email[at..]}";
        }

        return recipient?.Phone is { Length: > 4 } phone ? $"•••• {phone[^4..]}" : null;
    }

    /// <summary>Day and time in figures, for tables of a hundred rows.</summary>
    public static string Short(DateTimeOffset at) => Words.InFigures(at);

    public static DateTimeOffset? When(DeliveryLine line) => line.State switch
    {
        DeliveryState.Claimed => line.Row?.ClaimedAt ?? line.TransferredAt,
        DeliveryState.Bounced => line.Row?.BouncedAt,
        DeliveryState.Opened => line.Row?.OpenedAt,
        DeliveryState.Sent => line.Row?.SentAt,
        DeliveryState.Prepared => line.Row?.LetterAt ?? line.Row?.CodeAt,
    };

    public static string What(PageContext page, DeliveryLine line)
    {
        var parts = new List<string>();
        if (line.DiplomaState == DiplomaState.Suspended)
        {
            parts.Add(page.T("delivery/what.suspended"));
        }

        if (line.Row is { State: not DeliveryState.Claimed } row)
        {
            if (row.IsLocked)
            {
                parts.Add(page.T("delivery/what.locked", ("max", ClaimCode.AttemptsMax)));
            }

            if (row.Bounce is { } bounce && line.State == DeliveryState.Bounced)
            {
                parts.Add(page.T("delivery/what.bounce." + bounce));
            }

            if (row.SentCount > 0)
            {
                parts.Add(page.T("delivery/what.sent", ("n", row.SentCount)));
            }

            if (row.LetterAt is not null)
            {
                parts.Add(page.T("delivery/what.letter"));
            }

            if (row.CodeAt is not null && !row.IsLocked)
            {
                parts.Add(page.T("delivery/what.code"));
            }
        }

        return parts.Count > 0 ? string.Join(", ", parts) : line.State == DeliveryState.Prepared ? page.T("delivery/what.nothing") : "";
    }
}
