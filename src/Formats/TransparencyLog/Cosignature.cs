using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.TransparencyLog;

/// <summary>
/// cosignature/v1 (C2SP tlog-cosignature, "Ed25519 signed message"): the witness saw this checkpoint, consistent with
/// everything before, as the largest at that second. Body: seconds since 1970 (64 bits, big-endian), 64 bytes Ed25519.
/// </summary>
internal static class Cosignature
{
    private const int TimeSizeBytes = 8;
    // The last second that .NET can tell; the format allows more, and no honest clock comes near.
    private static readonly ulong SecondsMax = (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    public static byte[] Sign(ISigner key, ReadOnlySpan<byte> checkpointText, DateTimeOffset at)
    {
        var seconds = at.ToUnixTimeSeconds();
        var body = new byte[TimeSizeBytes + Ed25519PublicKey.SignatureSizeBytes];
        BinaryPrimitives.WriteInt64BigEndian(body, seconds);
        key.Sign(Message(seconds, checkpointText)).CopyTo(body.AsSpan(TimeSizeBytes));
        return body;
    }

    public static bool Verify(Ed25519PublicKey key, ReadOnlySpan<byte> checkpointText, ReadOnlySpan<byte> body)
    {
        if (body.Length != TimeSizeBytes + Ed25519PublicKey.SignatureSizeBytes)
        {
            return false;
        }

        var seconds = BinaryPrimitives.ReadUInt64BigEndian(body);
        return seconds <= SecondsMax && key.Verify(Message((long)seconds, checkpointText), body[TimeSizeBytes..]);
    }

    public static DateTimeOffset TimeOf(ReadOnlySpan<byte> body) =>
        DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(body));

    private static byte[] Message(long seconds, ReadOnlySpan<byte> checkpointText) =>
    [
        .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n")),
        .. checkpointText,
    ];
}
