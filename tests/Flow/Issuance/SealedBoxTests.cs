using System.Security.Cryptography;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Flow.Tests.Issuance;

public sealed class SealedBoxTests : IDisposable
{
    private const string Context = "shares/one";
    private static readonly byte[] Words = "for the employer"u8.ToArray();

    private readonly SignedSample sample = new();

    public void Dispose() => sample.Dispose();

    [Fact]
    public void What_was_sealed_opens_and_no_two_boxes_are_alike()
    {
        var (key, box) = SealedBox.Seal(sample.Vault, Context, Words);
        Assert.Equal(Words, SealedBox.Open(sample.Vault, Context, key, box));
        var (otherKey, otherBox) = SealedBox.Seal(sample.Vault, Context, Words);
        Assert.NotEqual(key, otherKey);
        Assert.NotEqual(box, otherBox);
        Assert.Equal(-1, box.AsSpan().IndexOf(Words));
    }

    [Fact]
    public void Each_changed_or_missing_byte_of_box_and_key_is_refused()
    {
        var (key, box) = SealedBox.Seal(sample.Vault, Context, Words);
        for (var i = 0; i < box.Length; i++)
        {
            Assert.ThrowsAny<CryptographicException>(() => SealedBox.Open(sample.Vault, Context, key, Flipped(box, i)));
            Assert.ThrowsAny<CryptographicException>(() => SealedBox.Open(sample.Vault, Context, key, box.AsSpan(..i)));
        }

        for (var i = 0; i < key.Length; i++)
        {
            Assert.ThrowsAny<CryptographicException>(() => SealedBox.Open(sample.Vault, Context, Flipped(key, i), box));
        }
    }

    [Fact]
    public void A_box_or_key_of_another_row_does_not_open()
    {
        var (key, box) = SealedBox.Seal(sample.Vault, Context, Words);
        var (otherKey, _) = SealedBox.Seal(sample.Vault, Context, Words);
        Assert.ThrowsAny<CryptographicException>(() => SealedBox.Open(sample.Vault, "shares/two", key, box));
        Assert.ThrowsAny<CryptographicException>(() => SealedBox.Open(sample.Vault, Context, otherKey, box));

        // One key over many pages: the page is bound by its own context, not by the key's alone.
        var many = RandomNumberGenerator.GetBytes(SealedBox.KeySizeBytes);
        var page = SealedBox.Encrypt(many, "page/1"u8, Words);
        Assert.Equal(Words, SealedBox.Decrypt(many, "page/1"u8, page));
        Assert.ThrowsAny<CryptographicException>(() => SealedBox.Decrypt(many, "page/2"u8, page));
    }

    private static byte[] Flipped(byte[] bytes, int at)
    {
        var copy = bytes.ToArray();
        copy[at] ^= 1;
        return copy;
    }
}
