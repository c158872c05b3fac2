using Mortanba.Foundation;

namespace Mortanba.Delivery;

/// <summary>How far a diploma is on its way to its holder.</summary>
public enum DeliveryState
{
    /// <summary>Nothing was sent yet.</summary>
    Prepared,

    /// <summary>A message with a claim link was handed to the mail.</summary>
    Sent,

    /// <summary>It came back: a new address or a letter is needed.</summary>
    Bounced,

    /// <summary>A person opened the link, not a robot that looks at links in mail.</summary>
    Opened,

    /// <summary>The holder has it.</summary>
    Claimed,
}

public static class DeliveryStates
{
    /// <summary>Stable words of the database, the pages and the API.</summary>
    public static string Word(this DeliveryState state) => state switch
    {
        DeliveryState.Prepared => "prepared",
        DeliveryState.Sent => "sent",
        DeliveryState.Bounced => "bounced",
        DeliveryState.Opened => "opened",
        DeliveryState.Claimed => "claimed",
    };

    public static bool TryParse(string? word, out DeliveryState state)
    {
        foreach (var known in Enum.GetValues<DeliveryState>())
        {
            if (known.Word() == word)
            {
                state = known;
                return true;
            }
        }

        state = default;
        return false;
    }
}

/// <summary>One delivery without what is personal.</summary>
/// <param name="HasContact">A contact is stored; without one there are letters only.</param>
/// <param name="Mail">Id of the last message in the mail queue.</param>
/// <param name="Bounce">Stable word for why it came back: <c>refused</c>, <c>gave-up</c>, <c>by-hand</c>.</param>
/// <param name="CodeAt">When the code that is good now was made; null before the first.</param>
public sealed record DeliveryRow(
    AssetId Asset, Bin Institution, DeliveryState State, DateTimeOffset PreparedAt, bool HasContact, int SentCount,
    DateTimeOffset? SentAt, string? Mail, DateTimeOffset? LetterAt, DateTimeOffset? BouncedAt, string? Bounce,
    DateTimeOffset? OpenedAt, DateTimeOffset? ClaimedAt, DateTimeOffset? CodeAt, int CodeAttempts)
{
    public bool IsLocked => CodeAttempts >= ClaimCode.AttemptsMax;
}

/// <summary>How a link went out.</summary>
public enum LinkChannel
{
    Mail,
    Letter,
}

/// <summary>A link that was given out and is good now.</summary>
public sealed record OpenLink(AssetId Asset, LinkChannel Channel, DateTimeOffset ExpiresAt);
