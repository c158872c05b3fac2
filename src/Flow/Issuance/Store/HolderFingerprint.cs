using System.Text;
using Mortanba.Foundation;
using Mortanba.Intake;

namespace Mortanba.Issuance;

/// <summary>
/// Recognises the same award (holder and programme) without keeping who got it: HMAC under a vault key, since a plain hash of an IIN can be
/// guessed in minutes. 16 bytes: a chance meeting among 10^9 awards has odds below 10^-20.
/// </summary>
internal static class HolderFingerprint
{
    private const int SizeBytes = 16;

    public static byte[] Of(IKeyVault vault, Bin initiator, Iin iin, string programmeCode) =>
        vault.Fingerprint(
            "issuance/holder", Encoding.UTF8.GetBytes($"{initiator.Value}|{iin.Value}|{programmeCode}"))[..SizeBytes];

    public static byte[] Of(IKeyVault vault, Bin initiator, ValidatedDiploma diploma) =>
        Of(vault, initiator, diploma.Iin, diploma.Programme.Code);
}
