using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Issuance.Samples;
using Xunit;

namespace Mortanba.Flow.Tests.Issuance;

public sealed class RenderingTests : IDisposable
{
    private readonly SignedSample sample = new();

    public void Dispose() => sample.Dispose();

    [Fact]
    [Trait("Requirement", "DA-17")]
    public void The_sd_jwt_verifies_and_shows_every_claim_to_who_has_every_disclosure()
    {
        var issued = sample.Sign(1)[0];

        using var sdJwt = SdJwt.Parse(sample.Forms(issued).SdJwt).Value;
        var disclosed = sdJwt.Verify(sample.PublicKey).Value;
        var vc = SdJwtVc.Check(sdJwt, disclosed, IssuanceSamples.Now, TimeSpan.Zero).Value;

        Assert.Equal(IssuanceSamples.Site + "/types/diploma", vc.Type);
        Assert.Equal($"{IssuanceSamples.Site}/institutions/{IssuanceSamples.InitiatorBin}", vc.Issuer);
        Assert.Equal(issued.Asset.ToString(), vc.Id);
        Assert.Equal(new TokenStatusReference(issued.Record.Status.TokenUri, issued.Record.Status.Index), vc.Status);
        Assert.Equal(IssuanceSamples.KeyId, sdJwt.Header.KeyId);
        Assert.Equal(30, disclosed.Payload.GetProperty("courses").GetArrayLength());
        Assert.Equal(issued.Record.Content.Iin.Value, disclosed.Payload.GetProperty("personal_administrative_number").GetString());
        Assert.Equal(0, disclosed.WithheldCount);
    }

    [Fact]
    [Trait("Requirement", "DA-17")]
    public void Without_disclosures_nothing_of_the_person_or_the_award_is_left()
    {
        var issued = sample.Sign(1)[0];

        using var sdJwt = SdJwt.Parse(sample.Forms(issued).SdJwt).Value;

        Assert.Equal(
            ["_sd", "_sd_alg", "courses", "iat", "iss", "jti", "status", "vct"],
            sdJwt.IssuerPayload.EnumerateObject().Select(m => m.Name).Order(StringComparer.Ordinal));
        Assert.All(
            sdJwt.IssuerPayload.GetProperty("courses").EnumerateArray(),
            course => Assert.Equal("...", Assert.Single(course.EnumerateObject()).Name));
        Assert.Equal(sdJwt.DisclosureCount, sdJwt.IssuerPayload.GetProperty("_sd").GetArrayLength() + 30);
    }

    [Fact]
    public void A_diploma_has_no_expiry_unless_a_rule_says_so()
    {
        var issued = sample.Sign(1, courses: 1)[0];

        using var sdJwt = SdJwt.Parse(sample.Forms(issued).SdJwt).Value;
        using var vc = JsonDocument.Parse(sample.Forms(issued).Vc);

        Assert.False(sdJwt.IssuerPayload.TryGetProperty("exp", out _));
        Assert.False(vc.RootElement.TryGetProperty("validUntil", out _));
    }

