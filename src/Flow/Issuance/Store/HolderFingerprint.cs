using System.Globalization;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Intake;

namespace Mortanba.Issuance;

/// <summary>
/// Recognises the same award without keeping who got it: HMAC under a vault key, since a plain hash of an IIN can be
/// guessed in minutes. 16 bytes: a chance meeting among 10^9 awards has odds below 10^-20.
/// </summary>
internal static class HolderFingerprint
{
    private const int SizeBytes = 16;

    public static byte[] Of(IKeyVault vault, Bin initiator, ValidatedDiploma diploma)
    {
        var date = diploma.AwardDate.ToString("O", CultureInfo.InvariantCulture);
        var text = $"{initiator.Value}|{diploma.Kind}|{diploma.Iin.Value}|{diploma.Programme.Code}|{date}";
        return vault.Fingerprint("issuance/holder", Encoding.UTF8.GetBytes(text))[..SizeBytes];
    }
}
