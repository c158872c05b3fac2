using Mortanba.Foundation;

namespace Mortanba.Issuance;

/// <summary>Who prepared an act and who decided it: two people, always (requirement X-13).</summary>
/// <remarks>An algorithm prepares at most; <see cref="ApprovedBy"/> is a person with an office (requirement X-15).</remarks>
public sealed record TwoPersons
{
    private TwoPersons(string preparedBy, string approvedBy, string approvedAs, DateTimeOffset at, string reason)
    {
        PreparedBy = preparedBy;
        ApprovedBy = approvedBy;
        ApprovedAs = approvedAs;
        At = at;
        Reason = reason;
    }

    /// <summary>Staff id of the registrar; an id, not a name.</summary>
    public string PreparedBy { get; }

    /// <summary>Staff id of the rector, dean or director.</summary>
    public string ApprovedBy { get; }

    /// <summary>The office in which the approver decides, for example <c>rector</c>.</summary>
    public string ApprovedAs { get; }

    public DateTimeOffset At { get; }

    /// <summary>Why: the approver's words or the number of the order; no personal data of a graduate.</summary>
    public string Reason { get; }

    /// <summary>The only way to make one; refuses the same person twice, however the id is spelt, and blanks.</summary>
    public static Outcome<TwoPersons> Of(
        string preparedBy, string approvedBy, string approvedAs, DateTimeOffset at, string reason)
    {
        var preparer = Normal(preparedBy);
        var approver = Normal(approvedBy);
        if (preparer.Length == 0 || approver.Length == 0 || string.IsNullOrWhiteSpace(approvedAs)
            || string.IsNullOrWhiteSpace(reason))
        {
            return new Problem(
                "issuance/decision-incomplete",
                "A decision names its preparer, its approver, the approver's office and the reason.");
        }

        return preparer == approver
            ? new Problem(
                "issuance/same-person", "The person who prepared the diplomas may not also approve them.")
            : new TwoPersons(preparedBy.Trim(), approvedBy.Trim(), approvedAs.Trim(), at, reason.Trim());
    }

    // Compatibility composition too: a full-width letter must not make a second person.
    private static string Normal(string id) => id.Trim().Normalize(System.Text.NormalizationForm.FormKC).ToUpperInvariant();
}
