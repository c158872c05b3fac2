using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Foundation;

namespace Mortanba.Ledger.Anchoring;

/// <summary>The contract of tokens, and the key that says whose address is whose.</summary>
/// <param name="Signer">JSON-RPC that signs typed data; another one than that of the transactions, or a thief of one has both.</param>
/// <param name="Account">The claim signer that the regulator admitted with the platform.</param>
public sealed record TokenOptions(ChainAddress Contract, Uri Signer, ChainAddress Account);

/// <summary>The platform's word that a token is for an address (ADR 20). Serves once and until its deadline.</summary>
/// <param name="Signature"><c>0x…</c>, 65 bytes from a key; any length from a contract.</param>
public sealed record ClaimWord(AssetId Asset, ChainAddress Holder, long Nonce, DateTimeOffset Deadline, string Signature);

/// <summary>What a token says of itself.</summary>
/// <param name="Holder">Null when nobody holds it.</param>
public sealed record TokenState(ChainAddress? Holder, TokenStanding Standing);

/// <summary>What entries that were brought to the chain say of an asset; nothing follows from none.</summary>
public enum TokenStanding
{
    InForce = 0,
    Suspended = 1,
    Ended = 2,
}

/// <summary>Gives a word, claims tokens and brings entries that suspend or end an asset to the chain.</summary>
/// <remarks>Like the rest of the ledger it knows ids and entries, and no diploma. Safe for concurrent use.</remarks>
public sealed class TokenClaims(
    LogReader reader, string origin, Bin platform, HttpClient http, ChainOptions options, TokenOptions tokens, TimeProvider time)
{
    private readonly Chain chain = new(http, options);
    private readonly JsonRpc signer = new(http, tokens.Signer);
    private readonly byte[] logId = SHA256.HashData(Encoding.UTF8.GetBytes(origin));

    /// <summary>The platform's BIN, twelve ASCII digits, over the 16 bytes of the asset's UUID: 32 bytes with four zero ones before.</summary>
    public static byte[] TokenIdOf(Bin platform, AssetId asset)
    {
        var id = new byte[32];
        Encoding.ASCII.GetBytes(platform.Value, id.AsSpan(4));
        asset.Value.TryWriteBytes(id.AsSpan(16), bigEndian: true, out _);
        return id;
    }

    /// <summary>
    /// Has the claim key say that a token is for an address. The caller has identified the person and seen that the address
    /// is theirs: nothing here can.
    /// </summary>
    public async Task<Outcome<ClaimWord>> AuthoriseAsync(
        AssetId asset, ChainAddress holder, TimeSpan goodFor, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(holder);
        var id = TokenIdOf(platform, asset);
        if (!(await ReadAsync("releases(uint256)", id, cancel)).TryGet(out var word, out var problem))
        {
            return problem;
        }

        var nonce = BinaryPrimitives.ReadInt64BigEndian(word.AsSpan(24));
        var deadline = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + goodFor).ToUnixTimeSeconds());
        var typed = TypedData(id, holder, nonce, deadline.ToUnixTimeSeconds());
        var signed = await signer.TextAsync("eth_signTypedData_v4", cancel, tokens.Account.ToString(), typed.DeepClone());
        if (signed.Problem is ChainRefusal)
        {
            // Web3Signer knows it by the older name.
            signed = await signer.TextAsync("eth_signTypedData", cancel, tokens.Account.ToString(), typed);
        }

        return signed.Then<ClaimWord>(signature => ChainNumbers.TryBytes(signature, (signature.Length / 2) - 1, out _)
            ? new ClaimWord(asset, holder, nonce, deadline, signature)
            : signer.Unreachable());
    }

    /// <summary>Sends a claim for the holder. Gives the transaction's hash.</summary>
    /// <param name="index">Of the asset's <c>asset.registered</c> entry.</param>
    /// <param name="anchor">A checkpoint that covers it (<see cref="AnchorStore.CoveringAsync"/>).</param>
    public async Task<Outcome<string>> ClaimAsync(
        ClaimWord word, long index, AnchorRow anchor, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(word);
        return await SendAsync(
            ContractCode.DiplomaToken.Call("claim((bytes32,uint64,uint64,bytes,bytes32[]),address,uint64,bytes)")
                .Struct(await EvidenceAsync(index, anchor, cancel))
                .Address(word.Holder)
                .Number(word.Deadline.ToUnixTimeSeconds())
                .Bytes(Convert.FromHexString(word.Signature.AsSpan(2))),
            cancel);
    }

    /// <summary>Brings an entry that suspends, reinstates or ends an asset. Gives the transaction's hash.</summary>
    public async Task<Outcome<string>> RecordAsync(long index, AnchorRow anchor, CancellationToken cancel = default) => await SendAsync(
        ContractCode.DiplomaToken.Call("record((bytes32,uint64,uint64,bytes,bytes32[]))").Struct(await EvidenceAsync(index, anchor, cancel)),
        cancel);

    /// <summary>Burns a token as the platform: its diploma ended, or its holder was identified anew. Gives the transaction's hash.</summary>
    public Task<Outcome<string>> ReleaseAsync(AssetId asset, CancellationToken cancel = default) =>
        SendAsync(ContractCode.DiplomaToken.Call("release(uint256)").Bytes32(TokenIdOf(platform, asset)), cancel);

    public async Task<Outcome<TokenState>> StateAsync(AssetId asset, CancellationToken cancel = default)
    {
        var id = TokenIdOf(platform, asset);
        var owner = await ReadAsync("ownerOf(uint256)", id, cancel);
        var isFree = owner.Problem is { Code: "chain/contract-refused" } refused && refused.Args["error"] == "ERC721NonexistentToken";
        if (owner.Problem is { } problem && !isFree)
        {
            return problem;
        }

        return (await ReadAsync("standingOf(uint256)", id, cancel)).Then<TokenState>(standing => new TokenState(
            isFree ? null : ChainAddress.Parse("0x" + Convert.ToHexStringLower(owner.Value.AsSpan(12))),
            (TokenStanding)standing[^1]));
    }

    private Task<Outcome<byte[]>> ReadAsync(string signature, byte[] id, CancellationToken cancel) => chain.ReadAsync(
        ContractCode.DiplomaToken, tokens.Contract, ContractCode.DiplomaToken.Call(signature).Bytes32(id), 1, cancel);

    private Task<Outcome<string>> SendAsync(CallData call, CancellationToken cancel) =>
        chain.SendAsync(ContractCode.DiplomaToken, tokens.Contract, call, cancel);

    private async Task<CallData> EvidenceAsync(long index, AnchorRow anchor, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(anchor);
        var entry = (await reader.EntriesAsync([index], cancel))[0];
        return new CallData("")
            .Bytes32(logId)
            .Number(anchor.Size)
            .Number(index)
            .Bytes(entry.Span)
            .Hashes(await reader.Prover(anchor.Size).InclusionProofAsync(index, cancel));
    }

    /// <summary>EIP-712, as <c>DiplomaToken</c> hashes it.</summary>
    private JsonObject TypedData(byte[] id, ChainAddress holder, long nonce, long deadline) => new()
    {
        ["types"] = new JsonObject
        {
            ["EIP712Domain"] = Members(("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address")),
            ["Claim"] = Members(("tokenId", "uint256"), ("holder", "address"), ("nonce", "uint256"), ("deadline", "uint64")),
        },
        ["primaryType"] = "Claim",
        ["domain"] = new JsonObject
        {
            ["name"] = "Mortanba Diploma",
            ["version"] = "1",
            ["chainId"] = options.ChainId,
            ["verifyingContract"] = tokens.Contract.ToString(),
        },
        ["message"] = new JsonObject
        {
            ["tokenId"] = "0x" + Convert.ToHexStringLower(id),
            ["holder"] = holder.ToString(),
            ["nonce"] = nonce.ToString(CultureInfo.InvariantCulture),
            ["deadline"] = deadline.ToString(CultureInfo.InvariantCulture),
        },
    };

    private static JsonArray Members(params (string Name, string Type)[] members) =>
        [.. members.Select(m => (JsonNode)new JsonObject { ["name"] = m.Name, ["type"] = m.Type })];
}
