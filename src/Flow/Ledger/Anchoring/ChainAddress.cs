using System.Diagnostics.CodeAnalysis;

namespace Mortanba.Ledger.Anchoring;

/// <summary>An account or a contract of an EVM chain: 20 bytes. Written <c>0x</c> and forty lower-case digits.</summary>
/// <remarks>The mixed-case check sum of ERC-55 is read over, not checked: it needs Keccak-256.</remarks>
public sealed class ChainAddress : IEquatable<ChainAddress>
{
    public const int SizeBytes = 20;

    private readonly byte[] bytes;

    private ChainAddress(byte[] bytes) => this.bytes = bytes;

    public ReadOnlyMemory<byte> Bytes => bytes;

    public static bool TryParse(string? text, [NotNullWhen(true)] out ChainAddress? address)
    {
        address = ChainNumbers.TryBytes(text, SizeBytes, out var bytes) ? new ChainAddress(bytes) : null;
        return address is not null;
    }

    /// <summary>Throws <see cref="FormatException"/> for what is no address.</summary>
    public static ChainAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is no address of a chain.");

    public bool Equals(ChainAddress? other) => other is not null && bytes.AsSpan().SequenceEqual(other.bytes);

    public override bool Equals(object? obj) => Equals(obj as ChainAddress);

    public override int GetHashCode() => BitConverter.ToInt32(bytes);

    public override string ToString() => "0x" + Convert.ToHexStringLower(bytes);
}
