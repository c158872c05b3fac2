using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>What was presented, and whether it is whole.</summary>
internal static class FormChecks
{
    public static Check Form(VerificationCase @case)
    {
        if (@case.Presented.Refused is { } refused)
        {
            return Found.Failed(CheckName.Form, refused);
        }

        return @case.Presented.Kind == CredentialKind.Other
            ? Found.Failed(CheckName.Form, "verification/not-a-diploma", "A well-made credential, but of another kind than a diploma.")
            : CertificateKind.Of(@case.Presented.Kind) is { Form: var form }
                ? Found.Passed(CheckName.Form, form.Code, form.Detail, null, ("form", @case.Presented.Form))
                : Found.Passed(CheckName.Form, "verification/form-recognised", "The form is known.", null, ("form", @case.Presented.Form));
    }

    /// <summary>Each form reads by its own rules, all speak of one asset, and each is the one the ledger registered.</summary>
    public static Check Integrity(VerificationCase @case)
    {
        const CheckName Name = CheckName.Integrity;
        var forms = @case.Presented.Forms;
        if (@case.Presented.Refused is not null)
        {
            return Found.NotChecked(Name, "verification/nothing-to-check", "There is no form that could be read.");
        }

        foreach (var form in forms)
        {
            if (form.Malformed is { } malformed)
            {
                return Found.Failed(Name, malformed);
            }

            if (!AssetId.TryParse(form.Asset, out _))
            {
                return Found.Failed(Name, "verification/no-asset", "A form names no asset.", ("form", form.MediaType));
            }
        }

        if (forms.Any(form => form.Asset != forms[0].Asset))
        {
            return Found.Failed(Name, "verification/forms-of-different-assets", "The forms are of different diplomas.");
        }

        return @case.Registered is { } registered
            ? AgainstLedger(@case, registered)
            : Found.NotChecked(
                Name,
                "verification/no-registration",
                "The forms agree, but the ledger entry to compare them with is not at hand.");
    }

    /// <summary>True when the proved registration of this diploma commits to exactly this form.</summary>
    public static bool IsAsRegistered(VerificationCase @case, SignedForm form) =>
        @case is { IsProved: true, Registered: { } registered }
        && registered.Entry.Texts("forms").TryGetValue(form.MediaType, out var text)
        && Commitment.TryParse(text, out var commitment)
        && commitment.Matches(form.Committed);

    private static Check AgainstLedger(VerificationCase @case, ReadEntry registered)
    {
        const CheckName Name = CheckName.Integrity;
        // A diploma cannot pass with the fewer entries that a certificate needs, nor one certificate for another.
        if (@case.Presented.Kind is { } kind && @case.Certificate != CertificateKind.Of(kind))
        {
            return Found.Failed(Name, "verification/registered-as-other", "The ledger registers this asset as another kind of credential.");
        }

        var commitments = registered.Entry.Texts("forms");
        foreach (var form in @case.Presented.Forms)
        {
            if (!commitments.TryGetValue(form.MediaType, out var text) || !Commitment.TryParse(text, out var commitment))
            {
                return Found.Failed(
                    Name, "verification/form-not-registered", "The ledger registers no such form.", ("form", form.MediaType));
            }

            if (!commitment.Matches(form.Committed))
            {
                return Found.Failed(
                    Name,
                    "verification/commitment-mismatch",
                    "The form is not the one the ledger registered under this diploma.",
                    ("form", form.MediaType),
                    ("index", Found.Text(registered.Index)));
            }
        }

        return @case.IsProved
            ? Found.Passed(
                Name,
                "verification/content-as-registered",
                "Each form is, byte for byte, the one the ledger registered.",
                null,
                ("count", @case.Presented.Forms.Count.ToString(CultureInfo.InvariantCulture)),
                ("index", Found.Text(registered.Index)))
            : Found.NotChecked(
                Name,
                "verification/registration-unproved",
                "The forms fit the entry that came along, but the entry itself is not proved.");
    }

    /// <summary>RFC 9901 section 7.1: nothing may lie beside the signed content that the issuer did not name.</summary>
    public static Check Disclosure(VerificationCase @case)
    {
        const CheckName Name = CheckName.Disclosure;
        if (@case.Presented.SdJwt is not { } form)
        {
            return Found.NotApplicable(Name, "verification/no-subset", "The form cannot be shown in part.");
        }

        if (form.Malformed is not null)
        {
            return Found.NotChecked(Name, "verification/nothing-to-check", "The form could not be read.");
        }

        return form.Disclosed.TryGet(out var disclosed, out var problem)
            ? Found.Passed(
                Name,
                "verification/subset-honest",
                "Each shown field is one the issuer signed.",
                null,
                ("shown", disclosed.Claims.Count.ToString(CultureInfo.InvariantCulture)),
                ("withheld", disclosed.WithheldCount.ToString(CultureInfo.InvariantCulture)))
            : Found.Failed(Name, problem);
    }
}
