namespace Mortanba.Verification;

/// <summary>
/// An anchor makes the log's past independent of its keys: whoever wanted to rewrite it would have to rewrite a chain. What can be
/// told here: that the log says so itself, under its witnesses, of a contract that is trusted, and that its tree grew from the
/// anchored one. That the chain says so can only be asked of the chain (<c>mortanba audit --anchor</c>).
/// </summary>
internal static class AnchorChecks
{
    public static Check Anchor(VerificationCase @case)
    {
        const CheckName Name = CheckName.Anchor;
        if (Of(@case) is not { } anchor)
        {
            return Found.NotApplicable(Name, "verification/no-anchor", "No anchor came along: log and witnesses stand for themselves.");
        }

        if (anchor.Problem is { } problem)
        {
            return Found.Failed(Name, problem);
        }

        var said = anchor.Said!;
        (string Name, string Value)[] evidence =
        [
            ("chain", said.Text("chain") ?? ""), ("contract", said.Text("contract") ?? ""), ("size", Found.Text(anchor.Size)),
            .. said.Number("block") is { } block ? [("block", Found.Text(block))] : Array.Empty<(string, string)>(),
            .. said.Text("transaction") is { } transaction ? [("transaction", transaction)] : Array.Empty<(string, string)>(),
        ];
        if (!@case.Trust!.KnowsAnchor(said.Text("chain"), said.Text("genesis"), said.Text("contract")))
        {
            return Found.NotChecked(Name, "verification/anchor-unknown", "The trust bundle does not know this contract or this chain.", evidence);
        }

        return @case.Registered is { } registered && registered.Index < anchor.Size
            ? Found.Passed(
                Name, "verification/anchored-by-ledger",
                "By the ledger's own word the tree with this diploma stands on the chain; the chain was not asked.", @case.Now - said.At, evidence)
            : Found.NotChecked(Name, "verification/anchor-before", "The anchored tree does not reach to this diploma.", evidence);
    }

    /// <summary>The anchor that counts: the live one where there is one, unless the one that was presented is wrong.</summary>
    public static AnchorEvidence? Of(VerificationCase @case) =>
        @case.Carried is { IsProved: true, Anchor: { Problem: not null } wrong } ? wrong
        : @case.Live is { IsProved: true, Anchor: { } live } ? live
        : @case.Carried is { IsProved: true } carried ? carried.Anchor
        : null;
}
