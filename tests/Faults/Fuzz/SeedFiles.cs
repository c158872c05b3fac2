using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mortanba.Credentials;
using Mortanba.Documents;
using Mortanba.Faults.Tests.Fuzz.Targets;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;
using Mortanba.Verification;
using Xunit;

namespace Mortanba.Faults.Tests.Fuzz;

/// <summary>Writes those corpus files anew that our own writers make; run by hand when a format changes.</summary>
/// <remarks><c>Mortanba.Faults.Tests -explicit only -method '*Writes_the_corpus*'</c>. Names begin with "own-".</remarks>
public sealed class SeedFiles
{
    private const string Did = "did:web:uni.example";
    private const string Asset = "urn:uuid:0190d5a2-7c3e-7b1a-9f00-000000000001";
    private static readonly DateTimeOffset At = new(2026, 6, 26, 5, 0, 0, TimeSpan.Zero);

    [Fact(Explicit = true)]
    public void Writes_the_corpus_that_our_writers_make()
    {
        SignedTexts();
        Log();
        Credentials();
        Files();
    }

    private static void SignedTexts()
    {
        var issuer = SignedTargets.Issuer;
        var jws = Jws.Sign(issuer, """{"alg":"ES256","typ":"JWT","kid":"did:web:uni.example#key-1"}"""u8, """{"a":1}"""u8);
        Save("jws", "own-es256", jws);
        var none = "eyJhbGciOiJub25lIn0" + Encoding.ASCII.GetString(jws)[Encoding.ASCII.GetString(jws).IndexOf('.')..];
        Save("jws", "alg-none", Encoding.ASCII.GetBytes(none[..(none.LastIndexOf('.') + 1)]));
        Save("jws", "der-signature", Encoding.ASCII.GetBytes(
            Encoding.ASCII.GetString(jws)[..(Encoding.ASCII.GetString(jws).LastIndexOf('.') + 1)]
            + System.Buffers.Text.Base64Url.EncodeToString(
                [0x30, 0x44, 0x02, 0x20, .. SHA256.HashData("r"u8), 0x02, 0x20, .. SHA256.HashData("s"u8)])));

        var sdJwt = SdJwt();
        Save("sd-jwt", "own-diploma", sdJwt);
        Save("sd-jwt", "own-bound", KeyBinding.Bind(sdJwt, SignedTargets.Holder, SignedTargets.Audience, SignedTargets.Nonce, SignedTargets.Now));
        Save("sd-jwt", "own-nothing-shown", [.. sdJwt.AsSpan(0, sdJwt.AsSpan().IndexOf((byte)'~') + 1)]);
        Save("verify", "own-sd-jwt", sdJwt);

        var list = TokenStatusList.Create(64, 2);
        list.Set(3, 1);
        Save("token-list", "own-claims", Encoding.UTF8.GetBytes(
            $$"""{"status_list":{"bits":2,"lst":"{{list.Encode()}}"},"sub":"{{SignedTargets.StatusUri}}","iat":1782907000,"exp":1782999999,"ttl":3600}"""));
        Save("token-list-zlib", "own-64", System.Buffers.Text.Base64Url.DecodeFromChars(list.Encode()));
        Save("token-list-zlib", "bomb", Zlib(new byte[3 * 1024 * 1024]));
        Save("kb-jwt", "own-claims", Encoding.UTF8.GetBytes(
            $$"""{"iat":{{SignedTargets.Now.ToUnixTimeSeconds()}},"aud":"{{SignedTargets.Audience}}","nonce":"{{SignedTargets.Nonce}}","sd_hash":"@"}"""));

        var core = new PaperCore(
            AssetId.Parse(Asset), "BD 00412867", "Әбдірахманова Айгерім", "Abdirakhmanova Aigerim", "Бакалавр", "Bachelor",
            new DateOnly(2026, 6, 30), Bin.Parse("170240014901"), "Университет", SignedTargets.StatusUri, 77);
        Save("paper-core", "own-core", core.Write());
        var paper = PaperJws.Sign(core, issuer, Did + "#key-1");
        var qr = new PaperQr("https://uni.example", "AbCdEfGhIjKlMnOpQrStUv", paper).ToString();
        Save("paper-qr", "own-code", Encoding.ASCII.GetBytes(qr));
        Save("paper-qr", "own-link", "https://uni.example/kk/q/AbCdEfGhIjKlMnOpQrStUv"u8.ToArray());
        Save("paper-qr", "own-jws", Encoding.ASCII.GetBytes(paper));
        Save("verify", "own-paper", Encoding.ASCII.GetBytes(qr));
    }

