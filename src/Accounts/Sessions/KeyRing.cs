using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Accounts;

/// <summary>Keeps the keys of sessions and forms in the database, so that every web node reads the same ones.</summary>
/// <remarks>The library asks synchronously, at start and about once a day; each key is sealed by <see cref="VaultXml"/>.</remarks>
public sealed class KeyRing(Database database) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() => Task.Run(ReadAsync).GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName)
    {
        var (id, document) = (friendlyName, element.ToString(SaveOptions.DisableFormatting));
        Task.Run(() => database.WriteAsync(async t =>
        {
            await t.TouchAsync("data_protection_keys", CancellationToken.None, id);
            await t.ExecuteAsync(
                "INSERT INTO data_protection_keys (id, document) VALUES (@id, @document)",
                CancellationToken.None, ("id", id), ("document", document));
        })).GetAwaiter().GetResult();
    }

    private async Task<IReadOnlyCollection<XElement>> ReadAsync()
    {
        await using var connection = await database.ConnectAsync();
        return await connection.QueryAsync(
            "SELECT document FROM data_protection_keys ORDER BY id", r => XElement.Parse(r.GetString(0)), CancellationToken.None);
    }
}

/// <summary>Seals a session key in a <see cref="SealedBox"/>.</summary>
public sealed class VaultXml(IKeyVault vault) : IXmlEncryptor
{
    internal const string Context = "accounts/key-ring";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var (wrapped, box) = SealedBox.Seal(vault, Context, plain);
        var element = new XElement(
            "sealed",
            new XElement("key", Convert.ToBase64String(wrapped)),
            new XElement("value", Convert.ToBase64String(box)));
        CryptographicOperations.ZeroMemory(plain);
        return new EncryptedXmlInfo(element, typeof(VaultXmlOpener));
    }
}

/// <summary>Opens what <see cref="VaultXml"/> sealed; the library makes it by its type's name.</summary>
public sealed class VaultXmlOpener(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        var vault = services.GetRequiredService<IKeyVault>();
        var wrapped = Convert.FromBase64String(encryptedElement.Element("key")!.Value);
        var value = Convert.FromBase64String(encryptedElement.Element("value")!.Value);
        return XElement.Parse(Encoding.UTF8.GetString(SealedBox.Open(vault, VaultXml.Context, wrapped, value)));
    }
}
