using System.Globalization;
using System.Text.Json.Nodes;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>
/// What the public register says of one event, and the ledger entry that commits to it: nobody can rewrite afterwards that, when and for
/// what a system was allowed (docs/formats/ai-system.md).
/// </summary>
/// <param name="Number">Place of the event in the system's stream, from 1.</param>
/// <param name="Kind">Stable word, as the events have it: <c>approved</c>.</param>
/// <param name="Json">What is hashed, in canonical form (RFC 8785). No account and no person stands in it.</param>
public sealed record PublicEvent(string System, int Number, string Kind, DateTimeOffset At, JsonObject Json)
{
    /// <summary><c>sha-256:</c> and the hash of the canonical bytes.</summary>
    public Commitment Hash => Commitment.OfSigned(Jcs.Canonicalize(Json), Commitment.Sha256);

    /// <summary><c>ai.system</c>: which event of which system, and its hash.</summary>
    public LedgerEntry ToEntry() => LedgerEntry.Create(
        LedgerEntryTypes.AiSystem, At, ("system", System), ("number", Number), ("event", Kind), ("public", Hash.ToString()));

    /// <summary>Those of a whole stream, in its order.</summary>
    public static IEnumerable<PublicEvent> All(string system, IEnumerable<AiSystemEvent> events) =>
        events.Select((happened, i) => Of(system, i + 1, happened)).OfType<PublicEvent>();

    /// <summary>Null for an event of which the public page shows the outcome only: what was described, assessed or answered.</summary>
    public static PublicEvent? Of(string system, int number, AiSystemEvent happened)
    {
        if (Facts(happened) is not var (kind, facts))
        {
            return null;
        }

        var json = new JsonObject
        {
            ["system"] = system,
            ["number"] = number,
            ["event"] = kind,
            ["at"] = LedgerEntry.Time(happened.At),
        };
        foreach (var (name, value) in facts)
        {
            // A blank has no member: absent and null would be two forms of one fact.
            if (value is not null)
            {
                json.Add(name, value);
            }
        }

        return new PublicEvent(system, number, kind, happened.At, json);
    }

    private static (string Kind, (string Name, JsonNode? Value)[] Facts)? Facts(AiSystemEvent happened) => happened switch
    {
        SystemProposed e => ("proposed", [("name", e.Description.Name)]),
        SystemClassified e => ("classified",
        [
            ("risk", EventWords.Of(e.Classification.Risk)), ("autonomy", EventWords.Of(e.Classification.Autonomy)),
            ("mode", EventWords.Of(e.Classification.Mode)), ("cancelTested", Day(e.Classification.CancelTested)),
            ("functions", Answers(e.Classification)), ("forbidden", Words(e.Forbidden)), ("highImpact", e.HighImpact), ("rule", e.Rule),
        ]),
        EthicsReviewed e => ("ethics-reviewed", [("outcome", EventWords.Of(e.Outcome)), ("reason", e.Reason)]),
        SystemApproved e => ("approved",
        [
            ("purposes", Words(e.Allowed.Purposes.Select(EventWords.Of))), ("agesFrom", e.Allowed.AgeFrom), ("agesTo", e.Allowed.AgeTo),
            ("until", Day(e.Allowed.Until)), ("pilot", e.Allowed.IsPilot),
            // Absent where there is none: what was committed before schools were named hashes as it did.
            ("schools", e.Allowed.Schools.Count == 0 ? null : Words(e.Allowed.Schools.Select(s => s.Value))), ("reason", e.Reason), ("reviewBy", Day(e.ReviewBy)), ("rule", e.Rule),
        ]),
        SystemRejected e => ("rejected", [("reason", e.Reason)]),
        SystemReviewed e => ("reviewed", [("finding", e.Finding), ("nextBy", Day(e.NextBy)), ("rule", e.Rule)]),
        SystemSuspended e => ("suspended", [("cause", EventWords.Of(e.Cause)), ("reason", e.Reason)]),
        SystemReinstated e => ("reinstated", [("reason", e.Reason)]),
        SystemEnded e => ("ended", [("reason", e.Reason), ("deletionCertificate", e.DeletionCertificate)]),
        _ => null,
    };

    private static JsonObject Answers(Classification found)
    {
        var answers = new JsonObject();
        foreach (var (function, answer) in found.Functions)
        {
            answers.Add(function, EventWords.Of(answer));
        }

        return answers;
    }

    private static JsonArray Words(IEnumerable<string> words) => new([.. words.Select(w => (JsonNode)w)]);

    private static JsonNode? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>A public event with its place in the ledger.</summary>
/// <param name="LedgerIndex">Null when none was noted for it, which an audit finds.</param>
/// <param name="Hash">As it was committed; whoever hashes the event as it is published and gets another one sees that it was changed.</param>
public sealed record LedgeredEvent(PublicEvent Event, long? LedgerIndex, string? Hash);
