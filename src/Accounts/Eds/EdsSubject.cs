using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Mortanba.Foundation;

namespace Mortanba.Accounts;

/// <summary>Whoever signed, as the certificate names them.</summary>
/// <param name="Bin">The organisation, in a certificate given to somebody of one; null in a private person's.</param>
/// <param name="Name">Common name: for the eyes of the person; untrusted for anything else.</param>
/// <param name="Thumbprint">SHA-256 of the certificate, hex, lower case.</param>
public sealed record EdsSubject(Iin Iin, Bin? Bin, string Name, string Thumbprint)
{
    /// <summary>True when a revocation list answered for every certificate of the chain; false when none is configured.</summary>
    public bool RevocationChecked { get; init; }
}

/// <summary>
/// Reads the subject of a certificate in the shape of Kazakhstan's national certification authority:
/// <c>serialNumber=IIN</c> and 12 digits for the person, <c>OU=BIN</c> and 12 digits for the organisation.
/// </summary>
internal static partial class EdsNames
{
    private const string CommonName = "2.5.4.3";
    private const string SerialNumber = "2.5.4.5";
    private const string OrganisationalUnit = "2.5.4.11";

    public static Outcome<EdsSubject> Read(X509Certificate2 certificate)
    {
        var names = Values(certificate).ToLookup(v => v.Oid, v => v.Value, StringComparer.Ordinal);
        var iins = names[SerialNumber].Where(v => v.StartsWith("IIN", StringComparison.Ordinal)).ToList();
        if (iins.Count != 1)
        {
            return new Problem("accounts/eds-no-iin", "The certificate names no person: one serialNumber IIN… is wanted.");
        }

        if (!NumberPattern().IsMatch(iins[0]) || !Iin.TryParse(iins[0][3..], out var iin))
        {
            return new Problem("accounts/eds-bad-iin", "The IIN of the certificate is not one: its check digit does not fit.");
        }

        Bin? organisation = null;
        var bins = names[OrganisationalUnit].Where(v => v.StartsWith("BIN", StringComparison.Ordinal)).ToList();
        if (bins.Count > 0)
        {
            if (bins.Count > 1 || !NumberPattern().IsMatch(bins[0]) || !Bin.TryParse(bins[0][3..], out var bin))
            {
                return new Problem("accounts/eds-bad-bin", "The BIN of the certificate is not one: its check digit does not fit.");
            }

            organisation = bin;
        }

        return new EdsSubject(
            iin, organisation, names[CommonName].FirstOrDefault() ?? "",
            Convert.ToHexStringLower(certificate.GetCertHash(System.Security.Cryptography.HashAlgorithmName.SHA256)));
    }

    private static IEnumerable<(string Oid, string Value)> Values(X509Certificate2 certificate) =>
        from name in certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false)
        where !name.HasMultipleElements
        let value = name.GetSingleElementValue()
        where value is not null
        select (name.GetSingleElementType().Value!, value);

    [GeneratedRegex("^(IIN|BIN)[0-9]{12}$")]
    private static partial Regex NumberPattern();
}
