using Mortanba.Foundation;

namespace Mortanba.Issuance;

/// <summary>The ledger entry <c>asset.registered</c> (design section 4): organisations and commitments, no person.</summary>
internal static class RegisteredEntry
{
    public const string VcMediaType = "application/vc";

    /// <summary>Canonical bytes, written directly for speed; a test compares them with <see cref="LedgerEntry.Create"/>.</summary>
    public static byte[] Write(DiplomaRecord record, in FormCommitments forms, JcsText json)
    {
        var permission = record.Permission;
        json.Clear();
        json.Raw("{\"asset\":"u8).Text(record.Asset.ToString());
        json.Raw(",\"at\":"u8).Text(LedgerEntry.Time(record.IssuedAt));
        json.Raw(",\"class\":"u8).Text(permission.LegalClass);
        json.Raw(",\"decision\":"u8).Text(permission.Decision);
        json.Raw(",\"forms\":{\"application/dc+sd-jwt\":"u8).Text(forms.SdJwt.ToString());
        json.Raw(",\"application/vc\":"u8).Text(forms.Vc.ToString());
        json.Raw(",\"application/vnd.mortanba.paper+jwt\":"u8).Text(forms.Paper.ToString());
        json.Raw("},\"gate\":"u8).Text(permission.GateRule);
        json.Raw(",\"initiator\":"u8).Text(permission.Initiator.Bin.Value);
        json.Raw(",\"operator\":"u8).Text(permission.Operator.Bin.Value);
        json.Raw(",\"permit\":"u8).Text(permission.Permit);
        json.Raw(",\"type\":\"asset.registered\",\"v\":1}"u8);
        return json.Written.ToArray();
    }
}
