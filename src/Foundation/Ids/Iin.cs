using System.Diagnostics.CodeAnalysis;

namespace Mortanba.Foundation;

/// <summary>Individual identification number: 12 digits with a valid check digit. Personal data: never logged in clear.</summary>
public readonly record struct Iin
{
    private readonly string? value;

    private Iin(string value) => this.value = value;

    public string Value => value ?? throw new InvalidOperationException("An IIN that was never set.");

    public static bool TryParse([NotNullWhen(true)] string? text, out Iin iin)
    {
        var trimmed = text?.Trim() ?? "";
        var valid = NationalNumber.IsValid(trimmed);
        iin = valid ? new Iin(trimmed) : default;
        return valid;
    }

    /// <summary>The date of birth the first seven digits claim; null when they claim none. A facet: warn, never refuse on it.</summary>
    public DateOnly? ClaimedBirthDate
    {
        get
        {
            var century = (Value[6] - '0') switch { 1 or 2 => 1800, 3 or 4 => 1900, 5 or 6 => 2000, _ => 0 };
            return century != 0
                && DateOnly.TryParseExact($"{century / 100}{Value[..6]}", "yyyyMMdd", out var date)
                    ? date
                    : null;
        }
    }

    /// <summary>Masked, so that an interpolated string in a log line gives nothing away.</summary>
    public override string ToString() => "IIN ••••••••••••";
}
