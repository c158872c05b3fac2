using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Recognition;

namespace Mortanba.Host.Web.Work.Recognition;

/// <summary>What was typed, so that a refused form comes back as it was.</summary>
public sealed class DeskForm(IFormCollection? form = null)
{
    public const int WordsLengthMax = 4_000;

    public static DeskForm None { get; } = new();

    /// <summary>Something was sent.</summary>
    public bool IsSent => form is not null;

    public string this[string field] => form?[field].ToString() ?? "";

    public IReadOnlyList<string> All(string field) => form is null ? [] : [.. form[field].OfType<string>().Where(v => v.Length > 0).Take(300)];

    public bool Has(string field, string value) => form is not null && form[field].Contains(value);

    public int Version => int.TryParse(this["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;

    public T? Choice<T>(string field)
        where T : struct, Enum => BasisRecord.Parse<T>(this[field]);

    public DateOnly? Day(string field) =>
        DateOnly.TryParseExact(this[field], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>The field was sent, even if empty.</summary>
    public bool IsNamed(string field) => form?.ContainsKey(field) == true;

    /// <summary>A number that was typed, with comma or point; null where the field was left empty.</summary>
    /// <param name="unsent">What stands where the field was not sent.</param>
    /// <returns><c>recognition/no-…</c> with the name of the field when it is no number.</returns>
    public Outcome<decimal?> Number(string field, decimal? unsent) =>
        !IsNamed(field) ? unsent
        : this[field].Trim() is not { Length: > 0 } text ? default(decimal?)
        : decimal.TryParse(text.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? (decimal?)number
        : new Problem($"recognition/no-{field}", "A number above 0.");

    public string? Chosen(string field) => this[field] is { Length: > 0 } value ? value : null;

    /// <summary>The five elements as they were typed; one of which nothing was said is left out.</summary>
    /// <param name="isFinal">Nothing is taken for "no difference" that nobody chose: such an element is left out, too.</param>
    public IReadOnlyList<ElementFinding> Findings(bool isFinal = false) =>
    [
        .. Enum.GetValues<Element>().Where(e => !isFinal || Choice<Difference>("difference." + BasisRecord.Code(e)) is not null)
            .Select(Finding).OfType<ElementFinding>(),
    ];

    /// <summary>What the applicant can do, an element each.</summary>
    public IReadOnlyList<Measure> Measures() =>
    [
        .. Enum.GetValues<Element>().Select(e => (Element: e, Code: BasisRecord.Code(e)))
            .Where(e => this["measure." + e.Code].Trim().Length > 0)
            .Select(e => new Measure(e.Element, this["measure." + e.Code].Trim(), Day("until." + e.Code))),
    ];

    /// <summary>The decision that is proposed; null when no outcome was chosen.</summary>
    public DecisionDraft? Draft() => Choice<RecognitionOutcome>("outcome") is { } outcome
        ? new DecisionDraft(outcome, Measures(), this["scope"].Trim(), this["deviation"].Trim())
        : null;

    /// <summary>Refuses a text beyond what a file keeps.</summary>
    public Problem? TooLong() => form?.Any(field => field.Value.Any(v => v?.Length > WordsLengthMax)) == true
        ? new Problem("recognition/too-long", "A text is too long.", ("max", $"{WordsLengthMax}"))
        : null;

    private ElementFinding? Finding(Element element)
    {
        var code = BasisRecord.Code(element);
        var (evidence, comparator, foreign) = (All("evidence." + code), this["here." + code].Trim(), this["foreign." + code].Trim());
        var (why, impact, grounds) = (this["why." + code].Trim(), this["impact." + code].Trim(), All("ground." + code));
        var difference = Choice<Difference>("difference." + code);
        return difference is null && evidence.Count + grounds.Count + comparator.Length + foreign.Length + why.Length + impact.Length == 0
            ? null
            : new ElementFinding(
                element, [.. evidence.Distinct()], comparator, difference ?? Difference.None,
                [.. grounds.Select(g => BasisRecord.Parse<DifferenceGround>(g)).OfType<DifferenceGround>().Distinct()], why, impact, foreign);
    }
}
