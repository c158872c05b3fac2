using System.Security.Cryptography;

namespace Mortanba.Intake.Reading;

/// <summary>SHA-256 of each block of a file, recorded at the first reading.</summary>
internal sealed class BlockHashes
{
    public const int BlockSizeBytes = 1 << 20;

    private readonly List<byte[]> hashes = [];

    public long LengthBytes { get; private set; }

    public void Record(ReadOnlySpan<byte> block)
    {
        hashes.Add(SHA256.HashData(block));
        LengthBytes += block.Length;
    }

    public bool Matches(int index, ReadOnlySpan<byte> block)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(block, hash);
        return index < hashes.Count && hash.SequenceEqual(hashes[index]);
    }

    /// <summary>Adds the whole file to a hash: length, then block hashes.</summary>
    public void AppendTo(IncrementalHash whole)
    {
        whole.AppendData(BitConverter.GetBytes(LengthBytes));
        foreach (var hash in hashes)
        {
            whole.AppendData(hash);
        }
    }
}

/// <summary>
/// Reads a file block by block and compares each block with the recorded hash before giving out a byte of it, so that
/// what is issued is what was validated, although the list is read several times.
/// </summary>
internal sealed class BlockVerifiedStream(Stream file, BlockHashes hashes) : BlockStream
{
    private readonly byte[] block = new byte[BlockHashes.BlockSizeBytes];
    private int blockIndex = -1;
    private int blockLength;

    public override long Length => hashes.LengthBytes;

    public override int Read(Span<byte> buffer)
    {
        if (Position >= Length || buffer.IsEmpty)
        {
            return 0;
        }

        var wanted = (int)(Position / BlockHashes.BlockSizeBytes);
        if (wanted != blockIndex)
        {
            Load(wanted);
        }

        var offset = (int)(Position % BlockHashes.BlockSizeBytes);
        var count = Math.Min(buffer.Length, blockLength - offset);
        block.AsSpan(offset, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Load(int index)
    {
        file.Position = (long)index * BlockHashes.BlockSizeBytes;
        blockLength = file.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
        blockIndex = index;
        if (!hashes.Matches(index, block.AsSpan(0, blockLength)))
        {
            throw new ListChangedException("The list changed after it was validated; nothing more is read from it.");
        }
    }
}
