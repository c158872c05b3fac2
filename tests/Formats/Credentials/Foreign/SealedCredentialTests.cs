using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Credentials;
using Xunit;

namespace Mortanba.Formats.Tests.Credentials;

/// <summary>European credentials, badges and tokens: their seals and proofs, and what they say.</summary>
public sealed class SealedCredentialTests
{
    private static readonly P256PrivateKey Issuer = P256PrivateKey.FromSecret(SHA256.HashData("issuer abroad"u8));
    private static readonly string IssuerDid = DidResolver.KeyDid(Issuer.ToPublicKey());

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public void A_sealed_European_credential_is_whole_and_its_certificate_is_named(string algorithm)
    {
        using var seal = new Seal(algorithm);
        foreach (var bytes in (byte[][])[seal.Compact(Elm()), seal.General(Elm()), seal.Flattened(Elm())])
        {
            var reading = ForeignSamples.Read(bytes);

            Assert.Equal(FileKind.EuropeanCredential, reading.Kind);
            Assert.Equal(
                """
                Form Passed foreign/form-read
                Signature Passed foreign/signature-holds
                SignerIsIssuer NotChecked foreign/certificate-not-followed
                IssuerTrusted NotChecked foreign/no-list-of-signers
                Validity Passed foreign/within-its-time
                """,
                ForeignSamples.Lines(reading));
            Assert.Equal(FileConclusion.SignatureOnly, reading.Conclusion);
            Assert.Equal("Bachelor of Information and Communication Technologies", reading.Qualification!.Title!.In("en"));
        }
    }

    [Fact]
    public void Our_ELM_export_is_unsigned_says_so_and_reads_back_equal()
    {
        var reading = ForeignSamples.Read(ElmWriter.Write(OwnExport.Qualification, "urn:uuid:6f1c3c0e-5d5b-4b4e-9d5e-6d2a5a0b7f11"));

        OwnExport.AssertEqual(OwnExport.Qualification, reading.Qualification);
        Assert.Equal("foreign/not-signed", reading.Checks.Single(c => c.Name == FileCheckName.Signature).Reason);
        Assert.Equal(FileConclusion.Unproved, reading.Conclusion);
    }

    [Theory]
    [InlineData("payload", FileCheckName.Signature)]
    [InlineData("signature", FileCheckName.Signature)]
    [InlineData("expired", FileCheckName.Validity)]
    [InlineData("early", FileCheckName.Validity)]
    [InlineData("time", FileCheckName.Validity)]
    [InlineData("claims", FileCheckName.Form)]
    public void Each_fault_of_a_seal_fails_its_own_check_only(string fault, FileCheckName check)
    {
        using var seal = new Seal("ES256");
        var elm = JsonNode.Parse(Elm())!.AsObject();
        if (fault is "expired" or "early" or "time")
        {
            elm[fault == "early" ? "validFrom" : "validUntil"] = fault switch { "expired" => "2026-06-30T00:00:00Z", "early" => "2026-08-01T00:00:00Z", _ => "soon" };
        }
        else if (fault == "claims")
        {
            elm["credentialSubject"]!["hasClaim"] = new JsonArray();
        }

        var parts = Encoding.ASCII.GetString(seal.Compact(elm.ToJsonString())).Split('.');
        if (fault == "payload")
        {
            parts[1] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(elm.ToJsonString().Replace("Algebra", "Geometry", StringComparison.Ordinal)));
        }
        else if (fault == "signature")
        {
            var value = Base64Url.DecodeFromChars(parts[2]);
            value[7] ^= 1;
            parts[2] = Base64Url.EncodeToString(value);
        }

