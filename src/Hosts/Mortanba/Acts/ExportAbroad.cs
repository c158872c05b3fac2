using Mortanba.Credentials;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Permits;

namespace Mortanba.Host.Acts;

/// <summary>A diploma with its supplement for readers abroad: ELMO XML and ELM JSON (requirement RQ-26).</summary>
/// <remarks>
/// ELMO is signed as EMREX knows it, by the point that gives it out: the operator. The institution's key signs only what two of its people
/// approved, and that signature is in the diploma file. When the operator's key cannot be reached or is no longer in force, the
/// file goes out unsigned, which its reader sees. ELM goes out unsigned: only a qualified seal makes it a European credential.
/// </remarks>
public sealed class ExportAbroad(Installation home)
{
    /// <param name="form"><c>elmo</c> or <c>elm</c>.</param>
    /// <param name="language">Of the supplement.</param>
    public async Task<HolderFile> MakeAsync(StoredDiploma diploma, string form, Language language, CancellationToken cancel)
    {
        var record = diploma.Record;
        var name = Delivery.Outbox.Name(record.Content.FullNumber);
        var content = QualificationExport.Of(record, new DeliverDiplomas(home).Wording(record.IssuedAt), language);
        if (form == "elm")
        {
            return new HolderFile(name + ".elm.json", "application/json", ElmWriter.Write(content, record.Asset.ToString()));
        }

        var at = home.Time.GetUtcNow();
        var bytes = await SigningKeyAsync(at, cancel) is { } key
            ? ElmoWriter.WriteSigned(content, record.SiteAddress, at, key.Signer, key.KeyId)
            : ElmoWriter.Write(content, record.SiteAddress, at);
        return new HolderFile(name + ".elmo.xml", "application/xml", bytes);
    }

    private async Task<SigningKey?> SigningKeyAsync(DateTimeOffset at, CancellationToken cancel)
    {
        var bin = Bin.Parse(home.Settings.OperatorBin);
        await using var connection = await home.Database.ConnectAsync(cancel);
        try
        {
            var key = await home.SigningKeyAsync(connection, bin, cancel);
            var registered = (await PermitRegister.KeysAsync(connection, bin, cancel)).Find(k => k.Kid == key.KeyId);
            return registered?.IsActiveAt(at) == false ? null : key;
        }
        catch (SigningKeyAwayException)
        {
            return null;
        }
    }
}
