using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>Who signed, with which key, and whether they were entitled at that place of the log.</summary>
internal static class IssuerChecks
{
    // Permit dates are days of Kazakhstan's civil time, UTC+5 in the whole country since 1 March 2024.
    private static readonly TimeSpan CivilTime = TimeSpan.FromHours(5);

    public static Check Signature(VerificationCase @case)
    {
        const CheckName Name = CheckName.IssuerSignature;
        if (@case.Presented.Refused is not null || @case.Presented.Forms.Any(form => form.Malformed is not null))
        {
            return Found.NotChecked(Name, "verification/nothing-to-check", "A form could not be read.");
        }

        var keyIds = new SortedSet<string>(StringComparer.Ordinal);
        var isCovered = false;
        foreach (var form in @case.Presented.Forms)
        {
            if (@case.Keys.Find(form.KeyId) is not { } known)
            {
                return Found.NotChecked(Name, "verification/key-unknown", "The key that is said to have signed is not at hand.");
            }

            // A core that came with a credential of the same key adds nothing to read: that it is the very one the proved
            // ledger entry names is enough, and the answer says so. Shown alone, its signature is checked as any other.
            if (form is PaperForm && keyIds.Contains(form.KeyId!) && FormChecks.IsAsRegistered(@case, form))
            {
                isCovered = true;
                continue;
            }

            if (form.CheckSignature(known.Key, @case.Now) is { } problem)
            {
                return Found.Failed(Name, problem);
            }

            keyIds.Add(form.KeyId!);
        }

        var keys = string.Join(", ", keyIds);
        return isCovered
            ? Found.Passed(
                Name,
                "verification/signed-core-by-ledger",
                "Every credential carries the signature of the key it names; the paper core is the one the ledger registered.",
                null,
                ("key", keys))
            : Found.Passed(
                Name, "verification/signed", "Every form carries the signature of the key it names.", null, ("key", keys));
    }

    /// <summary>The initiator and the operator were registered and the operator had a permit, before this diploma.</summary>
    public static Check Entitled(VerificationCase @case)
    {
        const CheckName Name = CheckName.IssuerEntitled;
        if (Unproved(@case, Name) is { } unproved)
        {
            return unproved;
        }

        var asset = @case.Registered!;
        var initiator = asset.Entry.Text("initiator");
        var @operator = asset.Entry.Text("operator");
        if (Registration(@case, initiator, asset.Index) is not { } institution)
        {
            return Found.NotChecked(
                Name, "verification/initiator-unregistered", "The registration of the institution is not among the entries.");
        }

        var certificate = @case.Certificate;
        if (!(certificate?.Roles ?? ["initiator"]).Contains(institution.Entry.Text("role")))
        {
            return certificate is not null
                ? Found.Failed(Name, certificate.NotEntitled)
                : Found.Failed(
                    Name, "verification/not-an-initiator", "The institution was not registered as one that awards.");
        }

        var did = institution.Entry.Text("did");
        if (@case.Presented.Forms.Any(form => form.IssuerDid != did || (form.IssuerBin ?? initiator) != initiator))
        {
            return Found.Failed(
                Name, "verification/issuer-mismatch", "The form names another institution than the ledger does.");
        }

        return Registration(@case, @operator, asset.Index) is { } platform
            ? platform.Entry.Text("role") == "issuer-operator"
                ? certificate is not null ? Certifies(@case, certificate, asset) : Permit(@case, asset, @operator!)
                : Found.Failed(Name, "verification/not-an-operator", "The operator was not registered as one.")
            : Found.NotChecked(
                Name, "verification/operator-unregistered", "The registration of the operator is not among the entries.");
    }

    // A certificate circulates nothing: no permit is asked for, but the role at that place of the log.
    private static Check Certifies(VerificationCase @case, CertificateKind certificate, ReadEntry asset) => Found.Passed(
        CheckName.IssuerEntitled,
        certificate.Entitled.Code,
        certificate.Entitled.Detail,
        @case.Now - asset.Entry.At,
        ("bin", asset.Entry.Text("initiator")!));

    public static Check KeyValid(VerificationCase @case)
    {
        const CheckName Name = CheckName.KeyValid;
        if (@case.Presented.Refused is not null || @case.Presented.Forms.Count == 0)
        {
            return Found.NotChecked(Name, "verification/nothing-to-check", "There is no form that could be read.");
        }

        Check? passed = null;
        foreach (var keyId in @case.Presented.Forms.Select(form => form.KeyId).Distinct())
        {
            var check = keyId is null || @case.Keys.Find(keyId) is not { } known
                ? Found.NotChecked(Name, "verification/key-unknown", "The key is neither in the ledger nor in the trust bundle.")
                : @case.IsProved && @case.Registered is { } asset
                    ? ByLedger(@case, keyId, known, asset)
                    : ByTrust(@case, keyId, known);
            if (check.State != CheckState.Passed)
            {
                return check;
            }

            passed ??= check;
        }

        return passed!;
    }