        Assert.Equal([check], ForeignSamples.Failed(ForeignSamples.Read(string.Join('.', parts))));
    }

    [Theory]
    [InlineData("""{"alg":"none"}""", FileCheckState.Failed, "foreign/algorithm-none")]
    [InlineData("""{"alg":"HS256"}""", FileCheckState.NotChecked, "foreign/key-not-at-hand")]
    [InlineData("""{"alg":"ES256"}""", FileCheckState.NotChecked, "foreign/key-not-at-hand")]
    [InlineData("""{"alg":"ES256","crit":["exotic"],"exotic":1}""", FileCheckState.NotChecked, "foreign/critical-extension")]
    [InlineData("""{"alg":"ES256","sigD":{"mId":"x"}}""", FileCheckState.NotChecked, "foreign/signature-form-not-taken")]
    [InlineData("""{"alg":"ES256","x5u":"http://127.0.0.1:1/key"}""", FileCheckState.NotChecked, "foreign/key-not-at-hand")]
    public void A_header_that_is_not_understood_never_passes(string header, FileCheckState state, string reason)
    {
        var token = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Elm()))}.AAAA";
        var check = ForeignSamples.Read(token).Checks.Single(c => c.Name == FileCheckName.Signature);
        Assert.Equal((state, reason), (check.State, check.Reason));
    }

    [Fact]
    public void A_badge_with_a_proof_of_its_issuer_s_own_key_is_bound_to_the_issuer()
    {
        var reading = ForeignSamples.Read(Badge(IssuerDid));

        Assert.Equal(FileKind.OpenBadge, reading.Kind);
        Assert.Equal(
            """
            Form Passed foreign/form-read
            Signature Passed foreign/signature-holds
            SignerIsIssuer Passed foreign/key-is-issuer
            IssuerTrusted NotChecked foreign/no-list-of-signers
            Validity Passed foreign/within-its-time
            """,
            ForeignSamples.Lines(reading));
        Assert.Equal(FileConclusion.Confirmed, ForeignSamples.Read(Badge(IssuerDid), IssuerDid).Conclusion);
        Assert.Equal("Jane Doe", reading.Qualification!.Holder.FullName);
        Assert.Equal("Teamwork", reading.Qualification.Title!.In("ru"));
    }

    [Fact]
    public void A_badge_changed_after_signing_or_signed_by_another_fails_that_check_only()
    {
        var changed = Encoding.UTF8.GetString(Badge(IssuerDid)).Replace("Teamwork", "Surgery", StringComparison.Ordinal);
        Assert.Equal([FileCheckName.Signature], ForeignSamples.Failed(ForeignSamples.Read(changed)));
        var another = ForeignSamples.Read(Badge("did:web:example.edu"));
        Assert.Equal("foreign/signed-by-another", another.Checks.Single(c => c.State == FileCheckState.Failed).Reason);
        Assert.Equal([FileCheckName.SignerIsIssuer], ForeignSamples.Failed(another));

        // An issuer with a web address only: the key may be its own, the file does not show it.
        var unbound = ForeignSamples.Read(Badge("https://example.edu"));
        Assert.Equal("foreign/key-not-bound", unbound.Checks.Single(c => c.Name == FileCheckName.SignerIsIssuer).Reason);
        Assert.Equal(FileConclusion.SignatureOnly, unbound.Conclusion);
    }

    [Fact]
    public void An_SD_JWT_of_a_stranger_shows_what_is_disclosed_and_its_hidden_parts_stay_hidden()
    {
        var writer = new SdJwtWriter().Begin();
        writer.Text("iss"u8, IssuerDid).Text("vct"u8, "https://example.edu/degree").Number("iat"u8, 1_780_000_000);
        writer.Text("given_name"u8, "Jane", disclosable: true).Text("family_name"u8, "Doe", disclosable: true).Text("title"u8, "Bachelor of Arts");
        var compact = Encoding.ASCII.GetString(writer.Sign(Issuer, SdJwtVc.HeaderType, IssuerDid + "#key"));
        var reading = ForeignSamples.Read(compact);

        Assert.Equal(FileKind.SdJwtVc, reading.Kind);
        Assert.Equal(FileCheckState.Passed, reading.StateOf(FileCheckName.Signature));
        Assert.Equal(FileCheckState.Passed, reading.StateOf(FileCheckName.SignerIsIssuer));
        Assert.Equal(("Jane Doe", "Bachelor of Arts"), (reading.Qualification!.Holder.FullName, reading.Qualification.Title!.In("en")));

        var parts = compact.Split('~');
        var hidden = ForeignSamples.Read(string.Join('~', parts[0], parts[2], ""));
        Assert.Equal("Doe", hidden.Qualification!.Holder.FullName);
        var forged = string.Join('~', parts[0], Base64Url.EncodeToString("[\"c2FsdA\",\"title\",\"Doctor\"]"u8), "");
        Assert.Contains(FileCheckName.Integrity, ForeignSamples.Failed(ForeignSamples.Read(forged)));
    }

    [Theory]
    [InlineData("elm", "Sample-MastersDegree-unsigned.json", "Master of Arts in Media Studies", "Umea university", "SE", 60)]
    [InlineData("elm", "Sample-TranscriptOfRecords-unsigned.json", "Master of Arts in Media Studies", "Learning Provider", "IE", null)]
    [InlineData("examples", "bengales-highschool-diploma.json", "Higher Education Entrance Qualification - German International ABITUR School", "University of Life", "BE", null)]
    [InlineData("examples", "transcript-of-records.json", "TITLE OF PROGRAMME", "University of Life", "BE", null)]
    public void The_samples_of_Europass_are_read(string folder, string file, string title, string institution, string country, int? credits)
    {
        var reading = ForeignSamples.Read(SharedVectors.Bytes("schemas", folder, file));
        Assert.Equal(FileKind.EuropeanCredential, reading.Kind);
        var says = reading.Qualification!;
        Assert.Equal((title, institution, country), (says.Title!.In("en"), says.Institution!.In("en"), says.Country));
        Assert.True(credits is null || says.Credits == credits);
        Assert.NotNull(says.Holder.FullName);
        Assert.Equal("foreign/not-signed", reading.Checks.Single(c => c.Name == FileCheckName.Signature).Reason);
    }

    [Fact]
    public void The_samples_of_1EdTech_are_recognised_and_none_passes_without_a_signature_that_was_checked()
    {
        foreach (var file in Directory.GetFiles(SharedVectors.Require("schemas", "examples", "1edtech-ob30"), "*.json")
            .Concat(Directory.GetFiles(SharedVectors.Require("schemas", "examples", "1edtech-clr20"))))
        {
            var reading = ForeignSamples.Read(File.ReadAllBytes(file));
            Assert.True(reading.Kind is FileKind.OpenBadge or FileKind.VerifiableCredential or FileKind.AttachmentOnly, file);
            Assert.NotEqual(FileConclusion.Confirmed, reading.Conclusion);
        }

        var badge = ForeignSamples.Read(SharedVectors.Bytes("schemas", "examples", "1edtech-ob30", "complete.json"));
        Assert.NotNull(badge.Qualification!.Title);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{}")]
    [InlineData("{\"type\":[\"VerifiableCredential\"],\"type\":[]}")]
    [InlineData("{\"payload\":\"AAAA\",\"signatures\":[]}")]
    [InlineData("{\"data\":{},\"signature\":{\"targetHash\":1}}")]
    [InlineData("[1,2,3]")]
    [InlineData("PK\u0003\u0004zip")]
    [InlineData("a.b.c")]
    [InlineData("~~~")]
    [InlineData("Diploma No. 7")]
    public void Anything_else_is_an_attachment(string text) => Assert.Equal(FileKind.AttachmentOnly, ForeignSamples.Read(text).Kind);

    [Fact]
    public void A_text_of_a_stranger_is_one_line_without_marks_that_turn_it_and_never_markup()
    {
        Assert.Equal("a b", ReadText.Clean("\u202E a \u0000\n\t b\u2066 "));
        Assert.Equal("bold & plain", ReadText.WithoutTags("<b onclick=x>bold</b> &amp; plain"));
        Assert.Equal(ReadText.LengthMax, ReadText.Clean(new string('x', 100_000)).Length + 1);
    }

    private static string Elm()
    {
        var elm = JsonNode.Parse(ElmWriter.Write(OwnExport.Qualification, "urn:uuid:6f1c3c0e-5d5b-4b4e-9d5e-6d2a5a0b7f11"))!;
        return elm.ToJsonString();
    }

    private static byte[] Badge(string issuer)
    {
        using var document = JsonDocument.Parse(
            $$$"""
            {"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
             "id":"urn:uuid:11111111-1111-4111-8111-111111111111","type":["VerifiableCredential","AchievementCredential"],
             "issuer":{"id":"{{{issuer}}}","type":["Profile"],"name":"Example College"},"validFrom":"2026-01-01T00:00:00Z",
             "credentialSubject":{"type":["AchievementSubject"],"identifier":[{"type":"IdentityObject","hashed":false,"identityHash":"Jane Doe","identityType":"name"}],
              "achievement":{"id":"https://example.edu/a","type":["Achievement"],"name":"Teamwork","description":"d","criteria":{"narrative":"n"} } }
            }
            """);
        var method = IssuerDid + "#" + Issuer.ToPublicKey().Multibase;
        return DataIntegrity.Sign(document.RootElement, new ProofOptions(method, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), Issuer).Value;
    }

    /// <summary>A seal with a certificate of its own, as JAdES carries it.</summary>
    private sealed class Seal : IDisposable
    {
        private readonly string algorithm;
        private readonly RSA? rsa;
        private readonly ECDsa? ecdsa;
        private readonly string header;

        public Seal(string algorithm)
        {
            this.algorithm = algorithm;
            CertificateRequest request;
            if (algorithm == "ES256")
            {
                ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                request = new CertificateRequest("O=Example University, CN=Seal", ecdsa, HashAlgorithmName.SHA256);
            }
            else
            {
                rsa = RSA.Create(2048);
                request = new CertificateRequest("O=Example University, CN=Seal", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            }

            using var certificate = request.CreateSelfSigned(ForeignSamples.Now.AddYears(-1), ForeignSamples.Now.AddYears(1));
            var certificateText = Convert.ToBase64String(certificate.RawData);
            header = Encode($$"""{"alg":"{{algorithm}}","cty":"application/ld+json","sigT":"2026-06-27T00:00:00Z","crit":["sigT"],"x5c":["{{certificateText}}"] }""");
        }

        public byte[] Compact(string payload) => Encoding.ASCII.GetBytes($"{header}.{Encode(payload)}.{Sign(payload)}");

        public byte[] General(string payload) => Encoding.UTF8.GetBytes(
            $$$"""{"payload":"{{{Encode(payload)}}}","signatures":[{"protected":"{{{header}}}","header":{"etsiU":["e30"]},"signature":"{{{Sign(payload)}}}"}]}""");

        public byte[] Flattened(string payload) => Encoding.UTF8.GetBytes(
            $$"""{"payload":"{{Encode(payload)}}","protected":"{{header}}","signature":"{{Sign(payload)}}"}""");

        public void Dispose()
        {
            rsa?.Dispose();
            ecdsa?.Dispose();
        }

        private string Sign(string payload)
        {
            var input = Encoding.ASCII.GetBytes($"{header}.{Encode(payload)}");
            return Base64Url.EncodeToString(ecdsa?.SignData(input, HashAlgorithmName.SHA256)
                ?? rsa!.SignData(input, HashAlgorithmName.SHA256, algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1));
        }

        private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
    }
}
