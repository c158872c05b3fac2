namespace Mortanba.Verification;

/// <summary>From thirteen checks to one of four answers. Nothing is inferred from what was not checked.</summary>
internal static class Verdicts
{
    private static readonly CheckName[] Genuineness =
    [
        CheckName.Integrity, CheckName.IssuerSignature, CheckName.IssuerEntitled, CheckName.KeyValid,
        CheckName.DecisionOnIssue, CheckName.LedgerInclusion, CheckName.Checkpoint, CheckName.Disclosure,
    ];

    // A diploma file that was made well reads well: one that says it is a diploma file and is none was changed.
    private const string BrokenFile = "documents/file-malformed";

    public static Verdict Of(IReadOnlyList<Check> checks)
    {
        var form = checks.Single(check => check.Name == CheckName.Form);
        if (form.State != CheckState.Passed)
        {
            return form.Reason == BrokenFile ? Verdict.NotGenuine : Verdict.CouldNotCheck;
        }

        // An anchor is not asked for, but one that contradicts the ledger cannot be passed over.
        if (checks.Any(check => (check.Name == CheckName.Anchor || Genuineness.Contains(check.Name)) && check.State == CheckState.Failed))
        {
            return Verdict.NotGenuine;
        }

        var ended = checks.Any(check =>
            check is { State: CheckState.Failed, Name: CheckName.Status or CheckName.NotSuperseded });
        if (ended)
        {
            return Is(CheckName.IssuerSignature, checks) && Is(CheckName.KeyValid, checks)
                ? Verdict.NotInForce
                : Verdict.CouldNotCheck;
        }

        return Genuineness.All(name => Is(name, checks)) && Is(CheckName.Status, checks) && Is(CheckName.NotSuperseded, checks)
            ? Verdict.InForce
            : Verdict.CouldNotCheck;
    }

    private static bool Is(CheckName name, IReadOnlyList<Check> checks) =>
        checks.Any(check => check.Name == name
            && (check.State == CheckState.Passed
                || (name is CheckName.Disclosure or CheckName.DecisionOnIssue && check.State == CheckState.NotApplicable)));
}
