using Mortanba.Foundation;

namespace Mortanba.Accounts;

/// <summary>The six kinds of act on personal data that the law wants recorded (requirement X-6).</summary>
public enum TrailAct
{
    Access,
    View,
    Change,
    Transfer,
    Block,
    Destroy,
}

/// <summary>What it was done to.</summary>
/// <param name="Kind">Stable word: <c>account</c>, <c>draft</c>, <c>batch</c>, <c>diploma</c>, <c>share</c>, <c>claim</c> …</param>
/// <param name="Id">The thing's own id; never a name, a number of a person, or an address.</param>
public sealed record TrailSubject(string Kind, string Id);

/// <summary>One act to be recorded, in the transaction that does it.</summary>
/// <param name="What">Stable code, <c>stage/kebab-words</c>; its text in the locale files is <c>trail/…</c>.</param>
/// <param name="Role">In which role; null where none is needed.</param>
/// <param name="Institution">Whose data; null for the platform's own and for a holder's own acts.</param>
/// <param name="Person">
/// Fingerprint of the one person concerned (<see cref="Persons"/>); null when many are, who then find it by the subject.
/// </param>
/// <param name="Facts">Counts, codes and dates that explain it; no personal data.</param>
public sealed record TrailEvent(
    TrailAct Act,
    string What,
    Actor Actor,
    TrailSubject Subject,
    Role? Role = null,
    Bin? Institution = null,
    ReadOnlyMemory<byte>? Person = null,
    params IReadOnlyList<(string Name, string Value)> Facts);

/// <summary>One recorded act as it stands in the chain.</summary>
/// <param name="Number">From 1, without a gap.</param>
public sealed record TrailRow(
    long Number,
    DateTimeOffset At,
    string Act,
    string What,
    string Actor,
    string ActorKind,
    string? Role,
    string? Institution,
    TrailSubject Subject,
    byte[]? Person,
    IReadOnlyDictionary<string, string> Facts);

/// <summary>What a reader of the record looks for; null means all.</summary>
/// <param name="Thing">Id of the thing or of who did it, whole.</param>
/// <param name="Until">The first moment that is too late.</param>
public sealed record TrailSearch(
    Bin? Institution = null, TrailAct? Act = null, string? Thing = null, DateTimeOffset? From = null, DateTimeOffset? Until = null);
