using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mortanba.Accounts;
using Mortanba.TestAuthorities;
using Xunit;

namespace Mortanba.Flow.Tests.Accounts;

/// <summary>Each way a signature may fail, with an input that fails only in that way.</summary>
public sealed class EdsVerifierTests : IDisposable
{
    private const string Person = "CN=ТЕСТОВ ТЕСТ, SERIALNUMBER=IIN900101300017, C=KZ";
    private static readonly DateTimeOffset At = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Challenge = Encoding.UTF8.GetBytes("Mortanba\nsign in\n0123456789\n");

    private readonly TestAuthority authority = new();

    public void Dispose() => authority.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whoever_signed_is_read_from_a_signature_beside_the_text_or_around_it(bool detached)
    {
        using var person = authority.Person("CN=ТЕСТОВ ТЕСТ, SERIALNUMBER=IIN900101300017, OU=BIN940540002029, O=Test, C=KZ");

        var subject = Verify(authority.Sign(Challenge, detached, person)).Value;

        Assert.Equal("900101300017", subject.Iin.Value);
        Assert.Equal("940540002029", subject.Bin?.Value);
        Assert.Equal("ТЕСТОВ ТЕСТ", subject.Name);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(person.RawData)), subject.Thumbprint);
        Assert.False(subject.RevocationChecked);
    }

    [Fact]
    public void An_rsa_key_of_2048_bits_and_a_private_persons_certificate_will_do()
    {
        using var key = RSA.Create(2048);
        using var person = authority.Person(Person, key);

        Assert.Null(Verify(authority.Sign(Challenge, true, person)).Value.Bin);
    }

    [Fact]
    public void The_signature_is_read_as_der_as_pem_and_as_base64()
    {
        using var person = authority.Person(Person);
        var der = authority.Sign(Challenge, true, person);

        Assert.Equal(der, EdsVerifier.Read(der));
        Assert.Equal(der, EdsVerifier.Read(Encoding.ASCII.GetBytes(PemEncoding.WriteString("PKCS7", der))));
        Assert.Equal(der, EdsVerifier.ReadText("\n" + Convert.ToBase64String(der, Base64FormattingOptions.InsertLineBreaks) + "\n"));
        Assert.Null(EdsVerifier.ReadText("no signature!"));
        Assert.Null(EdsVerifier.Read([]));
    }

    [Fact]
    public void Bytes_that_are_no_cms_are_refused()
    {
        Assert.Equal("accounts/eds-malformed", Code(Verify([0x30, 0x03, 1, 2, 3])));
        Assert.Equal("accounts/eds-malformed", Code(Verify(new byte[EdsVerifier.CmsMaxBytes + 1])));
    }

    [Fact]
    public void Two_signers_are_refused()
    {
        using var person = authority.Person(Person);
        using var other = authority.Person("CN=ЕЩЁ ОДИН, SERIALNUMBER=IIN900101300017, C=KZ");

        Assert.Equal("accounts/eds-signers", Code(Verify(authority.Sign(Challenge, true, person, other))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_signature_over_another_challenge_is_refused(bool detached)
    {
        using var person = authority.Person(Person);

        Assert.Equal("accounts/eds-other-challenge", Code(Verify(authority.Sign([.. Challenge, (byte)' '], detached, person))));
    }

    [Fact]
    public void A_changed_signature_is_refused()
    {
        using var person = authority.Person(Person);
        var cms = authority.Sign(Challenge, true, person);
        // The last bytes are those of the signature's second number.
        cms[^2] ^= 1;

        Assert.Equal("accounts/eds-bad-signature", Code(Verify(cms)));
    }

    [Fact]
    public void A_gost_signature_is_refused_by_name()
    {
        using var person = authority.Person(Person);
        var cms = authority.Sign(Challenge, true, person);
        // ecdsa-with-SHA256 of the signer becomes id-tc26-signwithdigest-gost3410-12-256, which is as long.
        var at = cms.AsSpan().LastIndexOf(Convert.FromHexString("06082A8648CE3D040302"));
        Convert.FromHexString("06082A85030701010302").CopyTo(cms, at);

        Assert.Equal("accounts/eds-gost", Code(Verify(cms)));
    }

    [Fact]
    public void A_short_rsa_key_is_refused()
    {
#pragma warning disable CA5385 // The weakness is what is tried.
        using var key = RSA.Create(1024);
#pragma warning restore CA5385
        using var person = authority.Person(Person, key);

        Assert.Equal("accounts/eds-algorithm", Code(Verify(authority.Sign(Challenge, true, person))));
    }

    [Fact]
    public void A_certificate_signed_with_sha1_is_refused()
    {
        using var person = authority.Person(Person, signedWithSha1: true);

        Assert.Equal("accounts/eds-algorithm", Code(Verify(authority.Sign(Challenge, true, person))));
    }

    [Fact]
    public void A_certificate_that_ran_out_or_is_not_valid_yet_is_refused()
    {
        using var past = authority.Person(Person, until: At.AddSeconds(-1));
        using var future = authority.Person(Person, from: At.AddSeconds(1));

        Assert.Equal("accounts/eds-expired", Code(Verify(authority.Sign(Challenge, true, past))));
        Assert.Equal("accounts/eds-expired", Code(Verify(authority.Sign(Challenge, true, future))));
    }

    [Fact]
    public void A_certificate_of_another_root_is_refused_even_under_the_same_names()
    {
        using var foreign = new TestAuthority();
        using var person = foreign.Person(Person);

        Assert.Equal("accounts/eds-untrusted", Code(Verify(foreign.Sign(Challenge, true, person))));
    }

    [Fact]
    public void A_person_is_no_authority_for_others()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var person = authority.Person(Person, key);
        var request = new CertificateRequest("CN=x, SERIALNUMBER=IIN900101300017", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        using var unsigned = request.Create(
            person.SubjectName, X509SignatureGenerator.CreateForECDsa(key), TestAuthority.From, TestAuthority.Until, [7]);
        using var forged = unsigned.CopyWithPrivateKey(key);
        var trust = new EdsTrust([authority.Root], [authority.Public, person]);

        Assert.Equal("accounts/eds-untrusted", Code(EdsVerifier.Verify(authority.Sign(Challenge, true, forged), Challenge, trust, At)));
    }

    [Fact]
    public void A_certificate_that_only_encrypts_is_refused()
    {
        using var person = authority.Person(Person, usage: X509KeyUsageFlags.KeyEncipherment);

        Assert.Equal("accounts/eds-key-usage", Code(Verify(authority.Sign(Challenge, true, person))));
    }

    [Theory]
    [InlineData("CN=ТЕСТОВ ТЕСТ, C=KZ", "accounts/eds-no-iin")]
    [InlineData("CN=ТЕСТОВ ТЕСТ, SERIALNUMBER=900101300017, C=KZ", "accounts/eds-no-iin")]
    [InlineData("CN=ТЕСТОВ ТЕСТ, SERIALNUMBER=IIN900101300017, SERIALNUMBER=IIN900101300017, C=KZ", "accounts/eds-no-iin")]
    [InlineData("CN=ТЕСТОВ ТЕСТ, SERIALNUMBER=IIN900101300016, C=KZ", "accounts/eds-bad-iin")]
    [InlineData("CN=ТЕСТОВ ТЕСТ, SERIALNUMBER=IIN 900101300017, C=KZ", "accounts/eds-bad-iin")]
    [InlineData("CN=ТЕСТОВ ТЕСТ, SERIALNUMBER=IIN900101300017, OU=BIN940540002028, C=KZ", "accounts/eds-bad-bin")]
    public void A_subject_that_names_nobody_or_wrongly_is_refused(string subject, string code)
    {
        using var person = authority.Person(subject);

        Assert.Equal(code, Code(Verify(authority.Sign(Challenge, true, person))));
    }

    [Fact]
    public void A_revoked_certificate_is_refused_and_another_one_is_checked_against_the_list()
    {
        using var person = authority.Person(Person);
        using var revoked = authority.Person(Person);
        var trust = With(authority.Lists(At.AddDays(1), revoked));

        Assert.True(EdsVerifier.Verify(authority.Sign(Challenge, true, person), Challenge, trust, At).Value.RevocationChecked);
        Assert.Equal("accounts/eds-revoked", Code(EdsVerifier.Verify(authority.Sign(Challenge, true, revoked), Challenge, trust, At)));
    }

    [Fact]
    public void An_outdated_or_missing_revocation_list_or_one_of_somebody_else_answers_for_nobody()
    {
        using var person = authority.Person(Person);
        using var foreign = new TestAuthority();
        var cms = authority.Sign(Challenge, true, person);
        var lists = authority.Lists(At.AddDays(1));

        foreach (var trust in new[]
            { With(authority.Lists(At.AddSeconds(-1))), With((foreign.Lists(At.AddDays(1)).Own, lists.OfRoot)), With((lists.Own, lists.Own)) })
        {
            Assert.Equal("accounts/eds-revocation-unknown", Code(EdsVerifier.Verify(cms, Challenge, trust, At)));
        }
    }

    [Fact]
    public void A_changed_byte_of_a_signature_never_throws_and_never_passes_for_another_text()
    {
        using var person = authority.Person(Person);
        var cms = authority.Sign(Challenge, false, person);
        for (var i = 0; i < cms.Length; i += 7)
        {
            var changed = cms.ToArray();
            changed[i] ^= 0x10;

            Assert.False(EdsVerifier.Verify(changed, [.. Challenge, 1], new EdsTrust([authority.Root]), At).IsDone);
        }
    }

    [Fact]
    public void A_folder_gives_roots_authorities_and_lists_and_one_without_a_root_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("mortanba-eds-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "authority.cer"), authority.Public.RawData);
            Assert.Throws<InvalidDataException>(() => EdsTrust.Load(folder));
            File.WriteAllText(Path.Combine(folder, "root.pem"), authority.Root.ExportCertificatePem());
            File.WriteAllBytes(Path.Combine(folder, "own.crl"), authority.Lists(At.AddDays(1)).Own);

            var trust = EdsTrust.Load(folder);

            Assert.Equal((1, 1, 1), (trust.Roots.Count, trust.Between.Count, trust.Lists.Count));
            File.WriteAllText(Path.Combine(folder, "bad.crl"), "not a list");
            Assert.Throws<InvalidDataException>(() => EdsTrust.Load(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private EdsTrust With((byte[] Own, byte[] OfRoot) lists) =>
        new([authority.Root], null, [RevocationList.Parse(lists.Own), RevocationList.Parse(lists.OfRoot)]);

    private Mortanba.Foundation.Outcome<EdsSubject> Verify(byte[] cms) => EdsVerifier.Verify(cms, Challenge, [authority.Root], At);

    private static string? Code(Mortanba.Foundation.Outcome<EdsSubject> outcome) => outcome.Problem?.Code;
}
