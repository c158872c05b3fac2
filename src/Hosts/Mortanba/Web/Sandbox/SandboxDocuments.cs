using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Foundation;
using Mortanba.Verification;

namespace Mortanba.Host.Web.Sandbox;

/// <summary>One document to try: what it is, what must come out, and why (text <c>sandbox/NAME</c>).</summary>
public sealed record SandboxDocument(string Name, string FileName, string MediaType, Verdict Expected, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// Good and deliberately bad documents of an invented service, and its trust file. They ship with the program, so that
/// somebody who writes software against ours meets each verdict before the first real diploma.
/// </summary>
/// <remarks>What a file alone shows: nothing here is asked of a live service, since the invented one does not exist.</remarks>
public sealed class SandboxDocuments
{
    private const string ResourcePrefix = "sandbox/";
    private const string DiplomaFile = "application/vnd.mortanba.diploma+json";
    private const string SdJwt = "application/dc+sd-jwt";

    private readonly Dictionary<string, SandboxDocument> byName;

    public SandboxDocuments()
    {
        TrustFile = Resource("trust.json");
        Trust = TrustBundleFile.Parse(TrustFile).Value;
        var genuine = Resource("genuine.diploma.json");
        var sdJwt = Encoding.ASCII.GetString(Resource("genuine.sd-jwt").Span);
        All =
        [
            new("genuine", "genuine.diploma.json", DiplomaFile, Verdict.InForce, genuine),
            new("genuine-pdf", "genuine.pdf", "application/pdf", Verdict.InForce, Resource("genuine.pdf")),
            new("suspended", "suspended.diploma.json", DiplomaFile, Verdict.NotInForce, Resource("suspended.diploma.json")),
            new("annulled", "annulled.diploma.json", DiplomaFile, Verdict.NotInForce, Resource("annulled.diploma.json")),
            new("superseded", "superseded.diploma.json", DiplomaFile, Verdict.NotInForce, Resource("superseded.diploma.json")),
            new("tampered", "tampered.diploma.json", DiplomaFile, Verdict.NotGenuine, Resource("tampered.diploma.json")),
            new("tampered-pdf", "tampered.pdf", "application/pdf", Verdict.NotGenuine, Resource("tampered.pdf")),
            new("added-disclosure", "added-disclosure.sd-jwt", SdJwt, Verdict.NotGenuine, WithAddedDisclosure(sdJwt)),
            new("no-algorithm", "no-algorithm.sd-jwt", SdJwt, Verdict.NotGenuine, WithoutAlgorithm(sdJwt)),
            new("cut-off", "cut-off.diploma.json", DiplomaFile, Verdict.CouldNotCheck, genuine[..(genuine.Length / 2)]),
            new("no-proof", "no-proof.diploma.json", DiplomaFile, Verdict.CouldNotCheck, WithoutProof(genuine)),
            new("form-alone", "form-alone.sd-jwt", SdJwt, Verdict.CouldNotCheck, Encoding.ASCII.GetBytes(sdJwt)),
        ];
        byName = All.ToDictionary(d => d.Name, StringComparer.Ordinal);
    }

    public IReadOnlyList<SandboxDocument> All { get; }

    public TrustBundle Trust { get; }

    public ReadOnlyMemory<byte> TrustFile { get; }

    public SandboxDocument? Find(string name) => byName.GetValueOrDefault(name);

    private static ReadOnlyMemory<byte> Resource(string name)
    {
        using var stream = typeof(SandboxDocuments).Assembly.GetManifestResourceStream(ResourcePrefix + name)
            ?? throw new InvalidOperationException($"The sandbox document {name} is not in the program.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>A claim that no digest of the signed part names (RFC 9901 section 7.1).</summary>
    private static byte[] WithAddedDisclosure(string sdJwt) => Encoding.ASCII.GetBytes(
        sdJwt + Base64Url.EncodeToString("""["c2FsdHNhbHRzYWx0c2FsdA","honours",true]"""u8) + "~");

    /// <summary>The header says that nothing was signed with (RFC 8725 section 3.1).</summary>
    private static byte[] WithoutAlgorithm(string sdJwt)
    {
        var parts = sdJwt.Split('.', 2);
        var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!.AsObject();
        header["alg"] = "none";
        return Encoding.ASCII.GetBytes(
            Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString())) + "." + parts[1]);
    }

    /// <summary>Signed forms without the entries and the checkpoint that show them on the ledger.</summary>
    private static byte[] WithoutProof(ReadOnlyMemory<byte> diplomaFile)
    {
        var file = JsonNode.Parse(diplomaFile.Span)!.AsObject();
        file["entries"] = new JsonArray();
        return Jcs.Canonicalize(file);
    }
}
