using System.Globalization;
using System.Text;

namespace Mortanba.AiEducation.PersonalData;

/// <summary>A text with a placeholder for each piece of personal data; and, on our side only, what the placeholders stand for.</summary>
/// <remarks>
/// The same value has the same placeholder in the whole text: a phone in two notations, a name in two cases. A name is restored in the
/// form in which it was met first. Lives as long as one request; nothing of it is stored.
/// </remarks>
public sealed class MaskedText
{
    private const int PlaceholderLengthMax = 32;

    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    private MaskedText(string text, IReadOnlyList<Finding> findings)
    {
        Findings = findings;
        Text = Mask(text, findings);
    }

    /// <summary>What may go out: <c>[name 1] has the number [IIN 1]</c>.</summary>
    public string Text { get; }

    /// <summary>What was found, with places in the text as given.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    public static MaskedText Of(string text) => new(text, PersonalDataFilter.Find(text));

    /// <summary>Puts the values back into an answer that was made from the masked text. Placeholders never given out stay as they are.</summary>
    public string Restore(string answer)
    {
        var built = new StringBuilder(answer.Length);
        for (var i = 0; i < answer.Length; i++)
        {
            // No placeholder is longer; a bracket without its end costs no more than that.
            var end = answer[i] == '[' ? answer.AsSpan(i, Math.Min(answer.Length - i, PlaceholderLengthMax)).IndexOf(']') : -1;
            if (end > 0 && values.TryGetValue(answer.Substring(i, end + 1), out var value))
            {
                built.Append(value);
                i += end;
            }
            else
            {
                built.Append(answer[i]);
            }
        }

        return built.ToString();
    }

    private string Mask(string text, IReadOnlyList<Finding> findings)
    {
        var built = new StringBuilder(text.Length);
        var given = new Dictionary<(PersonalDataKind, string), string>();
        var counts = new Dictionary<PersonalDataKind, int>();
        var written = Written(text);
        var at = 0;
        foreach (var finding in findings)
        {
            var value = text.Substring(finding.Start, finding.Length);
            var key = (finding.Kind, KeyOf(finding.Kind, value));
            if (!given.TryGetValue(key, out var placeholder))
            {
                placeholder = Next(finding.Kind, written, counts);
                given[key] = placeholder;
                values[placeholder] = value;
            }

            built.Append(text, at, finding.Start - at).Append(placeholder);
            at = finding.End;
        }

        return built.Append(text, at, text.Length - at).ToString();
    }

    // A placeholder that somebody wrote into the text is not given out a second time.
    private static string Next(PersonalDataKind kind, HashSet<string> written, Dictionary<PersonalDataKind, int> counts)
    {
        for (var number = counts.GetValueOrDefault(kind) + 1; ; number++)
        {
            var placeholder = string.Create(CultureInfo.InvariantCulture, $"[{Word(kind)} {number}]");
            if (!written.Contains(placeholder))
            {
                counts[kind] = number;
                return placeholder;
            }
        }
    }

    private static HashSet<string> Written(string text)
    {
        var written = new HashSet<string>(StringComparer.Ordinal);
        for (var i = text.IndexOf('[', StringComparison.Ordinal); i >= 0; i = text.IndexOf('[', i + 1))
        {
            if (text.AsSpan(i, Math.Min(text.Length - i, PlaceholderLengthMax)).IndexOf(']') is > 0 and var end)
            {
                written.Add(text.Substring(i, end + 1));
            }
        }

        return written;
    }

    private static string Word(PersonalDataKind kind) => kind switch
    {
        PersonalDataKind.Iin => "IIN",
        PersonalDataKind.Phone => "phone",
        PersonalDataKind.Email => "e-mail",
        PersonalDataKind.Card => "card",
        PersonalDataKind.Address => "address",
        PersonalDataKind.BirthDate => "date of birth",
        PersonalDataKind.Document => "document",
        PersonalDataKind.Name => "name",
    };

    private static string KeyOf(PersonalDataKind kind, string value)
    {
        using var folded = new FoldedText(value);
        var lower = folded.LowerChars.ToString();
        var digits = string.Concat(lower.Where(char.IsAsciiDigit));
        return kind switch
        {
            // +7 701 … and 8 701 … are one number.
            PersonalDataKind.Phone => digits.Length == 11 && digits[0] is ('7' or '8') ? digits[1..] : digits,
            PersonalDataKind.Iin or PersonalDataKind.Card or PersonalDataKind.Document => digits,
            PersonalDataKind.Name => string.Join(' ', lower.Split([' ', '.', '-', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(Lexicon.Shared.Stem)),
            PersonalDataKind.Email or PersonalDataKind.Address or PersonalDataKind.BirthDate => lower,
        };
    }
}
