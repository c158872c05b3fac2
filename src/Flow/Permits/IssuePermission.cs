using Mortanba.Foundation;

namespace Mortanba.Permits;

/// <summary>What the seven-point gate gives when it lets an issue pass; the only way to get one is through the
/// gate.</summary>
/// <param name="Permit">Number of the operator's permit, granted on the event date.</param>
/// <param name="Decision">Id of the published decision on issue.</param>
/// <param name="LegalClass">Value of the rule <c>legal-class</c> on that date, with its doubt (requirement
/// DA-30).</param>
/// <param name="GateRule">Pack id, version and hash the gate was decided under:
/// <c>kz.digital-assets@2026.1#sha-256:…</c>.</param>
/// <param name="HashAlgorithm">Value of the rule <c>record-hash</c>: an algorithm of <see cref="Commitment"/>.</param>
/// <param name="At">The event time everything above was resolved for.</param>
public sealed record IssuePermission(
    Organisation Initiator,
    Organisation Operator,
    string Permit,
    string Decision,
    string LegalClass,
    string GateRule,
    string HashAlgorithm,
    DateTimeOffset At);