    [Fact]
    public void The_rule_on_expiry_reaches_both_forms()
    {
        var record = sample.Sign(1, courses: 1)[0].Record with { InForceUntil = new DateOnly(2031, 6, 19) };

        using var sdJwt = SdJwt.Parse(new SdJwtDiploma(new CourseTexts()).Render(record, sample.Key)).Value;
        using var vc = JsonDocument.Parse(new OpenBadgeDiploma(new CourseTexts()).Render(record, sample.Key));

        Assert.Equal("2031-06-19T19:00:00Z", vc.RootElement.GetProperty("validUntil").GetString());
        Assert.Equal(
            new DateTimeOffset(2031, 6, 19, 19, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(),
            sdJwt.IssuerPayload.GetProperty("exp").GetInt64());
    }

    [Fact]
    [Trait("Requirement", "DA-28")]
    public void The_open_badge_is_canonical_and_its_proof_verifies()
    {
        var issued = sample.Sign(1)[0];

        using var document = StrictJson.Parse(sample.Forms(issued).Vc).Value;

        Assert.Equal(Encoding.UTF8.GetString(Jcs.Canonicalize(document.RootElement)), Encoding.UTF8.GetString(sample.Forms(issued).Vc));
        Assert.True(ProofHolds(document.RootElement));
    }

    [Fact]
    [Trait("Requirement", "DA-9")]
    public void The_open_badge_names_what_a_diploma_must_name_in_three_languages()
    {
        var issued = sample.Sign(1)[0];
        using var document = JsonDocument.Parse(sample.Forms(issued).Vc);
        var subject = document.RootElement.GetProperty("credentialSubject");
        var achievement = subject.GetProperty("achievement");

        Assert.Equal("BD 10000000", subject.GetProperty("licenseNumber").GetString());
        foreach (var name in new[] { "name", "description", "fieldOfStudy" })
        {
            Assert.Equal(["en", "kk", "ru"], achievement.GetProperty(name).EnumerateObject().Select(m => m.Name));
        }

        Assert.Equal("6B06103", achievement.GetProperty("humanCode").GetString());
        Assert.Contains("№ 14", subject.GetProperty("narrative").GetProperty("kk").GetString(), StringComparison.Ordinal);
        Assert.Equal(31, subject.GetProperty("result").GetArrayLength());
        Assert.Equal(
            achievement.GetProperty("resultDescription").EnumerateArray().Select(d => d.GetProperty("id").GetString()),
            subject.GetProperty("result").EnumerateArray().Select(r => r.GetProperty("resultDescription").GetString()));
    }

    [Fact]
    public void Both_status_purposes_point_at_the_same_random_index()
    {
        var issued = sample.Sign(3, courses: 0)[2];
        using var document = JsonDocument.Parse(sample.Forms(issued).Vc);

        var entries = document.RootElement.GetProperty("credentialStatus").EnumerateArray().ToList();

        Assert.Equal(["revocation", "suspension"], entries.Select(e => e.GetProperty("statusPurpose").GetString()));
        Assert.All(entries, e => Assert.Equal("2", e.GetProperty("statusListIndex").GetString()));
    }

    [Fact]
    public void The_paper_core_verifies_and_repeats_the_paper()
    {
        var issued = sample.Sign(1)[0];

        var paper = PaperJws.Parse(sample.Forms(issued).PaperText).Value;

        var dot = paper.Compact.LastIndexOf('.');
        Assert.True(sample.PublicKey.Verify(
            Encoding.ASCII.GetBytes(paper.Compact[..dot]), Base64Url.DecodeFromChars(paper.Compact.AsSpan(dot + 1))));
        Assert.Equal(issued.Asset, paper.Core.Asset);
        Assert.Equal("BD 10000000", paper.Core.Number);
    }

    [Fact]
    [Trait("Requirement", "DA-10")]
    public void The_ledger_entry_is_canonical_commits_to_each_form_and_names_no_person()
    {
        var issued = sample.Sign(1)[0];

        var entry = LedgerEntry.Parse(issued.Entry).Value;
        var forms = entry.Texts("forms");

        Assert.Equal(LedgerEntryTypes.AssetRegistered, entry.Type);
        Assert.Equal(issued.Asset.ToString(), entry.Text("asset"));
        Assert.Equal(IssuanceSamples.InitiatorBin.Value, entry.Text("initiator"));
        Assert.Equal(Commitment.OfSigned(SdJwt.CommittedPart(sample.Forms(issued).SdJwt)).ToString(), forms["application/dc+sd-jwt"]);
        Assert.Equal(Commitment.OfSigned(sample.Forms(issued).Vc).ToString(), forms["application/vc"]);
        Assert.Equal(Commitment.OfSigned(sample.Forms(issued).Paper).ToString(), forms[PaperJws.MediaType]);
        var text = Encoding.UTF8.GetString(issued.Entry.Span);
        foreach (var personal in PersonalValues(issued.Record))
        {
            Assert.DoesNotContain(personal, text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    [Trait("Requirement", "DA-14")]
    public void Another_hash_algorithm_of_the_rules_is_named_in_the_entry()
    {
        var issued = sample.Sign(1, courses: 0)[0];
        var given = issued.Record.Permission;
        var record = issued.Record with
        {
            Permission = new IssuePermission(
                given.Initiator, given.Operator, given.Permit, given.Decision, given.LegalClass, given.GateRule,
                Commitment.Sha256, given.At),
        };

        var entry = LedgerEntry.Parse(RegisteredEntry.Write(record, FormCommitments.Of([sample.Forms(issued)], Commitment.Sha256)[0], new JcsText())).Value;

        Assert.Equal(Commitment.OfSigned(sample.Forms(issued).Vc, Commitment.Sha256).ToString(), entry.Texts("forms")["application/vc"]);
    }

    [Fact]
    public void Diplomas_hashed_together_are_each_committed_to_as_if_alone()
    {
        var forms = sample.Sign(11).Select(issued => sample.Forms(issued)).ToArray();

        var together = FormCommitments.Of(forms, Commitment.Sha3_512);

        Assert.Equal(forms.Select(form => FormCommitments.Of([form], Commitment.Sha3_512)[0]), together);
    }

    [Fact]
    public void A_record_with_parts_written_once_reads_as_one_written_whole()
    {
        var records = sample.Sign(3).Select(issued => issued.Record).ToArray();
        var writer = new RecordWriter();
        foreach (var record in records)
        {
            var output = new System.Buffers.ArrayBufferWriter<byte>();
            writer.Write(record, output);
            var whole = new System.Buffers.ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(whole, RecordJson.Layout))
            {
                JsonSerializer.Serialize(json, record, RecordJson.Default.DiplomaRecord);
            }

            Assert.Equal(Encoding.UTF8.GetString(whole.WrittenSpan), Encoding.UTF8.GetString(output.WrittenSpan));
        }
    }

    [Fact]
    public void A_sealed_diploma_opens_to_the_same_record_and_forms()
    {
        var issued = sample.Sign(2)[1];

        var (record, forms) = SealedPayload.Open(sample.Vault, issued.Asset, issued.WrappedKey, issued.Payload);

        var committed = LedgerEntry.Parse(issued.Entry).Value.Texts("forms");
        Assert.Equal(committed["application/dc+sd-jwt"], Commitment.OfSigned(SdJwt.CommittedPart(forms.SdJwt)).ToString());
        Assert.Equal(committed["application/vc"], Commitment.OfSigned(forms.Vc).ToString());
        Assert.Equal(committed[PaperJws.MediaType], Commitment.OfSigned(forms.Paper).ToString());
        Assert.Equal(issued.Record.Content.Courses, record.Content.Courses);
        var courses = issued.Record.Content.Courses;
        Assert.Equal(issued.Record, record with { Content = record.Content with { Courses = courses } });
    }

    [Fact]
    public void A_sealed_diploma_is_not_readable_movable_or_changeable()
    {
        var issued = sample.Sign(2, courses: 2);
        var clear = Encoding.Latin1.GetString(issued[0].Payload);

        Assert.DoesNotContain("ONGARBAY", clear, StringComparison.OrdinalIgnoreCase);
        Assert.ThrowsAny<CryptographicException>(() =>
            SealedPayload.Open(sample.Vault, issued[1].Asset, issued[0].WrappedKey, issued[0].Payload));
        for (var at = 0; at < issued[0].Payload.Length; at += 97)
        {
            var changed = issued[0].Payload.ToArray();
            changed[at] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() =>
                SealedPayload.Open(sample.Vault, issued[0].Asset, issued[0].WrappedKey, changed));
        }
    }

    [Fact]
    public void A_sealed_name_opens_alone_and_is_not_readable_movable_changeable_or_a_payload()
    {
        var issued = sample.Sign(2, courses: 0);
        var (own, other) = (issued[0], issued[1]);

        Assert.Equal(own.Record.Content.Name, SealedPayload.OpenName(sample.Vault, own.Asset, own.WrappedKey, own.Name));
        Assert.DoesNotContain("ONGARBAY", Encoding.Latin1.GetString(own.Name), StringComparison.OrdinalIgnoreCase);
        Assert.ThrowsAny<CryptographicException>(() => SealedPayload.OpenName(sample.Vault, own.Asset, own.WrappedKey, other.Name));
        Assert.ThrowsAny<CryptographicException>(() => SealedPayload.OpenName(sample.Vault, other.Asset, own.WrappedKey, own.Name));
        Assert.ThrowsAny<CryptographicException>(() => SealedPayload.OpenName(sample.Vault, own.Asset, own.WrappedKey, own.Payload));
        Assert.ThrowsAny<CryptographicException>(() => SealedPayload.Open(sample.Vault, own.Asset, own.WrappedKey, own.Name));
        for (var at = 0; at < own.Name.Length; at += 7)
        {
            var changed = own.Name.ToArray();
            changed[at] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => SealedPayload.OpenName(sample.Vault, own.Asset, own.WrappedKey, changed));
        }
    }

    [Fact]
    public void Ids_capabilities_and_data_keys_never_repeat()
    {
        var issued = sample.Sign(50, courses: 0);

        Assert.Equal(50, issued.Select(i => i.Asset).Distinct().Count());
        Assert.Equal(50, issued.Select(i => i.Record.Capability).Distinct().Count());
        Assert.All(issued, i => Assert.Equal(22, i.Record.Capability.Length));
        Assert.Equal(50, issued.Select(i => Convert.ToHexString(i.WrappedKey)).Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 50), issued.Select(i => i.Record.Status.Index));
    }

    private static IEnumerable<string> PersonalValues(DiplomaRecord record) =>
    [
        record.Content.Iin.Value, record.Content.StudentNumber, record.Content.Name.PassportFamily,
        record.Content.Name.Family.Kk, record.Content.Name.Family.Ru, record.Content.Name.Given.Kk,
        record.Content.Number, record.Capability, "2004-03",
    ];

    // The rule of ecdsa-jcs-2019 from its document, independent of the code that signed.
    private bool ProofHolds(JsonElement document)
    {
        var unsecured = System.Text.Json.Nodes.JsonNode.Parse(document.GetRawText())!.AsObject();
        var proof = unsecured["proof"]!.AsObject();
        unsecured.Remove("proof");
        var value = (string)proof["proofValue"]!;
        proof.Remove("proofValue");
        byte[] hashes = [.. SHA256.HashData(Jcs.Canonicalize(proof)), .. SHA256.HashData(Jcs.Canonicalize(unsecured))];
        return Base58Btc.TryDecode(value, out var signature) && sample.PublicKey.Verify(hashes, signature);
    }
}
