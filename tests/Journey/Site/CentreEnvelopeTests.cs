using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Centres;
using Mortanba.Issuance;
using Mortanba.Recognition;

namespace Mortanba.Journey.Tests.Site;

[Trait("Requirement", "RQ-24")]
public sealed class CentreEnvelopeTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private static readonly CentreMessage Asked = new(
        "msg-12345678", "inq-12345678", CentreMessageKind.Inquiry, "nic-tr", "here", Now, EvidenceQuestion.Genuine, "Yours?",
        new Dictionary<string, string> { ["number"] = "A 17" });

    private readonly string folder = Directory.CreateTempSubdirectory("mortanba-centres-").FullName;
    private readonly EncryptedFileVault vault;
    private readonly SigningKey key;
    private readonly SigningKey other;
    private readonly CentreSettings known;

    public CentreEnvelopeTests()
    {
        vault = EncryptedFileVault.Open(Path.Combine(folder, "vault.bin"), "a passphrase of a test").Value;
        key = new SigningKey("nic-tr#1", vault.Create("centre", KeyKind.P256));
        other = new SigningKey("nic-tr#1", vault.Create("other", KeyKind.P256));
        known = new CentreSettings("nic-tr", "Centre", "TR", "https://nic-tr.example", key.Signer.ToPublicKey().Multibase);
    }

    [Fact]
    public void A_message_of_a_known_centre_is_read_and_every_other_is_refused()
    {
        string? Refused(byte[] compact, DateTimeOffset? now = null) => CentreEnvelope.Open(compact, [known], "here", now ?? Now).Problem?.Code;
        var good = CentreEnvelope.Sign(key, Asked);
        Assert.Equal("A 17", CentreEnvelope.Open(good, [known], "here", Now).Value.Facts["number"]);

        Assert.Equal("recognition/centre-not-known", Refused(CentreEnvelope.Sign(other, Asked)));
        Assert.Equal("recognition/centre-not-known", Refused(CentreEnvelope.Sign(key, Asked with { From = "nic-xx" })));
        Assert.Equal("recognition/centre-message-elsewhere", Refused(CentreEnvelope.Sign(key, Asked with { To = "there" })));
        Assert.Equal("recognition/centre-message-stale", Refused(good, Now.AddDays(31)));
        Assert.Equal("recognition/centre-message-stale", Refused(good, Now.AddHours(-1)));
        Assert.Equal("jws/malformed", Refused([1, 2, 3]));
        // One changed byte of the signature.
        good[^5] = good[^5] == (byte)'A' ? (byte)'B' : (byte)'A';
        Assert.Equal("recognition/centre-not-known", Refused(good));
        // Another kind of thing, signed with the same key.
        Assert.Equal(
            "recognition/centre-not-known",
            Refused(Jws.Sign(key.Signer, """{"alg":"ES256","typ":"other"}"""u8, Asked.Write())));
    }

    public void Dispose()
    {
        vault.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
