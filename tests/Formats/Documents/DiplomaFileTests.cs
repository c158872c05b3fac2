using System.Text;
using Mortanba.Documents;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Formats.Tests.Documents;

public sealed class DiplomaFileTests
{
    // The canonical bytes of the example in docs/formats/diploma-file.md, shortened.
    private const string Example =
        """{"checkpoint":"log\n1\nAAA=\n\n— log sig\n","entries":[{"entry":{"at":"2026-06-26T05:00:00Z","type":"asset.registered","v":1},"index":7,"proof":["AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="]}],"forms":{"application/dc+sd-jwt":"a.b.c~","application/vc":{"name":"Әділет","type":["X"]},"application/vnd.mortanba.paper+jwt":"d.e.f"},"type":"MortanbaDiploma","v":1}""";

    [Fact]
    public void Reads_what_it_wrote_byte_for_byte()
    {
        var file = Parse(Example);

        Assert.Equal("a.b.c~", file.SdJwt);
        Assert.Equal("d.e.f", file.Paper);
        Assert.Equal("""{"name":"Әділет","type":["X"]}""", Encoding.UTF8.GetString(file.Vc!));
        Assert.Equal(7, file.Entries[0].Index);
        Assert.Equal(Enumerable.Repeat((byte)1, 32), file.Entries[0].Proof[0].ToArray());
        Assert.Equal(Example, Encoding.UTF8.GetString(file.Write()));
    }

    [Fact]
    public void The_output_is_canonical_json()
    {
        var written = Parse(Example).Write();
        using var document = System.Text.Json.JsonDocument.Parse(written);
        Assert.Equal(Jcs.Canonicalize(document.RootElement), written);
    }

    [Fact]
    public void White_space_and_order_do_not_change_the_signed_bytes()
    {
        var pretty = """
            { "v": 1, "type": "MortanbaDiploma", "checkpoint": "c",
              "forms": { "application/vc": { "type": [ "X" ], "n": 1.50, "name": "\u04d8" } },
              "entries": [ { "proof": [], "index": 0, "entry": { "v": 1, "type": "t", "at": "x" } } ] }
            """;

        var file = Parse(pretty);

        Assert.Equal("""{"n":1.5,"name":"Ә","type":["X"]}""", Encoding.UTF8.GetString(file.Vc!));
        Assert.Equal("""{"at":"x","type":"t","v":1}""", Encoding.UTF8.GetString(file.Entries[0].Entry.Span));
    }

    [Fact]
    public void Evidence_without_forms_is_read_as_evidence_only()
    {
        var evidence = """
            {"checkpoint":"c","entries":[{"entry":{"v":1},"index":3,"proof":[]}],"forms":{},"type":"MortanbaDiploma","v":1}
            """u8.ToArray();

        Assert.Equal("documents/file-malformed", DiplomaFile.Parse(evidence).Problem!.Code);
        Assert.Equal(3, DiplomaFile.ParseEvidence(evidence).Value.Entries.Single().Index);
    }

    [Theory]
    [InlineData("", "documents/file-not-json")]
    [InlineData("{", "documents/file-not-json")]
    [InlineData("[]", "documents/file-wrong-type")]
    [InlineData("""{"type":"Other","v":1}""", "documents/file-wrong-type")]
    [InlineData("""{"type":"MortanbaDiploma","v":2}""", "documents/file-unknown-version")]
    [InlineData("""{"type":"MortanbaDiploma","v":1}""", "documents/file-malformed")]
    [InlineData("""{"type":"MortanbaDiploma","type":"MortanbaDiploma","v":1}""", "documents/file-not-json")]
    [InlineData("""{"type":"MortanbaDiploma","v":1,"checkpoint":"","entries":[],"forms":{}}""", "documents/file-malformed")]
    [InlineData("""{"type":"MortanbaDiploma","v":1,"checkpoint":"","entries":[],"forms":{"text/plain":""}}""", "documents/file-malformed")]
    [InlineData("""{"type":"MortanbaDiploma","v":1,"checkpoint":"","entries":[{}],"forms":{"application/vc":{}}}""", "documents/file-malformed")]
    [InlineData("""{"type":"MortanbaDiploma","v":1,"checkpoint":"","entries":[{"index":-1,"entry":{},"proof":[]}],"forms":{"application/vc":{}}}""", "documents/file-malformed")]
    [InlineData("""{"type":"MortanbaDiploma","v":1,"checkpoint":"","entries":[{"index":1,"entry":{},"proof":["AA=="]}],"forms":{"application/vc":{}}}""", "documents/file-malformed")]
    [InlineData("""{"type":"MortanbaDiploma","v":1,"checkpoint":"","entries":[],"forms":{"application/vc":{"a":9007199254740994}}}""", "documents/file-not-json")]
    [InlineData("""{"type":"MortanbaDiploma","v":1,"checkpoint":"","entries":[],"forms":{"application/vc":{}},"extra":1}""", "documents/file-malformed")]
    public void Refuses_another_shape(string json, string code)
    {
        Assert.Equal(code, DiplomaFile.Parse(Encoding.UTF8.GetBytes(json)).Problem?.Code);
    }

    [Fact]
    public void Refuses_a_file_above_the_limit() => Assert.Equal(
        "documents/file-too-large", DiplomaFile.Parse(new byte[DiplomaFile.SizeMaxBytes + 1]).Problem?.Code);

    private static DiplomaFile Parse(string json) => DiplomaFile.Parse(Encoding.UTF8.GetBytes(json)).Value;
}
