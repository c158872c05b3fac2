using System.Numerics;

namespace Mortanba.Documents;

/// <summary>Up to 192 modules of a line as bits, the first lowest: rules about neighbours become shifts.</summary>
internal readonly record struct QrRow(ulong Low, ulong Middle, ulong High)
{
    public int Count => BitOperations.PopCount(Low) + BitOperations.PopCount(Middle) + BitOperations.PopCount(High);

    public bool this[int place] => ((place switch { < 64 => Low, < 128 => Middle, _ => High } >> (place & 63)) & 1) != 0;

    /// <summary>The first so many bits set.</summary>
    public static QrRow First(int count) => new(
        Ones(Math.Clamp(count, 0, 64)), Ones(Math.Clamp(count - 64, 0, 64)), Ones(Math.Clamp(count - 128, 0, 64)));

    public static QrRow Single(int place) => place switch
    {
        < 64 => new(1UL << place, 0, 0),
        < 128 => new(0, 1UL << (place - 64), 0),
        _ => new(0, 0, 1UL << (place - 128)),
    };

    public static QrRow operator &(QrRow a, QrRow b) => new(a.Low & b.Low, a.Middle & b.Middle, a.High & b.High);

    public static QrRow operator |(QrRow a, QrRow b) => new(a.Low | b.Low, a.Middle | b.Middle, a.High | b.High);

    public static QrRow operator ^(QrRow a, QrRow b) => new(a.Low ^ b.Low, a.Middle ^ b.Middle, a.High ^ b.High);

    public static QrRow operator ~(QrRow a) => new(~a.Low, ~a.Middle, ~a.High);

    /// <summary>Each bit is that of its neighbour so many places on; 1 to 63 places.</summary>
    public static QrRow operator >>(QrRow a, int places) => new(
        (a.Low >> places) | (a.Middle << (64 - places)), (a.Middle >> places) | (a.High << (64 - places)), a.High >> places);

    private static ulong Ones(int count) => count == 64 ? ulong.MaxValue : (1UL << count) - 1;
}
