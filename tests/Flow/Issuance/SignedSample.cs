using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Issuance.Samples;

namespace Mortanba.Flow.Tests.Issuance;

/// <summary>A vault in a temporary folder, an institution's key in it, and what it signs.</summary>
public sealed class SignedSample : IDisposable
{
    public const string Passphrase = "correct horse battery staple";

    private readonly string directory = Directory.CreateTempSubdirectory("mortanba-vault-").FullName;

    public SignedSample()
    {
        Vault = EncryptedFileVault.Open(VaultPath, Passphrase).Value;
        Key = Vault.Create("institution/sample/1", KeyKind.P256);
    }

    public string VaultPath => Path.Combine(directory, "keys.vault");

    public EncryptedFileVault Vault { get; }

    public ISigner Key { get; }

    public PublicKey PublicKey => Key.ToPublicKey();

    public IReadOnlyList<IssuedDiploma> Sign(int count, int courses = 30)
    {
        using var issuer = new Issuer(Vault);
        var lists = new StatusLists(IssuanceSamples.Site);
        var order = new IssueOrder(
            IssuanceSamples.Permission,
            TwoPersons.Of("registrar", "rector", "rector", IssuanceSamples.Now, "Order 214").Value,
            IssuanceSamples.KeyId,
            Key,
            IssuanceSamples.Site,
            IssuanceSamples.Now);
        return issuer.Sign(
            order,
            [.. Enumerable.Range(0, count).Select(i => IssuanceSamples.Diploma(i, courses))],
            [.. Enumerable.Range(0, count).Select(i => lists.PointerTo("list-1", i))]);
    }

    /// <summary>The forms of one that was signed, out of its payload.</summary>
    public SignedForms Forms(IssuedDiploma issued) =>
        SealedPayload.Open(Vault, issued.Asset, issued.WrappedKey, issued.Payload).Forms;

    public void Dispose()
    {
        Vault.Dispose();
        Directory.Delete(directory, recursive: true);
    }
}