    private static Check ByLedger(VerificationCase @case, string keyId, KnownKey known, ReadEntry asset)
    {
        const CheckName Name = CheckName.KeyValid;
        if (known.Registered is not { } registered)
        {
            return Found.NotChecked(
                Name, "verification/key-unregistered", "The registration of the key is not among the ledger entries.");
        }

        if (registered.Entry.Text("did") != SignedForm.DidOf(keyId))
        {
            return Found.Failed(Name, "verification/key-of-another", "The key was registered for another institution.");
        }

        if (registered.Index > asset.Index)
        {
            return Found.Failed(
                Name, "verification/key-registered-later", "The key was registered after the diploma.", ("key", keyId));
        }

        // A trust bundle that knows the id with another key contradicts the ledger: someone is being deceived.
        if (known.Trusted is { } trusted && trusted.PublicKeyMultibase != registered.Entry.Text("publicKeyMultibase"))
        {
            return Found.Failed(
                Name, "verification/key-contradicts-trust", "The trust bundle knows another key under this id.", ("key", keyId));
        }

        foreach (var ended in @case.Authority(LedgerEntryTypes.KeyRetired, "kid", keyId)
            .Concat(@case.Authority(LedgerEntryTypes.KeyCompromised, "kid", keyId)))
        {
            // Retirement counts by its place. A compromise reaches back, to a time and to the size of the last checkpoint shown before
            // that: whoever has the key writes any time, but takes no place under a checkpoint that is out. Older entries name no size.
            var compromised = ended.Entry.Type == LedgerEntryTypes.KeyCompromised;
            if (ended.Index < asset.Index
                || (compromised && (KeyBook.SinceOf(ended.Entry) <= asset.Entry.At || ended.Entry.Number("size") <= asset.Index)))
            {
                return Found.Failed(
                    Name,
                    compromised ? "verification/key-compromised" : "verification/key-retired",
                    compromised ? "The key was compromised by then." : "The key had been retired by then.",
                    ("key", keyId),
                    ("since", LedgerEntry.Time(KeyBook.SinceOf(ended.Entry))));
            }
        }

        // A file may leave out the entry that ended a key; the register, as the bundle has it, does not.
        if (known.Trusted is { Until: { } until } && until < asset.Entry.At)
        {
            return Found.Failed(
                Name, "verification/key-ended-by-register", "By the register of the trust bundle the key had ended before the diploma.",
                ("key", keyId), ("since", LedgerEntry.Time(until)));
        }

        var since = KeyBook.SinceOf(registered.Entry);
        return Found.Passed(
            Name,
            "verification/key-valid",
            "The key was registered before the diploma and not withdrawn by then.",
            @case.Now - since,
            ("key", keyId),
            ("since", LedgerEntry.Time(since)),
            ("index", Found.Text(registered.Index)));
    }

    // A paper core without a network: the bundle's keys are what there is.
    private static Check ByTrust(VerificationCase @case, string keyId, KnownKey known)
    {
        const CheckName Name = CheckName.KeyValid;
        if (known.Trusted?.Until is { } until && until <= @case.Now)
        {
            // When it was signed, only the ledger can tell.
            return Found.NotChecked(
                Name,
                "verification/key-ended-by-trust",
                "The trust bundle says that the key has ended; whether it signed before, only the ledger can tell.",
                ("key", keyId),
                ("until", LedgerEntry.Time(until)));
        }

        return known.Trusted is { } trusted
            ? Found.Passed(
                Name,
                "verification/key-by-trust",
                "The trust bundle names the key.",
                @case.Now - @case.Trust!.Bundle.MadeAt,
                ("key", keyId),
                ("since", LedgerEntry.Time(trusted.Since)))
            : Found.NotChecked(
                Name, "verification/key-unproved", "Only the presented thing itself says whose key this is.", ("key", keyId));
    }

