using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Credentials;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;
using Mortanba.Verification;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>A whole small world in memory: a log with one witness, an operator, an institution, one diploma.</summary>
/// <remarks>Each test changes one thing of it before the file is made, and everything else stays right.</remarks>
internal sealed class World
{
    public const string Site = "http://localhost:5080";
    public const string Initiator = "050101600808";
    public const string Operator = "170240014901";
    public const string InitiatorDid = "did:web:localhost%3A5080:institutions:" + Initiator;
    public const string OperatorDid = "did:web:localhost%3A5080:institutions:" + Operator;
    public const string InitiatorKeyId = InitiatorDid + "#key-1";
    public const string OperatorKeyId = OperatorDid + "#key-1";
    public const string TokenUri = Site + "/status-lists/1/token";
    public const string RevocationUri = Site + "/status-lists/1/revocation";
    public const string SuspensionUri = Site + "/status-lists/1/suspension";
    public const string Origin = "log.example/one";
    public const int StatusIndex = 4242;

    /// <summary>Place of the diploma in the log when nothing is put before it.</summary>
    public const int AssetIndex = 6;

    public const string Chain = "eip155:717201";
    public const string Genesis = "0x1111111111111111111111111111111111111111111111111111111111111111";
    public const string Contract = "0x2222222222222222222222222222222222222222";

