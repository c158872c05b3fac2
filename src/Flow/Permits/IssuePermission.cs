using System.Text.Json.Serialization;
using Mortanba.Foundation;

namespace Mortanba.Permits;

/// <summary>
/// What the seven-point gate gives when it lets an issue pass; nothing outside this stage can make or alter one. A
/// stored record gives back the one it was issued under.
/// </summary>
[JsonConverter(typeof(IssuePermissionJson))]
public sealed record IssuePermission
{
    internal IssuePermission(
        Organisation initiator,
        Organisation @operator,
        string permit,
        string decision,
        string legalClass,
        string gateRule,
        string hashAlgorithm,
        DateTimeOffset at)
    {
        (Initiator, Operator, Permit, Decision) = (initiator, @operator, permit, decision);
        (LegalClass, GateRule, HashAlgorithm, At) = (legalClass, gateRule, hashAlgorithm, at);
    }

    public Organisation Initiator { get; }

    public Organisation Operator { get; }

    /// <summary>Number of the operator's permit, granted on the event date.</summary>
    public string Permit { get; }

    /// <summary>Id of the published decision on issue.</summary>
    public string Decision { get; }

    /// <summary>Value of the rule <c>legal-class</c> on that date, with its doubt (requirement DA-30).</summary>
    public string LegalClass { get; }

    /// <summary>Pack id, version and hash the gate was decided under: <c>kz.digital-assets@2026.1#sha-256:…</c>.</summary>
    public string GateRule { get; }

    /// <summary>Value of the rule <c>record-hash</c>: an algorithm of <see cref="Commitment"/>.</summary>
    public string HashAlgorithm { get; }

    /// <summary>The event time everything above was resolved for.</summary>
    public DateTimeOffset At { get; }
}