    private static byte[] SdJwt() => new SdJwtWriter().Begin()
        .Text("iss"u8, "https://uni.example/institutions/170240014901").Text("vct"u8, "https://uni.example/vct/diploma")
        .Text("jti"u8, Asset).Number("iat"u8, 1782450000)
        .Json("cnf"u8, Encoding.UTF8.GetBytes($$"""{"jwk":{{SignedTargets.Holder.ToPublicKey().ToJwk()}}}"""))
        .Json("status"u8, """{"status_list":{"uri":"https://uni.example/status-lists/1/token","idx":77}}"""u8)
        .Text("given_name"u8, "Айгерім", disclosable: true).Text("family_name"u8, "Әбдірахманова", disclosable: true)
        .StartArray("courses"u8).StartObjectElement(disclosable: true).Text("title"u8, "Алгоритмдер", disclosable: true)
        .Number("credits"u8, 5).End().TextElement("x", disclosable: true).End().Decoys(2)
        .Sign(SignedTargets.Issuer, "dc+sd-jwt", Did + "#key-1");

    private static NoteSigner LogSigner { get; } =
        NoteSigner.Parse("PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg").Value;

    private static string Note()
    {
        var checkpoint = new Checkpoint("example.com/log/testdata", 1, MerkleTree.Leaf("entry"u8));
        return checkpoint.Sign(LogSigner);
    }

    private static void Log()
    {
        Save("note", "own-checkpoint", Encoding.UTF8.GetBytes(Note()));
        Save("note-keys", "own-vkey", Encoding.UTF8.GetBytes(LogSigner.Verifier().ToVkey()));
        Save("note-keys", "own-skey", "PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg"u8.ToArray());
        Save("checkpoint", "own-text", Encoding.UTF8.GetBytes(new Checkpoint("o", 7, MerkleTree.Leaf("x"u8), ["extension"]).Text()));
        Save("tlog-proof", "own-proof", Encoding.UTF8.GetBytes(new TlogProof("extra"u8.ToArray(), 0, [MerkleTree.Leaf("x"u8)], Note()).Write()));
        Save("policy", "own-policy", Encoding.UTF8.GetBytes(
            $"# trusted\nlog {LogSigner.Verifier().ToVkey()}\nwitness w1 witness.example/w1+0ad7d35e+BIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\ngroup g 1 w1\nquorum g\n"));
        Save("tile-path", "own-partial", Encoding.ASCII.GetBytes(new TileId(2, 1234067, 8).Path()));
        Save("tile-path", "own-entries", Encoding.ASCII.GetBytes(new TileId(-1, 5, 256).Path()));
        ReadOnlyMemory<byte>[] entries = ["one"u8.ToArray(), Array.Empty<byte>(), "three"u8.ToArray()];
        Save("entry-bundle", "own-three", [2, .. EntryBundle.Write(entries)]);
        var frontier = new Frontier();
        frontier.Append([MerkleTree.Leaf("a"u8), MerkleTree.Leaf("b"u8), MerkleTree.Leaf("c"u8)]);
        Save("frontier", "own-three", [.. "3\n"u8, .. frontier.Save()]);
    }

