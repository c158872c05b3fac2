using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Accounts;

/// <summary>The fingerprint under which a person is known in the record: HMAC of the IIN under a vault key.</summary>
/// <remarks>The same at every institution of an installation, so that a person finds all that was done with their data.</remarks>
public static class Persons
{
    private const string Purpose = "accounts/person";

    public static byte[] Fingerprint(IKeyVault vault, Iin iin) => vault.Fingerprint(Purpose, Encoding.ASCII.GetBytes(iin.Value));
}
