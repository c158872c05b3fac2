using System.Security.Cryptography;
using Mortanba.Intake.Reading;

namespace Mortanba.Intake.Drafts;

/// <summary>
/// One uploaded file on its way: in a temporary file, block by block under a key that only this process's memory holds.
/// What a kill leaves behind nobody can read. Gone when disposed.
/// </summary>
public sealed class SealedSpool : ListBytes, IDisposable
{
    private const int BlockSizeBytes = 1 << 20;
    private const int NonceSizeBytes = 12;
    private const int TagSizeBytes = 16;
    private const int SealedSizeBytes = NonceSizeBytes + BlockSizeBytes + TagSizeBytes;

    private readonly AesGcm aes;
    private readonly FileStream file;
    private long length;

    private SealedSpool(string name)
        : base(name)
    {
        aes = new AesGcm(RandomNumberGenerator.GetBytes(32), TagSizeBytes);
        file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 0,
            FileOptions.DeleteOnClose);
    }

    public override long? LengthBytes => length;

    /// <summary>Takes the whole stream in; null when it is longer than allowed.</summary>
    /// <param name="name">What the sender calls the file; only its last part is kept, and only to be shown.</param>
    public static async Task<SealedSpool?> FillAsync(string name, Stream body, long maxBytes, CancellationToken cancel)
    {
        var spool = new SealedSpool(Shown(name));
        try
        {
            var plain = new byte[BlockSizeBytes];
            var block = new byte[SealedSizeBytes];
            while (true)
            {
                var count = await body.ReadAtLeastAsync(plain, plain.Length, throwOnEndOfStream: false, cancel);
                spool.length += count;
                if (spool.length > maxBytes)
                {
                    spool.Dispose();
                    return null;
                }

                if (count == 0)
                {
                    return spool;
                }

                // The last block is filled up: its true length is known from the whole.
                RandomNumberGenerator.Fill(block.AsSpan(0, NonceSizeBytes));
                spool.aes.Encrypt(
                    block.AsSpan(0, NonceSizeBytes), plain, block.AsSpan(NonceSizeBytes, BlockSizeBytes), block.AsSpan(^TagSizeBytes..));
                await RandomAccess.WriteAsync(
                    spool.file.SafeFileHandle, block, (spool.length - count) / BlockSizeBytes * SealedSizeBytes, cancel);
            }
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    public override Stream Open() => new Reading(this);

    public void Dispose()
    {
        file.Dispose();
        aes.Dispose();
    }

    // A name from outside: no folders, nothing that turns a line around, not longer than a line.
    private static string Shown(string name)
    {
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = string.Concat(last.Where(c => !char.IsControl(c) && c is not (>= '\u200B' and <= '\u200F')
            and not (>= '\u202A' and <= '\u202E') and not (>= '\u2060' and <= '\u206F')));
        return clean.Length == 0 ? "–" : clean.Length <= 120 ? clean : clean[..120] + "…";
    }

    private void ReadBlock(long index, Span<byte> plain)
    {
        var block = new byte[SealedSizeBytes];
        var read = 0;
        while (read < block.Length && RandomAccess.Read(file.SafeFileHandle, block.AsSpan(read), (index * SealedSizeBytes) + read) is > 0 and var more)
        {
            read += more;
        }

        aes.Decrypt(
            block.AsSpan(0, NonceSizeBytes), block.AsSpan(NonceSizeBytes, BlockSizeBytes), block.AsSpan(^TagSizeBytes..), plain);
    }

    private sealed class Reading(SealedSpool spool) : BlockStream
    {
        private readonly byte[] block = new byte[BlockSizeBytes];
        private long blockIndex = -1;

        public override long Length => spool.length;

        public override int Read(Span<byte> buffer)
        {
            var left = Length - Position;
            if (left <= 0 || buffer.IsEmpty)
            {
                return 0;
            }

            if (Position / BlockSizeBytes is var index && index != blockIndex)
            {
                spool.ReadBlock(index, block);
                blockIndex = index;
            }

            var offset = (int)(Position % BlockSizeBytes);
            var count = (int)Math.Min(Math.Min(buffer.Length, BlockSizeBytes - offset), left);
            block.AsSpan(offset, count).CopyTo(buffer);
            Position += count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            CryptographicOperations.ZeroMemory(block);
            base.Dispose(disposing);
        }
    }
}
