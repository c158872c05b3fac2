using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Permits;
using Mortanba.Storage;
using Mortanba.TransparencyLog;
using Mortanba.Verification;

namespace Mortanba.Host.Receipts;

/// <summary>
/// The receipts of a site. A receipt is offered with each answer, and kept when the reader asks for it: signed, and its digest noted.
/// Once an hour one ledger entry commits to all digests noted since: strangers can ask for as many as they like, and the ledger
/// grows by an entry an hour.
/// </summary>
/// <remarks>The receipt itself is stored nowhere here; what is kept is 32 bytes that say nothing to whoever does not have it.</remarks>
public sealed class VerificationReceipts(Installation home)
{
    /// <summary>From a digest's coming to its ledger entry.</summary>
    public static readonly TimeSpan RecordedAfter = TimeSpan.FromHours(1);

    /// <summary>How long the offer on a result page is good.</summary>
    public static readonly TimeSpan OfferedFor = TimeSpan.FromHours(24);

    /// <summary>Digests that wait for one entry; beyond that no receipt is given until the next hour.</summary>
    public const int WaitingMax = 20_000;

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("receipts", 1, """
            CREATE TABLE verification_receipts (
                digest TEXT NOT NULL PRIMARY KEY, at {bigint} NOT NULL, entry {bigint}, place {bigint});
            CREATE INDEX verification_receipts_entry ON verification_receipts (entry, place);
            """),
    ];

    public static IReadOnlyList<SealedTable> Sealed { get; } = [new("verification_receipts", ["digest"])];

    /// <summary>What a result page carries: a receipt that this site will sign if it is asked to.</summary>
    public async Task<ReceiptOffer> OfferAsync(Report report, ReadOnlyMemory<byte> presented, TrustBundle trust, CancellationToken cancel = default)
    {
        var checkpoint = await home.LogReader.CheckpointAsync(cancel);
        var content = VerificationReceipt.Of(report, presented.Span, trust, checkpoint, home.Time.GetUtcNow()).Content();
        return new ReceiptOffer(Base64Url.EncodeToString(content), Base64Url.EncodeToString(SealOf(content)));
    }

    /// <summary>
    /// Signs an offer and notes its digest; the same offer twice gives two files and one digest. Refuses with <c>receipts/offer</c>
    /// what this site did not offer, offered too long ago, or under a key that has been replaced since, and with <c>receipts/full</c>.
    /// </summary>
    public async Task<Outcome<byte[]>> KeepAsync(ReceiptOffer offer, CancellationToken cancel = default)
    {
        if (!Base64Url.IsValid(offer.Content) || !Base64Url.IsValid(offer.Seal))
        {
            return NotOffered();
        }

        var content = Base64Url.DecodeFromChars(offer.Content);
        if (!CryptographicOperations.FixedTimeEquals(SealOf(content), Base64Url.DecodeFromChars(offer.Seal))
            || VerificationReceipt.Parse(content) is not { } receipt || home.Time.GetUtcNow() - receipt.At > OfferedFor)
        {
            return NotOffered();
        }

        return await KeepAsync(receipt, cancel);
    }

    /// <summary>The same for whoever asks a program for answer and receipt in one.</summary>
    public async Task<Outcome<byte[]>> KeepAsync(VerificationReceipt receipt, CancellationToken cancel = default)
    {
        SigningKey key;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            var operatorBin = Bin.Parse(home.Settings.OperatorBin);
            key = await home.SigningKeyAsync(connection, operatorBin, cancel);
            if ((await PermitRegister.KeysAsync(connection, operatorBin, cancel)).Find(k => k.Kid == key.KeyId) is { } registered
                && !registered.IsActiveAt(receipt.At))
            {
                // A receipt by a key that did not sign then would be refused by whoever checks it.
                return NotOffered();
            }
        }

        var file = receipt.Sign(key);
        var digest = Convert.ToHexStringLower(receipt.Digest());
        CrashPoint.Reach("before-receipt");
        var isNoted = await home.Database.WriteAsync(
            async transaction =>
            {
                // A button pressed twice asks two nodes at once: the second waits here and finds it noted.
                await Database.LockAsync(transaction, "receipts", cancel);
                var waiting = await transaction.QueryAsync("SELECT COUNT(*) FROM verification_receipts WHERE entry IS NULL", r => r.GetInt64(0), cancel);
                if (waiting.Single() >= WaitingMax)
                {
                    return false;
                }

                if ((await transaction.QueryAsync(
                    "SELECT at FROM verification_receipts WHERE digest = @digest", r => r.GetInt64(0), cancel, ("digest", digest))).Count == 0)
                {
                    await transaction.TouchAsync("verification_receipts", cancel, digest);
                    await transaction.ExecuteAsync(
                        "INSERT INTO verification_receipts (digest, at) VALUES (@digest, @at)",
                        cancel, ("digest", digest), ("at", home.Time.GetUtcNow().ToUnixTimeSeconds()));
                }

                CrashPoint.Reach("in-receipt");
                return true;
            },
            cancel);
        CrashPoint.Reach("after-receipt");
        return isNoted ? file : new Problem("receipts/full", "Too many receipts were asked for in this hour.");
    }

    /// <summary>
    /// Appends one <c>receipt.issued</c> for all digests that wait, once the first has waited so long. Entry and places are one
    /// transaction: a kill leaves both or neither. True when it did.
    /// </summary>
    public async Task<bool> RecordIfDueAsync(TimeSpan age, CancellationToken cancel = default)
    {
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            var first = (await connection.QueryAsync(
                "SELECT COALESCE(MIN(at), -1) FROM verification_receipts WHERE entry IS NULL", r => r.GetInt64(0), cancel)).Single();
            if (first < 0 || home.Time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(first) < age)
            {
                return false;
            }
        }

        CrashPoint.Reach("before-receipts");
        return await home.Log.RunAsync(
            async log =>
            {
                await Database.LockAsync(log.Transaction, "receipts", cancel);
                var digests = await log.Transaction.QueryAsync(
                    "SELECT digest FROM verification_receipts WHERE entry IS NULL ORDER BY digest", r => r.GetString(0), cancel);
                if (digests.Count == 0)
                {
                    return false;
                }

                var root = MerkleTree.Root([.. digests.Select(d => MerkleTree.Leaf(Convert.FromHexString(d)))]);
                var index = await log.AppendAsync(
                    LedgerEntry.Create(
                        LedgerEntryTypes.ReceiptIssued, home.Time.GetUtcNow(), ("operator", home.Settings.OperatorBin),
                        ("count", JsonValue.Create(digests.Count)), ("root", root.ToBase64())).Bytes,
                    cancel);
                await log.Transaction.TouchManyAsync("verification_receipts", digests.Select(d => new object[] { d }), cancel);
                for (var place = 0; place < digests.Count; place++)
                {
                    await log.Transaction.ExecuteAsync(
                        "UPDATE verification_receipts SET entry = @entry, place = @place WHERE digest = @digest",
                        cancel, ("entry", index), ("place", (long)place), ("digest", digests[place]));
                }

                CrashPoint.Reach("in-receipts");
                return true;
            },
            cancel);
    }

    /// <summary>Whether the digest is known here, and its proof once a checkpoint covers its entry.</summary>
    public async Task<(bool IsKnown, ReceiptProof? Proof)> ProveAsync(ReadOnlyMemory<byte> digest, CancellationToken cancel = default)
    {
        var text = Convert.ToHexStringLower(digest.Span);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var row = (await connection.QueryAsync(
            "SELECT entry, place FROM verification_receipts WHERE digest = @digest",
            r => r.IsDBNull(0) ? (-1L, -1L) : (r.GetInt64(0), r.GetInt64(1)), cancel, ("digest", text))).Cast<(long Entry, long Place)?>()
            .SingleOrDefault();
        if (row is not (var entry, var place) || entry < 0 || await home.LogReader.CheckpointAsync(cancel) is not { } note
            || Checkpoint.Open(note, home.Log.Key, home.Settings.Origin).Value.Size is var size && entry >= size)
        {
            return (row is not null, null);
        }

        var leaves = (await connection.QueryAsync(
            "SELECT digest FROM verification_receipts WHERE entry = @entry ORDER BY place", r => r.GetString(0), cancel, ("entry", entry)))
            .Select(d => MerkleTree.Leaf(Convert.FromHexString(d))).ToArray();
        var bytes = (await home.LogReader.EntriesAsync(entry, 1, cancel))[0];
        return (true, new ReceiptProof(
            place, PathOf(leaves, (int)place), new ProvenEntry(entry, bytes, await home.LogReader.InclusionProofAsync(entry, size, cancel)), note));
    }

    // RFC 6962 section 2.1.1, as it stands there: an hour's receipts are few.
    private static List<ReadOnlyMemory<byte>> PathOf(ReadOnlySpan<TreeHash> leaves, int index)
    {
        if (leaves.Length == 1)
        {
            return [];
        }

        var split = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)leaves.Length) / 2;
        var (path, sibling) = index < split
            ? (PathOf(leaves[..split], index), MerkleTree.Root(leaves[split..]))
            : (PathOf(leaves[split..], index - split), MerkleTree.Root(leaves[..split]));
        path.Add(sibling.ToArray());
        return path;
    }

    private static Problem NotOffered() => new("receipts/offer", "This is no receipt that the site offered today.");

    private byte[] SealOf(byte[] content) => home.Vault.Fingerprint("receipts/offer", content);
}

/// <param name="Content">Base64url of the receipt's content.</param>
/// <param name="Seal">Base64url: that this site made it.</param>
public sealed record ReceiptOffer(string Content, string Seal);
