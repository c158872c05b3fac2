using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Running;
using Mortanba.Credentials;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;

namespace Mortanba.Bench;

/// <summary>The steps a diploma is made of, one by one. Whole ways are measured by <c>mortanba bench</c>.</summary>
[MemoryDiagnoser]
public class FormatBenches
{
    private const string Method = "did:web:mortanba.example:institutions:170240014901#key-1";
    private const int LeafCount = 65_536;

    private readonly P256PrivateKey key = P256PrivateKey.Generate();
    private readonly ArrayBufferWriter<byte> output = new();
    private readonly SdJwtWriter writer = new();
    private readonly TreeHash[] leaves = [.. Enumerable.Range(0, LeafCount).Select(i => MerkleTree.Leaf(BitConverter.GetBytes(i)))];
    private readonly byte[] digest = SHA256.HashData("mortanba"u8);
    private readonly string paper = "https://mortanba.example/q/AAAAAAAAAAAAAAAAAAAAAA#" + new string('a', 680);
    private JsonDocument document = null!;
    private byte[] text = null!;
    private byte[] signature = null!;
    private byte[] sdJwt = null!;
    private PublicKey publicKey = null!;
    private TiledTree tree = null!;

    public static void Main(string[] args) => BenchmarkRunner.Run<FormatBenches>(args: args);

    [GlobalSetup]
    public void SetUp()
    {
        text = JsonSerializer.SerializeToUtf8Bytes(new
        {
            type = "AchievementCredential",
            courses = Enumerable.Range(1, 30).Select(i => new { name = $"Экономикалық теория {i}", credits = 5, points = 3.67 }),
        });
        document = JsonDocument.Parse(text);
        signature = key.Sign(text);
        publicKey = key.ToPublicKey();
        sdJwt = SignSdJwt();
        tree = new TiledTree(LeafCount);
        for (var level = 0; level < 2; level++)
        {
            TreeHash[] hashes = level == 0 ? leaves : [.. leaves.Chunk(TileId.WidthMax).Select(part => MerkleTree.Root(part))];
            for (var first = 0; first < hashes.Length; first += TileId.WidthMax)
            {
                var part = hashes.AsSpan(first, TileId.WidthMax);
                _ = tree.Add(level, first / TileId.WidthMax, System.Runtime.InteropServices.MemoryMarshal.AsBytes(part));
            }
        }
    }

    [Benchmark]
    public int Canonicalise()
    {
        output.ResetWrittenCount();
        Jcs.Write(document.RootElement, output);
        return output.WrittenCount;
    }

    [Benchmark]
    public byte[] HashSha3() => SHA3_512.HashData(text);

    [Benchmark]
    public byte[] SignP256() => key.Sign(text);

    [Benchmark]
    public bool VerifyP256() => publicKey.Verify(text, signature);

    [Benchmark]
    public byte[] SignSdJwt()
    {
        writer.Begin().Text("iss"u8, "https://mortanba.example").Text("vct"u8, "https://mortanba.example/types/diploma");
        for (var i = 0; i < 25; i++)
        {
            writer.Text("claim"u8, "A value of usual length 0123456789", disclosable: true);
        }

        return writer.Sign(key, SdJwtVc.HeaderType, Method);
    }

    [Benchmark]
    public bool VerifySdJwt()
    {
        using var parsed = SdJwt.Parse(sdJwt).Value;
        return parsed.Verify(publicKey).TryGet(out _, out _);
    }

    [Benchmark]
    public TreeHash TreeAppend()
    {
        var frontier = new Frontier();
        frontier.Append(leaves);
        return frontier.Root();
    }

    [Benchmark]
    public object TreeProof() => tree.InclusionProof(BitConverter.ToUInt16(digest));

    [Benchmark]
    public QrMatrix Qr() => QrMatrix.Encode(paper);

    [Benchmark]
    public byte[] Pdf()
    {
        LocalizedText title = new("Диплом", "Диплом", "Diploma");
        var pdf = new PdfDocument(
            new PdfMetadata(title, title, "Mortanba", "Mortanba", DateTimeOffset.UnixEpoch, Language.Kk));
        var page = pdf.AddPage(PdfDocument.A4Short, PdfDocument.A4Long);
        page.Begin("P", pdf.Root.Add("P"));
        var style = new TextStyle(FontFace.SansRegular, 8, new PdfColor(0, 0, 0));
        for (var line = 0; line < 60; line++)
        {
            page.Draw(40, 40 + (line * 12), 500, 12, Alignment.Left, new TextRun("Экономикалық теория · Economic theory", style));
        }

        page.End();
        pdf.Attach(new PdfAttachment("diploma.json", "application/json", "Data", "Data", text));
        return pdf.Save();
    }
}