    private static void Credentials()
    {
        var entry = Entry();
        Save("ledger-entry", "own-asset", entry.Bytes.ToArray());
        Save("json", "own-entry", entry.Bytes.ToArray());
        var key = SignedTargets.Issuer.ToPublicKey();
        Save("trust-bundle", "own-bundle", TrustBundleFile.Write(TrustBundleFile.Sign(new TrustBundle(
            At, LogSigner.Verifier().ToVkey(), "quorum none\n", "https://uni.example", "170240014901",
            [new TrustedWitness("w1", "940540002029", "KZ", "own")],
            [
                new TrustedInstitution(
                    "170240014901", Did, new LocalizedText("қ", "р", "e"), "issuer-operator", At,
                    [new TrustedKey(Did + "#key-1", key.Multibase, At, null)]),
            ])
        {
            Anchors = [new TrustedAnchor("eip155:1", "0x1", "0x2", null, At, At)],
            Permits = [new TrustedPermit("P-1", "170240014901", new DateOnly(2026, 1, 1), new DateOnly(2029, 1, 1), [new("granted", At)])],
        }, LogSigner)));
        Save("did", "own-document", DidResolver.Of(Did, "key-1", key).ToJson());
        Save("did", "own-jwk", Encoding.UTF8.GetBytes(key.ToJwk()));
        Save("did", "own-multikey", Encoding.ASCII.GetBytes(key.Multibase));
        Save("did", "own-did-key", Encoding.ASCII.GetBytes(DidResolver.KeyDid(key)));
        Save("did", "own-did-jwk", Encoding.ASCII.GetBytes(DidResolver.JwkDid(key)));
        Save("did", "did-web", "did:web:uni.example%3A8443:institutions:170240014901"u8.ToArray());

        using var vc = JsonDocument.Parse(UnsignedVc);
        var signed = DataIntegrity.Sign(vc.RootElement, new ProofOptions(Did + "#key-1", At), SignedTargets.Issuer).Value;
        Save("vc", "own-signed", signed);
        Save("verify", "own-vc", signed);
        Save("json", "own-vc", signed);

        var bits = new byte[BitstringStatusList.EntryCountMin / 8];
        BitstringStatusList.Set(bits, 77, true);
        Save("bitstring-list", "own-list", BitstringStatusList.WriteCredential(
            "https://uni.example/status-lists/1/revocation", "revocation", bits, Did, At, At.AddDays(1), TimeSpan.FromMinutes(5)));
        Save("bitstring-gzip", "own-bits", System.Buffers.Text.Base64Url.DecodeFromChars(BitstringStatusList.Encode(bits).AsSpan(1)));
        Save("bitstring-gzip", "bomb", System.Buffers.Text.Base64Url.DecodeFromChars(BitstringStatusList.Encode(new byte[9 * 1024 * 1024]).AsSpan(1)));
    }

    private const string UnsignedVc =
        """
        {"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
         "id":"urn:uuid:0190d5a2-7c3e-7b1a-9f00-000000000001","type":["VerifiableCredential","OpenBadgeCredential"],
         "issuer":{"id":"did:web:uni.example","type":["Profile"],"name":{"@value":"Университет","@language":"ru"}},"validFrom":"2026-06-30T00:00:00+05:00",
         "name":"Diploma","credentialStatus":[{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"77",
           "statusListCredential":"https://uni.example/status-lists/1/revocation"}],
         "credentialSubject":{"type":["AchievementSubject"],"achievement":{"id":"urn:uuid:0190d5a2-7c3e-7b1a-9f00-000000000002",
           "type":["Achievement"],"name":"Bachelor","description":"d","criteria":{"narrative":"n"}}}}
        """;

    private static LedgerEntry Entry() => LedgerEntry.Create(
        LedgerEntryTypes.AssetRegistered, At, ("asset", Asset), ("initiator", "170240014901"),
        ("forms", new System.Text.Json.Nodes.JsonObject { ["application/vc"] = Commitment.OfSigned("x"u8).ToString() }));

    private static void Files()
    {
        using var vc = JsonDocument.Parse(UnsignedVc);
        var file = new DiplomaFile(
            Encoding.ASCII.GetString(SdJwt()), Jcs.Canonicalize(vc.RootElement), null,
            [new ProvenEntry(7, Entry().Bytes, [SHA256.HashData("sibling"u8)])], Note()).Write();
        Save("diploma-file", "own-file", file);
        Save("verify", "own-file", file);
        var pdf = Pdf(new PdfAttachment(DiplomaFile.EmbeddedName, DiplomaFile.MediaType, "Diploma", "Data", file));
        Save("pdf", "own-pdf", pdf);
        Save("verify", "own-pdf", pdf);
        Save("pdf", "truncated", pdf[..(pdf.Length * 2 / 3)]);
        var two = new PdfAttachment("other.json", DiplomaFile.MediaType, "", "Data", file);
        Save("pdf", "two-attachments", Pdf(new PdfAttachment(DiplomaFile.EmbeddedName, DiplomaFile.MediaType, "", "Data", file), two));
        Save("pdf", "no-attachment", Pdf());
    }

    // A page without text: fonts would make every file of the corpus large.
    private static byte[] Pdf(params PdfAttachment[] attachments)
    {
        var document = new PdfDocument(new PdfMetadata(
            LocalizedText.Same("Diploma"), LocalizedText.Same("Subject"), "University", "Mortanba", At, Language.En));
        document.AddPage(PdfDocument.A4Short, PdfDocument.A4Long);
        foreach (var attachment in attachments)
        {
            document.Attach(attachment);
        }

        return document.Save();
    }

    private static byte[] Zlib(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zlib.Write(bytes);
        }

        return packed.ToArray();
    }

    private static void Save(string target, string name, byte[] bytes)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Corpus.Folder, target));
        File.WriteAllBytes(Path.Combine(folder.FullName, name), bytes);
    }
}
