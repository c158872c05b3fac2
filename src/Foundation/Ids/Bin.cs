using System.Diagnostics.CodeAnalysis;

namespace Mortanba.Foundation;

/// <summary>Business identification number of an organisation: 12 digits with a valid check digit. Public.</summary>
public readonly record struct Bin
{
    private readonly string? value;

    private Bin(string value) => this.value = value;

    public string Value => value ?? throw new InvalidOperationException("A BIN that was never set.");

    public static bool TryParse([NotNullWhen(true)] string? text, out Bin bin)
    {
        var trimmed = text?.Trim() ?? "";
        var valid = NationalNumber.IsValid(trimmed);
        bin = valid ? new Bin(trimmed) : default;
        return valid;
    }

    /// <summary>Throws <see cref="FormatException"/>: for numbers that come from our own store or code.</summary>
    public static Bin Parse(string text) =>
        TryParse(text, out var bin) ? bin : throw new FormatException($"'{text}' is not a BIN.");

    public override string ToString() => Value;
}
