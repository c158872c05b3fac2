using System.Security.Cryptography;
using System.Text;
using Mortanba.Credentials;
using Xunit;

namespace Mortanba.Formats.Tests.Credentials;

/// <summary>ELMO: a file signed with openssl over a canonical form written by hand, and our own.</summary>
public sealed class ElmoTests
{
    private const string SignedBy = "x509:";
    private static readonly string Signed = ForeignSamples.File("elmo-signed.xml");

    [Fact]
    [Trait("Requirement", "RQ-8")]
    public void A_signed_file_of_another_country_is_whole_and_its_signer_is_named_but_not_trusted()
    {
        var reading = ForeignSamples.Read(Signed);

        Assert.Equal(FileKind.Elmo, reading.Kind);
        Assert.Equal(
            """
            Form Passed foreign/form-read
            Integrity Passed foreign/hash-fits
            Signature Passed foreign/signature-holds
            SignerIsIssuer NotChecked foreign/certificate-not-followed
            IssuerTrusted NotChecked foreign/no-list-of-signers
            """,
            ForeignSamples.Lines(reading));
        Assert.Equal(FileConclusion.SignatureOnly, reading.Conclusion);
        Assert.Contains("CN=EMREX seal", reading.Signer!.Name, StringComparison.Ordinal);
        Assert.StartsWith(SignedBy, reading.Signer.Id, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signer_on_the_body_s_list_is_trusted_and_another_is_not()
    {
        var signer = ForeignSamples.Read(Signed).Signer!.Id;

        var trusted = ForeignSamples.Read(Encoding.UTF8.GetBytes(Signed), signer);
        Assert.Equal(FileCheckState.Passed, trusted.StateOf(FileCheckName.IssuerTrusted));
        var other = ForeignSamples.Read(Encoding.UTF8.GetBytes(Signed), "x509:00");
        Assert.Equal("foreign/signer-not-on-list", other.Checks.Single(c => c.Name == FileCheckName.IssuerTrusted).Reason);
    }

    [Fact]
    [Trait("Requirement", "RQ-26")]
    public void What_it_says_is_read_with_its_supplement()
    {
        var says = ForeignSamples.Read(Signed).Qualification!;

        Assert.Equal(new HolderReading("Wojciech Łukasz Rygielski", "Rygielski", "Wojciech Łukasz", new DateOnly(1983, 4, 12)), says.Holder);
        Assert.Equal("Master of Science in Biology", says.Title!.In("kk"));
        Assert.Equal("Universitetet i Eksempel", says.Institution!.In("no"));
        Assert.Equal("NO", says.Country);
        Assert.Equal(new DateOnly(2025, 6, 15), says.AwardDate);
        Assert.Equal((120m, "ECTS"), (says.Credits, says.CreditScheme));
        Assert.Equal([new ReadLevel("EQF", "7")], says.Levels);
        var course = Assert.Single(says.Courses);
        Assert.Equal(("BIO4100", 7.5m, "ECTS", "A"), (course.Code, course.Credits, course.CreditScheme, course.Grade));
        Assert.Equal("A is best, F is failed", course.GradingScheme!.In("en"));
        var section = Assert.Single(Assert.Single(says.Supplement!.Sections).Sections);
        Assert.Equal(("3.2", "2 years & 120 ECTS See 8."), (section.Number, section.Content));
    }

    [Theory]
    [InlineData("<resultLabel>A<", "<resultLabel>B<", FileCheckName.Integrity, FileCheckName.Signature)]
    [InlineData("</report>", "</report> ", FileCheckName.Integrity, FileCheckName.Signature)]
    [InlineData("<givenNames>Wojciech Łukasz</givenNames>\n    <familyName>Rygielski</familyName>", "", FileCheckName.Form, FileCheckName.Integrity, FileCheckName.Signature)]
    public void A_change_of_the_content_is_seen(string from, string to, params FileCheckName[] checks)
    {
        Assert.Contains(from, Signed, StringComparison.Ordinal);
        Assert.Equal(checks, ForeignSamples.Failed(ForeignSamples.Read(Signed.Replace(from, to, StringComparison.Ordinal))));
    }

    [Fact]
    public void A_changed_signature_value_fails_the_signature_only()
    {
        var at = Signed.IndexOf("<SignatureValue>", StringComparison.Ordinal) + 20;
        var changed = Signed[..at] + (Signed[at] == 'A' ? 'B' : 'A') + Signed[(at + 1)..];
        Assert.Equal([FileCheckName.Signature], ForeignSamples.Failed(ForeignSamples.Read(changed)));
    }

    [Fact]
    public void What_canonicalisation_undoes_changes_nothing()
    {
        var respelt = Signed.Replace("type=\"schac\"", "type = 'schac'", StringComparison.Ordinal)
            .Replace("<report>", "<report><!-- a comment is not content -->", StringComparison.Ordinal);
        Assert.Equal(FileConclusion.SignatureOnly, ForeignSamples.Read(respelt).Conclusion);
    }

    [Theory]
    [InlineData("rsa-sha256", "rsa-sha1")]
    [InlineData("xmlenc#sha256", "xmldsig#sha1")]
    [InlineData("Reference URI=\"\"", "Reference URI=\"#part\"")]
    [InlineData("<Transforms>", "<Transforms><Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/>")]
    public void A_signature_of_a_shape_or_algorithm_that_is_not_taken_counts_as_not_checked(string from, string to)
    {
        Assert.Contains(from, Signed, StringComparison.Ordinal);
        var reading = ForeignSamples.Read(Signed.Replace(from, to, StringComparison.Ordinal));
        Assert.Equal(FileCheckState.NotChecked, reading.StateOf(FileCheckName.Integrity));
        Assert.Equal(FileCheckState.NotChecked, reading.StateOf(FileCheckName.Signature));
        Assert.Equal(FileConclusion.Unproved, reading.Conclusion);
    }

    [Fact]
    public void A_second_signature_and_a_signed_part_beside_the_content_are_refused()
    {
        var start = Signed.IndexOf("<Signature ", StringComparison.Ordinal);
        var end = Signed.IndexOf("</Signature>", StringComparison.Ordinal) + "</Signature>".Length;
        var twice = Signed.Insert(end, Signed[start..end]);
        Assert.Contains(FileCheckName.Signature, ForeignSamples.Failed(ForeignSamples.Read(twice)));

        // Wrapping: the signed document as an extension of another one.
        var inner = Signed[Signed.IndexOf("<elmo ", StringComparison.Ordinal)..];
        var wrapped = Signed[..start].Replace("Rygielski", "Somebody", StringComparison.Ordinal)
            + $"<extension>{inner}</extension></elmo>";
        var reading = ForeignSamples.Read(wrapped);
        Assert.Equal("foreign/not-signed", reading.Checks.Single(c => c.Name == FileCheckName.Signature).Reason);
    }

    [Fact]
    public void Our_own_export_reads_back_equal_and_its_signature_holds()
    {
        var from = OwnExport.Qualification;
        var plain = ElmoWriter.Write(from, "https://kazyna.example", ForeignSamples.Now);
        OwnExport.AssertEqual(from, ForeignSamples.Read(plain).Qualification);

        var signer = P256PrivateKey.FromSecret(SHA256.HashData("institution of ELMO"u8));
        var bytes = ElmoWriter.WriteSigned(from, "https://kazyna.example", ForeignSamples.Now, signer, "did:web:kazyna.example#key-1");
        var reading = ForeignSamples.Read(bytes);
        OwnExport.AssertEqual(from, reading.Qualification);
        Assert.Equal(FileConclusion.SignatureOnly, reading.Conclusion);
        Assert.StartsWith("key:", reading.Signer!.Id, StringComparison.Ordinal);

        var changed = Encoding.UTF8.GetString(bytes).Replace("A- (92)", "A (99)", StringComparison.Ordinal);
        Assert.Equal(FileConclusion.Broken, ForeignSamples.Read(changed).Conclusion);
    }

    [Fact]
    public void Our_export_signed_and_not_is_valid_against_the_schema_of_ELMO()
    {
        var signer = P256PrivateKey.FromSecret(SHA256.HashData("institution of ELMO"u8));
        var schemas = ElmoSchema.Load();
        foreach (var bytes in (byte[][])
        [
            ElmoWriter.Write(OwnExport.Qualification, "https://kazyna.example", ForeignSamples.Now),
            ElmoWriter.WriteSigned(OwnExport.Qualification, "https://kazyna.example", ForeignSamples.Now, signer, "did:web:kazyna.example#key-1"),
        ])
        {
            Assert.Empty(ElmoSchema.Faults(schemas, bytes));
        }

        // The schema is looked at at all: an element out of place is seen.
        var wrong = Encoding.UTF8.GetString(ElmoWriter.Write(OwnExport.Qualification, "https://kazyna.example", ForeignSamples.Now))
            .Replace("<issueDate>", "<issueDay>", StringComparison.Ordinal).Replace("</issueDate>", "</issueDay>", StringComparison.Ordinal);
        Assert.NotEmpty(ElmoSchema.Faults(schemas, Encoding.UTF8.GetBytes(wrong)));
    }

    [Fact]
    public void The_example_of_the_standard_is_read_and_its_SHA_1_signature_is_not_taken()
    {
        var reading = ForeignSamples.Read(SharedVectors.Bytes("schemas", "examples", "elmo-example.xml"));

        Assert.Equal(FileKind.Elmo, reading.Kind);
        Assert.Equal("foreign/algorithm-not-taken", reading.Checks.Single(c => c.Name == FileCheckName.Signature).Reason);
        var says = reading.Qualification!;
        Assert.Equal(("PL", "Master of Science in Biology", 120m), (says.Country, says.Title!.In("en"), says.Credits));
        Assert.Equal(["2", "3", "4", "7", "8"], says.Supplement!.Sections.Select(s => s.Number));
        Assert.Contains(says.Courses, c => c.Title.In("en") == "Compiler construction" && c.Grade == "45.1");
    }

    [Theory]
    [InlineData("<!DOCTYPE elmo [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><elmo xmlns=\"https://github.com/emrex-eu/elmo-schemas/tree/v1\">&x;</elmo>")]
    [InlineData("<!DOCTYPE lolz [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]><elmo>&b;</elmo>")]
    [InlineData("<!DOCTYPE elmo PUBLIC \"-//x\" \"http://127.0.0.1:1/x.dtd\"><elmo/>")]
    [InlineData("<elmo xmlns=\"https://github.com/emrex-eu/elmo-schemas/tree/v1\">")]
    [InlineData("<elmo")]
    [InlineData("<html><body>diploma</body></html>")]
    public void Hostile_or_other_XML_is_an_attachment_and_nothing_is_fetched(string xml) =>
        Assert.Equal(FileKind.AttachmentOnly, ForeignSamples.Read(xml).Kind);

    [Fact]
    public void XML_that_nests_or_repeats_without_end_is_an_attachment()
    {
        const string Name = "<elmo xmlns=\"https://github.com/emrex-eu/elmo-schemas/tree/v1\">";
        Assert.Equal("foreign/xml-not-safe", ForeignSamples.Read(Name + new string('\n', 3) + string.Concat(Enumerable.Repeat("<a>", 100_000))).Reason);
        Assert.Equal("foreign/xml-not-safe", ForeignSamples.Read(Name + string.Concat(Enumerable.Repeat("<a/>", 600_000)) + "</elmo>").Reason);
        Assert.Equal("foreign/too-large", ForeignSamples.Read(new byte[50 * 1024 * 1024]).Reason);
    }
}
