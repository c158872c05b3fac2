using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>
/// One thing that a school's regulation on AI says, with the national value and what counts as stricter. Values are texts in one form:
/// <c>13</c>, <c>yes</c>, <c>tutoring translation</c>.
/// </summary>
/// <param name="Id">Stable word, kept with every regulation.</param>
public abstract record RegulationItem(string Id, LocalizedText Text)
{
    /// <summary>What holds everywhere.</summary>
    public abstract string National { get; }

    /// <summary>The one form of a value; null when the text is no value of this item.</summary>
    public abstract string? Canonical(string text);

    /// <summary>Whether a school's value, in its one form, allows more than the nation does.</summary>
    public abstract bool IsLooser(string own);

    /// <summary>Whichever of two values allows less; of two lists what stands in both.</summary>
    public abstract string Stricter(string one, string other);

    internal static RegulationItem Read(PackNode node)
    {
        var (id, text) = (node["id"].Text, node["text"].Localized);
        return (node.Find("number"), node.Find("list"), node.Find("yes")) switch
        {
            ({ } number, null, null) => number.As(n => NumberItem.Read(n, id, text)),
            (null, { } list, null) => new ChoiceItem(id, text, list.List(o => new RegulationOption(o["id"].Text, o["text"].Localized))),
            (null, null, { } yes) => new YesItem(id, text, yes.Boolean),
            _ => throw node.Wrong("an item has one of: number, list, yes"),
        };
    }
}

/// <summary>In which direction a number is stricter.</summary>
public enum StricterIs
{
    Lower,
    Higher,
}

/// <param name="Limit">The strictest value that makes sense: an end of the range, the other being the national value.</param>
public sealed record NumberItem(string Id, LocalizedText Text, int Value, StricterIs Direction, int Limit) : RegulationItem(Id, Text)
{
    public override string National => Word(Value);

    public override string? Canonical(string text) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && (Direction == StricterIs.Higher ? number <= Limit : number >= Limit) ? Word(number) : null;

    public override bool IsLooser(string own) => Direction == StricterIs.Higher ? NumberOf(own) < Value : NumberOf(own) > Value;

    public override string Stricter(string one, string other) =>
        Word(Direction == StricterIs.Higher ? Math.Max(NumberOf(one), NumberOf(other)) : Math.Min(NumberOf(one), NumberOf(other)));

    internal static NumberItem Read(PackNode node, string id, LocalizedText text)
    {
        var item = new NumberItem(id, text, node["value"].Integer, node["stricter"].OneOf<StricterIs>(), node["limit"].Integer);
        return item.Value >= 0 && item.Canonical(item.National) is not null ? item : throw node.Wrong("the limit lies on the stricter side of the value");
    }

    private static int NumberOf(string value) => int.Parse(value, CultureInfo.InvariantCulture);

    private static string Word(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A list that a school may shorten, down to nothing.</summary>
public sealed record ChoiceItem(string Id, LocalizedText Text, IReadOnlyList<RegulationOption> Options) : RegulationItem(Id, Text)
{
    public override string National => string.Join(' ', Options.Select(o => o.Id));

    // What the nation does not name cannot be chosen, so it is looser rather than unreadable: whoever wrote it is told so.
    public override string? Canonical(string text) => string.Join(
        ' ', Words(text).Distinct().OrderBy(w => Options.TakeWhile(o => o.Id != w).Count()).ThenBy(w => w, StringComparer.Ordinal));

    public override bool IsLooser(string own) => Words(own).Any(w => Options.All(o => o.Id != w));

    public override string Stricter(string one, string other) => Canonical(string.Join(' ', Words(one).Intersect(Words(other))))!;

    public static IReadOnlyList<string> Words(string value) => value.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

public sealed record RegulationOption(string Id, LocalizedText Text);

/// <summary>A duty or a ban: a national yes stays one; a school may say yes where the nation does not ask for it.</summary>
public sealed record YesItem(string Id, LocalizedText Text, bool Value) : RegulationItem(Id, Text)
{
    public const string Yes = "yes";
    public const string No = "no";

    public override string National => Value ? Yes : No;

    public override string? Canonical(string text) => text.Trim() is Yes or No ? text.Trim() : null;

    public override bool IsLooser(string own) => Value && own == No;

    public override string Stricter(string one, string other) => one == Yes || other == Yes ? Yes : No;
}

/// <summary>The national template of a school's regulation on AI (requirement AI-24).</summary>
/// <param name="ReviewMonths">A regulation is looked at anew after so many months.</param>
/// <param name="DrafterMayAdopt">Whether a head may adopt a text that they saved last themselves.</param>
public sealed record RegulationTemplate(IReadOnlyList<RegulationItem> Items, int ReviewMonths, bool DrafterMayAdopt)
{
    public RegulationItem? Find(string id) => Items.FirstOrDefault(i => i.Id == id);

    internal static RegulationTemplate Read(PackNode node)
    {
        var template = new RegulationTemplate(node["items"].List(RegulationItem.Read), node["reviewMonths"].Integer, node["drafterMayAdopt"].Boolean);
        return template.Items.Select(i => i.Id).Distinct().Count() != template.Items.Count ? throw node.Wrong("two items have the same id")
            : template.ReviewMonths > 0 ? template : throw node.Wrong("months of review are 1 or more");
    }
}
