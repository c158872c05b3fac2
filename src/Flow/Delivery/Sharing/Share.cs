using Mortanba.Foundation;

namespace Mortanba.Delivery;

/// <summary>What a holder wrote about a share, and what it shows. Personal data; sealed at rest.</summary>
/// <param name="Recipient">For whom, in the holder's words.</param>
/// <param name="Purpose">Code of a purpose (<c>job</c>, <c>study</c>, <c>recognition</c>, <c>other</c>).</param>
/// <param name="Reference">A reference of the recipient, or further words on the purpose; may be empty.</param>
/// <param name="Language">In which language the page opens.</param>
/// <param name="Fields">Claim names that are shown.</param>
/// <param name="Courses">Places of the courses that are shown, from 0.</param>
/// <param name="NotShown">How many fields and courses are not shown.</param>
/// <param name="Abroad">The holder consents that it is opened abroad (PD article 16, requirement X-11).</param>
/// <param name="Presentation">The SD-JWT with exactly these disclosures, compact.</param>
public sealed record ShareWords(
    string Recipient,
    string Purpose,
    string Reference,
    Language Language,
    IReadOnlyList<string> Fields,
    IReadOnlyList<int> Courses,
    int NotShown,
    bool Abroad,
    string Presentation);

/// <summary>A new share, ready to be stored.</summary>
/// <param name="Id">Made by the form, so that a form sent twice makes one share.</param>
public sealed record NewShare(
    string Id, string Account, AssetId Credential, DateTimeOffset At, DateTimeOffset ExpiresAt, bool MayDownload, bool HasPin, ShareWords Words);

/// <summary>A share as it stands.</summary>
/// <param name="Failures">Wrong codes since the last right one.</param>
/// <param name="OpenedCount">How often its content was shown.</param>
public sealed record Share(
    string Id,
    string Account,
    AssetId Credential,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? RevokedAt,
    bool MayDownload,
    bool HasPin,
    int Failures,
    int OpenedCount,
    DateTimeOffset? LastOpenedAt,
    ShareWords Words)
{
    /// <summary>So many wrong codes, and nobody gets in until the holder gives out a new one.</summary>
    public const int FailuresMax = 5;

    public bool IsLocked => Failures >= FailuresMax;

    public bool IsActiveAt(DateTimeOffset at) => RevokedAt is null && at < ExpiresAt;
}

/// <summary>One line of a share's log: no address, no device, no country.</summary>
/// <param name="Number">From 1.</param>
/// <param name="What"><c>opened</c>, <c>downloaded</c>, <c>pin-refused</c>.</param>
public sealed record ShareOpening(int Number, DateTimeOffset At, string What);
