using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>Puts the answer together: verdict, time, who, what, and what it does not prove.</summary>
internal static class Reports
{
    public static Report Make(VerificationCase @case, IReadOnlyList<Check> checks)
    {
        var verdict = Verdicts.Of(checks);
        var isGenuine = verdict is Verdict.InForce or Verdict.NotInForce;
        var isSound = checks.All(check => check.State != CheckState.Failed
            || check.Name is CheckName.Status or CheckName.NotSuperseded);
        return new Report(
            verdict,
            @case.Presented.Form,
            AsOf(@case),
            Issuer(@case),
            isSound && Is(CheckName.IssuerSignature, checks) ? ContentReader.Read(@case.Presented) : null,
            isGenuine && verdict == Verdict.NotInForce ? StateChecks.StateOf(@case) : null,
            checks,
            NotProved.Of(verdict, @case))
        {
            Asset = isGenuine ? @case.Presented.Asset : null,
        };
    }

    // Online the answer is about now; without it, about the moment the checkpoint speaks for.
    private static DateTimeOffset AsOf(VerificationCase @case) =>
        @case.Live is not null || @case.Newest?.Time is not { } time || time > @case.Now ? @case.Now : time;

    private static IssuerView? Issuer(VerificationCase @case)
    {
        var entry = @case.Registered?.Entry;
        var form = @case.Presented.Forms.Count > 0 ? @case.Presented.Forms[0] : null;
        var did = form?.IssuerDid;
        // By DID alone: a stranger's file may write any BIN into entries that nobody proved.
        var known = did is null ? null : @case.Trust?.InstitutionOf(did);
        var initiator = known?.Bin ?? entry?.Text("initiator") ?? form?.IssuerBin;
        if (initiator is null || did is null)
        {
            return null;
        }

        var @operator = entry?.Text("operator") ?? "";
        return new IssuerView(
            initiator,
            did,
            known?.Name ?? ContentReader.InstitutionName(@case.Presented) ?? LocalizedText.Same(initiator),
            @operator,
            @case.IsProved ? @case.Trust?.Institution(@operator)?.Name : null,
            entry?.Text("permit") ?? "");
    }

    private static bool Is(CheckName name, IReadOnlyList<Check> checks) =>
        checks.Any(check => check.Name == name && check.State == CheckState.Passed);
}

/// <summary>What an answer leaves open; said beside every one of them.</summary>
internal static class NotProved
{
    private const string Prefix = "verification/not-proved.";

    public static IReadOnlyList<string> Of(Verdict verdict, VerificationCase @case)
    {
        var codes = new List<string>();
        switch (verdict)
        {
            case Verdict.InForce:
            case Verdict.NotInForce:
                codes.Add("holder");
                codes.AddRange(CertificateKind.Of(@case.Presented.Kind) is { } certificate ? [certificate.NotProved] : ["equivalence", "grades"]);
                if (@case.Presented.Form is "pdf" or "paper")
                {
                    codes.Add("paper");
                }

                if (@case.Presented.Forms is [PaperForm])
                {
                    codes.Add("core-only");
                }

                if (AnchorChecks.Of(@case) is { Problem: null })
                {
                    codes.Add("chain");
                }

                if (@case.Live is null)
                {
                    codes.Add("since-then");
                    codes.Add("entries-left-out");
                }

                break;
            case Verdict.NotGenuine:
                codes.Add("who-changed");
                codes.Add("no-diploma");
                break;
            case Verdict.CouldNotCheck:
                codes.Add("in-force");
                codes.Add("not-in-force");
                codes.Add("holder");
                break;
        }

        return [.. codes.Select(code => Prefix + code)];
    }
}