    public static readonly DateTimeOffset IssuedAt = new(2026, 6, 26, 10, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset CosignedAt = new(2026, 6, 27, 10, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Now = new(2026, 7, 1, 9, 0, 0, TimeSpan.Zero);
    public static readonly AssetId Asset = AssetId.Parse("urn:uuid:0b2c6d1e-6a9f-4c1e-9b7a-2f6f0d7e1a55");

    public static readonly P256PrivateKey InitiatorKey = Key("initiator");
    public static readonly P256PrivateKey OperatorKey = Key("operator");
    public static readonly P256PrivateKey StrangerKey = Key("stranger");

    public NoteSigner Log { get; set; } = new(Origin, new Ed25519PrivateKey(SHA256.HashData("log"u8)));

    public NoteSigner Witness { get; } = new("witness.example/w", new Ed25519PrivateKey(SHA256.HashData("witness"u8)));

    /// <summary>Signs the trust bundles of the operator.</summary>
    public static NoteSigner TrustSigner { get; } = new(Origin + "/trust", new Ed25519PrivateKey(SHA256.HashData("trust"u8)));

    public List<LedgerEntry> Entries { get; } = [];

    public string SdJwt { get; private set; }

    public byte[] Vc { get; private set; }

    public string Paper { get; }

    public World(
        Func<string, LedgerEntry[], LedgerEntry[]>? change = null,
        P256PrivateKey? signer = null,
        string vct = Site + "/types/diploma",
        Action<JsonObject>? changeVc = null,
        WorldForms? forms = null)
    {
        signer ??= InitiatorKey;
        SdJwt = forms?.SdJwt ?? Encoding.ASCII.GetString(WriteSdJwt(signer, vct));
        Vc = forms?.Vc ?? WriteVc(signer, changeVc);
        Paper = forms?.Paper ?? PaperJws.Sign(
            new PaperCore(
                Asset, "BD 00412867", "Ару", "Aru", "Бакалавр", "Bachelor", new DateOnly(2026, 6, 20),
                Bin.Parse(Initiator), "Қазына", TokenUri, StatusIndex),
            signer,
            InitiatorKeyId);
        change ??= (_, entries) => entries;
        var start = new DateTimeOffset(2026, 1, 15, 5, 0, 0, TimeSpan.Zero);
        Add(change, "operator", Institution(Operator, OperatorDid, "issuer-operator", start));
        Add(change, "initiator", Institution(Initiator, InitiatorDid, "initiator", start));
        Add(change, "permit", Permit(start));
        Add(change, "operator-key", KeyEntry(OperatorDid, OperatorKeyId, OperatorKey, start));
        Add(change, "key", KeyEntry(InitiatorDid, InitiatorKeyId, InitiatorKey, start));
        Add(change, "decision", Decision(start));
        Add(change, "asset", Registered());
        Add(change, "end");
    }

    public TrustBundle Trust(DateTimeOffset? madeAt = null, params TrustedInstitution[] more) => TrustBundleFile.Sign(new TrustBundle(
        madeAt ?? Now.AddDays(-1),
        Log.Verifier().ToVkey(),
        $"log {Log.Verifier().ToVkey()}\nwitness w {Witness.Verifier(NoteKeyType.CosignatureV1).ToVkey()}\nquorum w\n",
        Site,
        Operator,
        [new TrustedWitness("w", Initiator, "KZ", "own")],
        [
            new TrustedInstitution(Initiator, InitiatorDid, LocalizedText.Same("Qazyna"), "initiator", IssuedAt.AddYears(-1),
                [new TrustedKey(InitiatorKeyId, InitiatorKey.Multibase(), IssuedAt.AddYears(-1), null)]),
            new TrustedInstitution(Operator, OperatorDid, LocalizedText.Same("Bilim Tirek"), "issuer-operator", IssuedAt.AddYears(-1),
                [new TrustedKey(OperatorKeyId, OperatorKey.Multibase(), IssuedAt.AddYears(-1), null)]),
            .. more,
        ])
    {
        Number = 7,
        Anchors = [new TrustedAnchor(Chain, Genesis, Contract, "0x" + new string('d', 40), IssuedAt.AddMonths(-1), null)],
        Permits =
        [
            new TrustedPermit(
                "KZ-DA-0007", Operator, new DateOnly(2026, 1, 15), new DateOnly(2029, 1, 14),
                [new TrustedPermitChange("granted", IssuedAt.AddMonths(-5))]),
        ],
    }, TrustSigner);

    /// <summary>A ledger entry that tells of an anchor of the tree as it is now.</summary>
    public LedgerEntry Anchored(DateTimeOffset at, string contract = Contract, string? root = null)
    {
        var leaves = Entries.Select(e => MerkleTree.Leaf(e.Bytes.Span)).ToArray();
        return LedgerEntry.Create(
            LedgerEntryTypes.CheckpointAnchored, at, ("size", leaves.Length), ("root", root ?? MerkleTree.Root(leaves).ToBase64()), ("chain", Chain),
            ("genesis", Genesis), ("contract", contract), ("block", 12), ("blockHash", "0x" + new string('b', 64)),
            ("transaction", "0x" + new string('c', 64)));
    }

    /// <summary>The consistency proof from an earlier size to the tree as it is now.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Consistency(int earlier) =>
        Subproof(earlier, Entries.Select(e => MerkleTree.Leaf(e.Bytes.Span)).ToArray(), isWhole: true);

    public DiplomaFile File(Func<LedgerEntry, bool>? carry = null, bool cosigned = true) => new(
        SdJwt, Vc, Paper, Proven(carry), Checkpoint(cosigned));

    public List<ProvenEntry> Proven(Func<LedgerEntry, bool>? carry = null)
    {
        var leaves = Entries.Select(e => MerkleTree.Leaf(e.Bytes.Span)).ToArray();
        return [.. Entries.Select((entry, index) => (entry, index))
            .Where(pair => carry?.Invoke(pair.entry) ?? true)
            .Select(pair => new ProvenEntry(pair.index, pair.entry.Bytes, Path(leaves, pair.index)))];
    }

    public string Checkpoint(bool cosigned = true, DateTimeOffset? at = null)
    {
        var leaves = Entries.Select(e => MerkleTree.Leaf(e.Bytes.Span)).ToArray();
        var checkpoint = new Checkpoint(Log.Name, leaves.Length, MerkleTree.Root(leaves));
        var signatures = new List<NoteSignature> { Log.Sign(checkpoint.Text()) };
        if (cosigned)
        {
            signatures.Add(Witness.Cosign(checkpoint.Text(), at ?? CosignedAt));
        }

        return SignedNote.Write(checkpoint.Text(), signatures);
    }

    public void Happens(string type, DateTimeOffset at, params (string Name, JsonNode? Value)[] members) =>
        Entries.Add(LedgerEntry.Create(type, at, [("asset", Asset.ToString()), .. members]));

    public static LedgerEntry Institution(string bin, string did, string role, DateTimeOffset at) => LedgerEntry.Create(
        LedgerEntryTypes.InstitutionRegistered, at, ("bin", bin), ("did", did), ("role", role), ("record", "sha3-512:x"));

    public static LedgerEntry Permit(DateTimeOffset at, string from = "2026-01-15", string until = "2029-01-14", string bin = Operator) =>
        LedgerEntry.Create(
            LedgerEntryTypes.PermitGranted, at, ("permit", "KZ-DA-0007"), ("bin", bin), ("from", from), ("until", until));

    public static LedgerEntry KeyEntry(
        string did, string kid, P256PrivateKey key, DateTimeOffset at, string type = LedgerEntryTypes.KeyRegistered, JsonNode? size = null) =>
        LedgerEntry.Create(
            type, at, ("did", did), ("kid", kid), ("publicKeyMultibase", key.Multibase()), ("since", LedgerEntry.Time(at)), ("size", size));

    public static LedgerEntry Decision(DateTimeOffset at, string type = LedgerEntryTypes.DecisionPublished, string initiator = Initiator) =>
        LedgerEntry.Create(
            type, at, ("decision", "D-1"), ("initiator", initiator), ("operator", Operator), ("document", "sha3-512:x"));

    public LedgerEntry Registered(string? commitSdJwt = null) => LedgerEntry.Create(
        LedgerEntryTypes.AssetRegistered,
        IssuedAt,
        ("asset", Asset.ToString()),
        ("decision", "D-1"),
        ("initiator", Initiator),
        ("operator", Operator),
        ("permit", "KZ-DA-0007"),
        ("forms", new JsonObject
        {
            ["application/dc+sd-jwt"] = commitSdJwt
                ?? Commitment.OfSigned(Credentials.SdJwt.CommittedPart(Encoding.ASCII.GetBytes(SdJwt))).ToString(),
            ["application/vc"] = Commitment.OfSigned(Vc).ToString(),
            ["application/vnd.mortanba.paper+jwt"] = Commitment.OfSigned(Encoding.ASCII.GetBytes(Paper)).ToString(),
        }));

    public static byte[] TokenList(
        TokenStatus status,
        P256PrivateKey? key = null,
        string keyId = OperatorKeyId,
        DateTimeOffset? expires = null,
        bool isDated = true)
    {
        var list = TokenStatusList.Create(131_072, 2);
        list.Set(StatusIndex, (int)status);
        return StatusListToken.Sign(list, TokenUri, Now.AddHours(-1), expires, isDated ? TimeSpan.FromHours(12) : null, key ?? OperatorKey, keyId);
    }

    public static byte[] BitList(string uri, string purpose, bool set, TimeSpan? timeToLive = null, Func<byte[], byte[]>? change = null)
    {
        var bits = new byte[131_072 / 8];
        BitstringStatusList.Set(bits, StatusIndex, set);
        return DataIntegrity.SignCanonical(
            (change ?? (list => list))(BitstringStatusList.WriteCredential(
                uri, purpose, bits, OperatorDid, Now.AddHours(-1), timeToLive: timeToLive ?? TimeSpan.FromHours(12))),
            new ProofOptions(OperatorKeyId, Now.AddHours(-1)),
            OperatorKey);
    }

    private void Add(Func<string, LedgerEntry[], LedgerEntry[]> change, string step, params LedgerEntry[] entries) =>
        Entries.AddRange(change(step, entries));

    private static P256PrivateKey Key(string name) => P256PrivateKey.FromSecret(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private static byte[] WriteSdJwt(P256PrivateKey signer, string vct) => new SdJwtWriter().Begin()
        .Text("iss"u8, Site + "/institutions/" + Initiator)
        .Text("vct"u8, vct)
        .Text("jti"u8, Asset.ToString())
        .Number("iat"u8, IssuedAt.ToUnixTimeSeconds())
        .Json("status"u8, Encoding.UTF8.GetBytes($$"""{"status_list":{"idx":{{StatusIndex}},"uri":"{{TokenUri}}"} }"""))
        .Json("name"u8, """{"kk":"Ару","ru":"Ару","en":"Aru"}"""u8, disclosable: true)
        .Text("diploma_number"u8, "BD 00412867", disclosable: true)
        .StartArray("courses"u8)
        .StartObjectElement(disclosable: true)
        .Text("code"u8, "MAT1").Text("kk"u8, "Алгебра").Text("ru"u8, "Алгебра").Text("en"u8, "Algebra")
        .Number("credits"u8, 5).Number("percent"u8, 91).Text("letter"u8, "A-").End().End()
        .Sign(signer, SdJwtVc.HeaderType, InitiatorKeyId);

    private static byte[] WriteVc(P256PrivateKey signer, Action<JsonObject>? change)
    {
        var vc = (JsonObject)JsonNode.Parse($$"""
            {"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
             "id":"{{Asset}}","type":["VerifiableCredential","AchievementCredential"],
             "issuer":{"id":"{{InitiatorDid}}","type":["Profile"],"name":"Qazyna"},"name":"Bachelor",
             "validFrom":"2026-06-26T10:00:00Z","awardedDate":"2026-06-20T00:00:00Z",
             "credentialStatus":[
              {"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"{{StatusIndex}}","statusListCredential":"{{RevocationUri}}"},
              {"type":"BitstringStatusListEntry","statusPurpose":"suspension","statusListIndex":"{{StatusIndex}}","statusListCredential":"{{SuspensionUri}}"}],
             "credentialSubject":{"type":["AchievementSubject"],
              "identifier":[{"type":"IdentityObject","hashed":false,"identityHash":"Aru","identityType":"name"}],
              "achievement":{"id":"{{Site}}/a","type":["Achievement"],"name":"Bachelor","description":"d","criteria":{"narrative":"n"} } } }
            """)!;
        change?.Invoke(vc);
        return DataIntegrity.SignCanonical(Jcs.Canonicalize(vc), new ProofOptions(InitiatorKeyId, IssuedAt), signer);
    }

    // RFC 6962 section 2.1.2, written as it stands there.
    private static List<ReadOnlyMemory<byte>> Subproof(int earlier, ReadOnlySpan<TreeHash> leaves, bool isWhole)
    {
        if (earlier == leaves.Length)
        {
            return isWhole ? [] : [MerkleTree.Root(leaves).ToArray()];
        }

        var split = 1;
        while (split * 2 < leaves.Length)
        {
            split *= 2;
        }

        var proof = earlier <= split
            ? Subproof(earlier, leaves[..split], isWhole)
            : Subproof(earlier - split, leaves[split..], isWhole: false);
        proof.Add((earlier <= split ? MerkleTree.Root(leaves[split..]) : MerkleTree.Root(leaves[..split])).ToArray());
        return proof;
    }

    // RFC 6962 section 2.1.1, written as it stands there.
    internal static List<ReadOnlyMemory<byte>> Path(ReadOnlySpan<TreeHash> leaves, int index)
    {
        if (leaves.Length == 1)
        {
            return [];
        }

        var split = 1;
        while (split * 2 < leaves.Length)
        {
            split *= 2;
        }

        var (path, sibling) = index < split
            ? (Path(leaves[..split], index), MerkleTree.Root(leaves[split..]))
            : (Path(leaves[split..], index - split), MerkleTree.Root(leaves[..split]));
        path.Add(sibling.ToArray());
        return path;
    }
}

/// <summary>Forms that were signed elsewhere, in place of the world's own.</summary>
internal sealed record WorldForms(string SdJwt, byte[] Vc, string Paper);

/// <summary>A live source that answers what the test says.</summary>
internal sealed class LiveWorld(World world) : ILiveSource
{
    public LiveState Evidence { get; set; } = LiveState.Found;

    public string? Checkpoint { get; set; }

    /// <summary>What is answered instead of the world's own entries.</summary>
    public World? Other { get; set; }

    public Dictionary<string, byte[]?> Lists { get; } = new(StringComparer.Ordinal)
    {
        [World.TokenUri] = World.TokenList(TokenStatus.Valid),
        [World.RevocationUri] = World.BitList(World.RevocationUri, "revocation", set: false),
        [World.SuspensionUri] = World.BitList(World.SuspensionUri, "suspension", set: false),
    };

    public LiveState ListState { get; set; } = LiveState.Found;

    public Task<Live<LiveEvidence>> EvidenceAsync(AssetId asset, CancellationToken cancel) => Task.FromResult(
        new Live<LiveEvidence>(Evidence, Evidence == LiveState.Found
            ? new LiveEvidence(
                (Other ?? world).Proven(), Checkpoint ?? (Other ?? world).Checkpoint(at: World.Now.AddMinutes(-1)))
            : null));

    public Task<Live<byte[]>> StatusListAsync(string uri, CancellationToken cancel) => Task.FromResult(
        ListState == LiveState.Found && Lists.GetValueOrDefault(uri) is { } bytes
            ? new Live<byte[]>(LiveState.Found, bytes)
            : new Live<byte[]>(ListState == LiveState.Found ? LiveState.Absent : ListState, null));
}

internal sealed class FixedTime(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
