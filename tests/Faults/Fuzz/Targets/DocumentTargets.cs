using Mortanba.Credentials;
using Mortanba.Documents;
using Mortanba.Verification;

namespace Mortanba.Faults.Tests.Fuzz.Targets;

/// <summary>Files that a verifier is shown, and the verification of whatever is shown.</summary>
internal static class DocumentTargets
{
    // Seven copies of the longest stream that is unpacked, and the values of the longest file.
    private const long PdfWorkMaxBytes = 160L * 1024 * 1024;

    public static readonly FuzzTarget[] All =
    [
        new(
            "diploma-file", ReadDiplomaFile, "\"application/vc\":{}", "\"proof\":[]", "\"index\":0", "\"forms\":{}", "\"entries\":[]",
            "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=", "\"v\":1")
        {
            Cost = 2,
        },
        new(
            "pdf", ReadPdf, "obj", "endobj", "stream\n", "endstream", "xref\n", "trailer", "startxref\n", "%%EOF", "1 0 R", "<<", ">>", "[",
            "/Kids[1 0 R]", "/Names[", "/Length 1 0 R", "/Prev 9", "/Encrypt 1 0 R", "/Type/XRef", "/Type/ObjStm", "/W[1 9 1]",
            "/Filter/FlateDecode", "/DecodeParms<</Predictor 15/Columns 1048576>>", "(", "<feff", "/#00", "/Index[0 8388608]")
        {
            Cost = 4, WorkMaxBytes = PdfWorkMaxBytes,
        },
        new("verify", Verify, "~", ".", "%PDF-1.7\n", "{", "\"proof\":", "https://x/q/AAAAAAAAAAAAAAAAAAAAAA#")
        {
            Cost = 8, WorkMaxBytes = PdfWorkMaxBytes,
        },
        new(
            "dropped", ReadDropped, "<!DOCTYPE elmo [<!ENTITY x \"y\">]>", "&x;", "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\">", "<hasPart>",
            "xmlns=\"\"", "xml:lang=\"en\"", "URI=\"#a\"", "\"hasPart\":[", "\"proof\":[]", "\"x5c\":[\"AAAA\"]", "\"crit\":[\"b64\"]", ":string:", "~")
        {
            Cost = 8, WorkMaxBytes = PdfWorkMaxBytes,
        },
    ];

    private static bool ReadDiplomaFile(byte[] bytes)
    {
        if (!DiplomaFile.Parse(bytes).TryGet(out var file, out _))
        {
            return false;
        }

        var written = file.Write();
        BrokenPromiseException.Unless(
            DiplomaFile.Parse(written).Value.Write().AsSpan().SequenceEqual(written), "not read as written");
        return JsonTargets.Read(written, root =>
        {
            BrokenPromiseException.Unless(Foundation.Jcs.IsCanonical(root, written), "not canonical");
            return true;
        });
    }

    private static bool ReadPdf(byte[] bytes) => PdfDiploma.Find(bytes).IsDone;

    // There is no list of signers, so nothing can be confirmed, whatever it looks like.
    private static bool ReadDropped(byte[] bytes)
    {
        var read = DroppedFile.Read(bytes, "a file", FixedTime.Instance.GetUtcNow()).Reading;
        BrokenPromiseException.Unless(read.Conclusion != FileConclusion.Confirmed, "confirmed by nobody's word");
        return read.Kind != FileKind.AttachmentOnly;
    }

    // Nothing is trusted here, so nothing can be in force, whatever it looks like. True when it was recognised at all.
    private static bool Verify(byte[] bytes)
    {
        var answer = new Verifier(FixedTime.Instance).VerifyAsync(bytes, trust: null, live: null, CancellationToken.None);
        var report = answer.GetAwaiter().GetResult();
        BrokenPromiseException.Unless(report.Verdict != Verdict.InForce, "in force by nobody's word");
        return report.Form != "unknown";
    }
}

internal sealed class FixedTime : TimeProvider
{
    public static readonly FixedTime Instance = new();

    public override DateTimeOffset GetUtcNow() => SignedTargets.Now;
}