    private static Check Permit(VerificationCase @case, ReadEntry asset, string bin)
    {
        const CheckName Name = CheckName.IssuerEntitled;
        var permit = asset.Entry.Text("permit");
        var day = DateOnly.FromDateTime(asset.Entry.At.ToOffset(CivilTime).DateTime);
        // A permit granted anew has several terms: the one that covers the day counts, else the last is named.
        var terms = @case.Authority(LedgerEntryTypes.PermitGranted, "permit", permit).Where(e => e.Index < asset.Index).ToList();
        if ((terms.FindLast(e => Covers(e.Entry, day)) ?? terms.LastOrDefault()) is not { } granted)
        {
            return Found.NotChecked(
                Name, "verification/permit-missing", "The operator's permit is not among the entries before the diploma.");
        }

        if (granted.Entry.Text("bin") != bin)
        {
            return Found.Failed(Name, "verification/permit-of-another", "The permit was granted to another.");
        }

        if (!Covers(granted.Entry, day))
        {
            return Found.Failed(
                Name,
                "verification/permit-not-covering",
                "The permit does not cover the day of issue.",
                ("permit", permit!),
                ("day", day.ToString("O", CultureInfo.InvariantCulture)));
        }

        if (StateOfPermit(@case, permit!, asset.Index) is { } ended)
        {
            return Found.Failed(
                Name,
                "verification/permit-ended",
                "The permit was suspended, withdrawn or expired at that time.",
                ("permit", permit!),
                ("since", LedgerEntry.Time(ended.Entry.At)));
        }

        // As with keys: what the file leaves out, the register of the bundle tells.
        if (@case.Trust?.Permit(permit!)?.Changes.LastOrDefault(change => change.At < asset.Entry.At) is { State: not "granted" } stopped)
        {
            return Found.Failed(
                Name, "verification/permit-ended-by-register",
                "By the register of the trust bundle the permit was suspended, withdrawn or expired at that time.",
                ("permit", permit!), ("since", LedgerEntry.Time(stopped.At)));
        }

        return Found.Passed(
            Name,
            "verification/entitled",
            "Institution and operator were registered, and the permit covered the day of issue.",
            @case.Now - asset.Entry.At,
            ("permit", permit!),
            ("until", granted.Entry.Text("until")!),
            ("bin", asset.Entry.Text("initiator")!));
    }

    // The last word about the permit before the diploma; null when it stood.
    private static ReadEntry? StateOfPermit(VerificationCase @case, string permit, long before)
    {
        var last = @case.Entries
            .Where(e => e.Index < before && e.Entry.Text("permit") == permit)
            .Where(e => e.Entry.Type.StartsWith("permit.", StringComparison.Ordinal))
            .MaxBy(e => e.Index);
        return last?.Entry.Type is LedgerEntryTypes.PermitGranted or LedgerEntryTypes.PermitReinstated ? null : last;
    }

    public static Check Decision(VerificationCase @case)
    {
        const CheckName Name = CheckName.DecisionOnIssue;
        if (Unproved(@case, Name) is { } unproved)
        {
            return unproved;
        }

        if (@case.Certificate is not null)
        {
            return Found.NotApplicable(Name, "verification/no-issue", "A certificate needs no decision on issue.");
        }

        var asset = @case.Registered!;
        var decision = asset.Entry.Text("decision");
        if (@case.Authority(LedgerEntryTypes.DecisionPublished, "decision", decision).FirstOrDefault() is not { } published)
        {
            return Found.NotChecked(
                Name, "verification/decision-missing", "The decision on issue is not among the entries.");
        }

        if (published.Entry.Text("initiator") != asset.Entry.Text("initiator")
            || published.Entry.Text("operator") != asset.Entry.Text("operator"))
        {
            return Found.Failed(Name, "verification/decision-of-others", "The decision on issue is between other parties.");
        }

        if (published.Index > asset.Index)
        {
            return Found.Failed(Name, "verification/decision-later", "The decision on issue was published after the diploma.");
        }

        if (@case.Authority(LedgerEntryTypes.DecisionClosed, "decision", decision)
            .FirstOrDefault(e => e.Index < asset.Index) is { } closed)
        {
            return Found.Failed(
                Name,
                "verification/decision-closed",
                "The decision on issue was closed before the diploma.",
                ("decision", decision!),
                ("since", LedgerEntry.Time(closed.Entry.At)));
        }

        return Found.Passed(
            Name,
            "verification/decision-open",
            "The decision on issue was published before the diploma and open.",
            @case.Now - published.Entry.At,
            ("decision", decision!),
            ("index", Found.Text(published.Index)));
    }

    private static Check? Unproved(VerificationCase @case, CheckName name) =>
        @case.Registered is null
            ? Found.NotChecked(name, "verification/no-registration", "The ledger entry of this diploma is not at hand.")
            : !@case.IsProved
                ? Found.NotChecked(name, "verification/registration-unproved", "The ledger entries at hand are not proved.")
                : null;

    private static ReadEntry? Registration(VerificationCase @case, string? bin, long before) =>
        @case.Entries
            .Where(e => e.Index < before && e.Entry.Text("bin") == bin)
            .Where(e => e.Entry.Type is LedgerEntryTypes.InstitutionRegistered or LedgerEntryTypes.InstitutionChanged)
            .MaxBy(e => e.Index);

    private static bool Covers(LedgerEntry granted, DateOnly day) =>
        Day(granted, "from") <= day && day <= Day(granted, "until");

    private static DateOnly? Day(LedgerEntry entry, string name) => DateOnly.TryParseExact(
        entry.Text(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
