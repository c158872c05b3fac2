using System.Text;
using Mortanba.Credentials;
using Xunit;

namespace Mortanba.Formats.Tests.Credentials;

/// <summary>
/// The two documents were made by a program of another language, which also gives the published fixtures of OpenAttestation their hashes.
/// </summary>
public sealed class OpenAttestationTests
{
    private static readonly string Two = ForeignSamples.File("opencerts-2.json");
    private static readonly string Three = ForeignSamples.File("openattestation-3.json");

    [Theory]
    [InlineData("", 0, "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", 1, "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("a", 135, "34367dc248bbd832f4e3e69dfaac2f92638bd0bbd18f2912ba4ef454919cf446")]
    [InlineData("a", 136, "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e")]
    [InlineData("a", 200, "96ea54061def936c4be90b518992fdc6f12f535068a256229aca54267b4d084d")]
    public void Keccak_256_is_the_one_of_Ethereum(string text, int times, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(Keccak256.Hash(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, times))))));

    [Fact]
    [Trait("Requirement", "RQ-8")]
    public void An_OpenCerts_file_is_whole_in_its_batch_and_nothing_is_said_of_who_issued_it()
    {
        var reading = ForeignSamples.Read(Two);

        Assert.Equal(FileKind.OpenAttestation, reading.Kind);
        Assert.Equal(
            """
            Form Passed foreign/form-read
            Integrity Passed foreign/hash-fits
            Batch Passed foreign/batch-proof-fits
            Signature NotChecked foreign/chain-not-asked
            SignerIsIssuer NotChecked foreign/issuer-identity-not-asked
            IssuerTrusted NotChecked foreign/issuer-identity-not-asked
            Status NotChecked foreign/status-not-asked
            """,
            ForeignSamples.Lines(reading));
        Assert.Equal(FileConclusion.Unproved, reading.Conclusion);
    }

    [Fact]
    public void What_an_OpenCerts_file_says_is_read_without_its_salts()
    {
        var says = ForeignSamples.Read(Two).Qualification!;

        Assert.Equal("Tan Ah Kow", says.Holder.FullName);
        Assert.Equal("Bachelor of Engineering (Маңғыстау)", says.Title!.In("en"));
        Assert.Equal("Example University of Singapore", says.Institution!.In("en"));
        Assert.Equal(new DateOnly(2019, 6, 30), says.AwardDate);
        Assert.Equal(new DateOnly(2019, 7, 31), says.DocumentDate);
        Assert.Equal([new ReadLevel("singapore/ssec-eqa", "70")], says.Levels);
        Assert.Equal("4.5", says.OverallGrade);
        Assert.Equal(["MH1100 Calculus \"I\" 3 A", "PH1101 Physics 4 B+"], says.Courses.Select(c => $"{c.Code} {c.Title} {c.Credits} {c.Grade}"));
        Assert.Contains(new ReadIdentifier("dns", "example.edu.sg"), says.InstitutionIds);
    }

    [Theory]
    [InlineData("string:A\"", "string:A+\"", FileCheckName.Integrity)]
    [InlineData("\"11111111", "\"21111111", FileCheckName.Batch)]
    [InlineData("\"a35f3b0c", "\"b35f3b0c", FileCheckName.Batch)]
    [InlineData("\"obfuscatedData\": []", "\"obfuscatedData\": [\"4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45\"]", FileCheckName.Integrity)]
    [InlineData("\"courseCode\"", "\"course.Code\"", FileCheckName.Form)]
    public void Each_change_of_version_2_fails_its_own_check_only(string from, string to, FileCheckName check)
    {
        Assert.Contains(from, Two, StringComparison.Ordinal);
        var reading = ForeignSamples.Read(Two.Replace(from, to, StringComparison.Ordinal));

        Assert.Equal([check], ForeignSamples.Failed(reading));
        Assert.Equal(FileConclusion.Broken, reading.Conclusion);
    }

    [Fact]
    public void Version_3_is_checked_over_its_salts()
    {
        var reading = ForeignSamples.Read(Three);

        Assert.Equal("foreign/kind.openattestation-3", reading.Reason);
        Assert.Equal(FileCheckState.Passed, reading.StateOf(FileCheckName.Integrity));
        Assert.Equal(FileCheckState.Passed, reading.StateOf(FileCheckName.Batch));
        Assert.Equal("Tan Ah Kow", reading.Qualification!.Holder.FullName);
        Assert.Equal("Master of Science", reading.Qualification.Title!.In("en"));
    }

    [Theory]
    [InlineData("\"Master of Science\"", "\"Doctor of Science\"", FileCheckName.Integrity)]
    [InlineData("\"credits\": 12.5", "\"credits\": 13.5", FileCheckName.Integrity)]
    [InlineData("\"honours\": false", "\"honours\": true", FileCheckName.Integrity)]
    [InlineData("\"name\": \"Master", "\"added\": \"outside of the hash\", \"name\": \"Master", FileCheckName.Form)]
    [InlineData("\"validFrom\": \"2021", "\"validFrom\": \"2031", FileCheckName.Integrity, FileCheckName.Validity)]
    public void Each_change_of_version_3_fails_its_own_check_only(string from, string to, params FileCheckName[] checks)
    {
        Assert.Contains(from, Three, StringComparison.Ordinal);
        Assert.Equal(checks, ForeignSamples.Failed(ForeignSamples.Read(Three.Replace(from, to, StringComparison.Ordinal))));
    }
}
