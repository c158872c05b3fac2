using System.Text;
using Mortanba.Credentials;
using Mortanba.Flow.Tests.Delivery;
using Mortanba.Verification;
using Xunit;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>The drop box: what is ours goes to the verifier, what is not is named, everything else is an attachment.</summary>
public sealed class DroppedFileTests
{
    [Fact]
    [Trait("Requirement", "RQ-8")]
    public void Every_form_of_our_diploma_is_for_the_verifier_and_says_whose_it_is()
    {
        var world = new World();
        foreach (var (name, bytes) in ((string, byte[])[])
        [
            ("a.diploma.json", world.File().Write()), ("a.sd-jwt.txt", Encoding.ASCII.GetBytes(world.SdJwt)), ("a.badge.json", world.Vc),
        ])
        {
            var dropped = Read(bytes, name);
            Assert.True(dropped.IsForVerifier, name);
            Assert.Equal("foreign/kind.mortanba", dropped.Reading.Reason);
            Assert.Empty(dropped.Reading.Checks);
            Assert.NotNull(dropped.Reading.Qualification);
            Assert.Equal(FileConclusion.Unproved, dropped.Reading.Conclusion);
        }
    }

    [Fact]
    public void A_diploma_file_that_was_changed_stays_the_verifier_s_to_refuse()
    {
        var changed = Encoding.UTF8.GetString(new World().File().Write()).Replace("\"checkpoint\"", "\"checkpoinx\"", StringComparison.Ordinal);
        Assert.True(Read(Encoding.UTF8.GetBytes(changed), "a.json").IsForVerifier);
    }

    [Theory]
    [InlineData("%PDF-1.7 nothing", "foreign/pdf-not-readable")]
    [InlineData("a scan", "foreign/not-recognised")]
    [InlineData("", "foreign/empty")]
    public void Anything_else_is_an_attachment_with_the_reason(string text, string reason)
    {
        var dropped = Read(Encoding.UTF8.GetBytes(text), "scan.pdf");
        Assert.Equal((FileKind.AttachmentOnly, reason), (dropped.Kind, dropped.Reading.Reason));
        Assert.False(dropped.IsForVerifier);
    }

    [Fact]
    public void A_name_is_one_line_without_path_or_marks()
    {
        Assert.Equal("diploma.pdf", Read([1], "C:\\Users\\x\\..\\dip\u202Eloma\n.pdf").Name);
        Assert.Equal(200, Read([1], new string('x', 5000)).Name.Length);
        Assert.Equal(64, Read([1], null).Sha256.Length);
    }

    /// <summary>A site's own export comes back as what it is: no diploma, for the diploma is the file with the proofs.</summary>
    [Fact]
    public void Our_own_export_is_an_ELMO_file_and_not_a_diploma()
    {
        var exported = ElmoWriter.Write(
            Mortanba.Delivery.QualificationExport.Of(SampleDiploma.Record(), SampleDiploma.Wording, Mortanba.Foundation.Language.En), "https://mortanba.example", World.Now);
        Assert.Equal(FileKind.Elmo, Read(exported, "a.xml").Kind);
    }

    private static DroppedFile Read(byte[] bytes, string? name) => DroppedFile.Read(bytes, name, World.Now);
}
