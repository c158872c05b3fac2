using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>A decision with legal effect, taken by a person (requirement X-15): an algorithm may only propose
/// one.</summary>
/// <remarks>Kept in the stage's own tables; the name of the person never reaches the ledger.</remarks>
public sealed record HumanDecision
{
    private HumanDecision(
        string decidedBy,
        string role,
        DateTimeOffset at,
        IReadOnlyList<string> evidence,
        string reason,
        RuleReference rule,
        DateOnly? appealableUntil)
    {
        (DecidedBy, Role, At, Evidence) = (decidedBy, role, at, evidence);
        (Reason, Rule, AppealableUntil) = (reason, rule, appealableUntil);
    }

    /// <summary>The person's name or account, as it will be shown to those affected.</summary>
    public string DecidedBy { get; }

    /// <summary>In which capacity: rector, regulator's officer, evaluator.</summary>
    public string Role { get; }

    public DateTimeOffset At { get; }

    /// <summary>References to what was looked at: document numbers, hashes, addresses. At least one.</summary>
    public IReadOnlyList<string> Evidence { get; }

    /// <summary>In words, for the person affected.</summary>
    public string Reason { get; }

    /// <summary>The rule and version it was taken under.</summary>
    public RuleReference Rule { get; }

    /// <summary>Last day of appeal; null when no rule gives one.</summary>
    public DateOnly? AppealableUntil { get; }

    /// <summary>Refuses a decision without a person, a role, evidence or a reason.</summary>
    public static Outcome<HumanDecision> Make(
        string decidedBy,
        string role,
        DateTimeOffset at,
        IReadOnlyList<string> evidence,
        string reason,
        RuleReference rule,
        DateOnly? appealableUntil = null)
    {
        string? missing = null;
        if (string.IsNullOrWhiteSpace(decidedBy))
        {
            missing = "person";
        }
        else if (string.IsNullOrWhiteSpace(role))
        {
            missing = "role";
        }
        else if (string.IsNullOrWhiteSpace(reason))
        {
            missing = "reason";
        }
        else if (evidence.Count == 0 || evidence.Any(string.IsNullOrWhiteSpace))
        {
            missing = "evidence";
        }

        return missing is null
            ? new HumanDecision(decidedBy.Trim(), role.Trim(), at, [.. evidence], reason.Trim(), rule, appealableUntil)
            : new Problem(
                "rules/decision-incomplete", $"The decision names no {missing}.", ("missing", missing));
    }
}
