namespace Mortanba.Verification;

/// <summary>The checks, in the order in which they are shown. Each looks at the whole case; none depends on another.</summary>
internal static class CheckTable
{
    public static IReadOnlyList<Check> Run(VerificationCase @case) =>
    [
        FormChecks.Form(@case),                          // it is something we know
        FormChecks.Integrity(@case),                     // byte for byte what the ledger registered
        IssuerChecks.Signature(@case),                   // the institution's key signed it
        IssuerChecks.Entitled(@case),                    // registered, and the operator had a permit that day
        IssuerChecks.KeyValid(@case),                    // the key was the institution's, then
        IssuerChecks.Decision(@case),                    // a published, open decision on issue (DA-20)
        LedgerChecks.Inclusion(@case),                   // its entry is proved into the tree
        LedgerChecks.Checkpoint(@case),                  // the trusted log signed the tree, witnesses agree
        AnchorChecks.Anchor(@case),                      // the log and what it says of a chain agree
        StateChecks.Status(@case),                       // not suspended, annulled, erased
        StateChecks.NotSuperseded(@case),                // not replaced
        FormChecks.Disclosure(@case),                    // a shared part holds nothing foreign
        LedgerChecks.Freshness(@case),                   // how old the answer is
    ];
}
