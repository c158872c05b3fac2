using System.Security.Cryptography;
using System.Text;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Xunit;

namespace Mortanba.Flow.Tests.Issuance;

public sealed class VaultTests : IDisposable
{
    private readonly SignedSample sample = new();

    public void Dispose() => sample.Dispose();

    [Fact]
    public void Keys_are_the_same_after_reopening()
    {
        sample.Vault.Create("log", KeyKind.Ed25519);
        var data = "entry"u8.ToArray();
        var wrapped = sample.Vault.Wrap(new byte[32], "asset"u8);
        var fingerprint = sample.Vault.Fingerprint("purpose", data);

        using var again = EncryptedFileVault.Open(sample.VaultPath, SignedSample.Passphrase).Value;

        Assert.True(sample.PublicKey.Verify(data, again.Find("institution/sample/1")!.Sign(data)));
        Assert.True(again.Find("log")!.PublicKey.Span.SequenceEqual(sample.Vault.Find("log")!.PublicKey.Span));
        Assert.Equal(new byte[32], again.Unwrap(wrapped, "asset"u8));
        Assert.Equal(fingerprint, again.Fingerprint("purpose", data));
        Assert.NotEqual(fingerprint, again.Fingerprint("other", data));
        Assert.Null(again.Find("operator"));
    }

    [Fact]
    public void A_wrong_passphrase_is_refused()
    {
        var refused = EncryptedFileVault.Open(sample.VaultPath, "correct horse battery stable").Problem;

        Assert.Equal("issuance/vault-not-opened", refused?.Code);
    }

    [Fact]
    public void Fewer_iterations_are_refused_even_when_someone_edits_them()
    {
        File.WriteAllText(sample.VaultPath, File.ReadAllText(sample.VaultPath).Replace("600000", "599999"));

        Assert.Equal(
            "issuance/vault-damaged", EncryptedFileVault.Open(sample.VaultPath, SignedSample.Passphrase).Problem?.Code);
    }

    [Fact]
    public void A_random_key_is_not_stretched_and_a_passphrase_always_is()
    {
        var path = Path.Combine(Path.GetDirectoryName(sample.VaultPath)!, "random.vault");
        var key = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        using (var made = EncryptedFileVault.Open(path, key).Value)
        {
            made.Create("log", KeyKind.Ed25519);
        }

        Assert.Contains("\"iterations\": 1,", File.ReadAllText(path), StringComparison.Ordinal);
        using var again = EncryptedFileVault.Open(path, key).Value;
        Assert.NotNull(again.Find("log"));
        Assert.Equal("issuance/vault-not-opened", EncryptedFileVault.Open(path, Convert.ToHexString(new byte[32])).Problem?.Code);
        // A digit less, or another letter, is a passphrase: for it a file of one iteration is none.
        Assert.Equal("issuance/vault-damaged", EncryptedFileVault.Open(path, key.AsSpan(1)).Problem?.Code);
        Assert.Equal("issuance/vault-damaged", EncryptedFileVault.Open(path, "g" + key[1..]).Problem?.Code);
    }

    [Fact]
    public void More_iterations_than_sealed_with_do_not_open_it()
    {
        File.WriteAllText(sample.VaultPath, File.ReadAllText(sample.VaultPath).Replace("600000", "600001"));

        Assert.Equal(
            "issuance/vault-not-opened", EncryptedFileVault.Open(sample.VaultPath, SignedSample.Passphrase).Problem?.Code);
    }

    [Fact]
    public void A_file_that_is_no_vault_is_refused()
    {
        File.WriteAllText(sample.VaultPath, "{\"v\":2}");

        Assert.Equal(
            "issuance/vault-damaged", EncryptedFileVault.Open(sample.VaultPath, SignedSample.Passphrase).Problem?.Code);
    }

    [Fact]
    public void Only_the_owner_may_read_the_file_and_it_holds_no_secret_in_clear()
    {
        var secret = ((P256PrivateKey)sample.Key).ExportSecret();

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(sample.VaultPath));
        }

        Assert.DoesNotContain(Convert.ToBase64String(secret), File.ReadAllText(sample.VaultPath), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_is_given_once()
    {
        Assert.Throws<InvalidOperationException>(() => sample.Vault.Create("institution/sample/1", KeyKind.P256));
    }

    [Fact]
    public void Two_processes_do_not_lose_each_others_keys()
    {
        using var other = EncryptedFileVault.Open(sample.VaultPath, SignedSample.Passphrase).Value;

        other.Create("operator", KeyKind.P256);
        sample.Vault.Create("log", KeyKind.Ed25519);

        Assert.NotNull(sample.Vault.Find("operator"));
        Assert.NotNull(other.Find("log"));
        Assert.Throws<InvalidOperationException>(() => other.Create("log", KeyKind.Ed25519));
    }

    [Fact]
    public void A_wrapped_key_opens_only_in_its_context()
    {
        var wrapped = sample.Vault.Wrap(RandomNumberGenerator.GetBytes(32), "asset-1"u8);

        Assert.ThrowsAny<CryptographicException>(() => sample.Vault.Unwrap(wrapped, "asset-2"u8));
        wrapped[20] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => sample.Vault.Unwrap(wrapped, "asset-1"u8));
    }

    [Fact]
    public void Many_threads_sign_with_one_key()
    {
        var data = Encoding.UTF8.GetBytes("same key, many threads");

        Parallel.For(0, 200, _ => Assert.True(sample.PublicKey.Verify(data, sample.Key.Sign(data))));
    }
}
