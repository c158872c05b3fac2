namespace Mortanba.AiEducation.PersonalData;

/// <summary>What kind of personal data a piece of text is (requirement AI-10).</summary>
public enum PersonalDataKind
{
    /// <summary>Individual identification number, 12 digits.</summary>
    Iin,

    Phone,

    Email,

    /// <summary>Number of a payment card.</summary>
    Card,

    /// <summary>Where somebody lives: street or microdistrict with a house, or a house with a flat.</summary>
    Address,

    /// <summary>A full date that the text calls a day of birth.</summary>
    BirthDate,

    /// <summary>Number of an identity card or passport.</summary>
    Document,

    /// <summary>Name of a person, or a part of one.</summary>
    Name,
}

/// <summary>How sure the filter is. Both are masked; the difference is for the reader.</summary>
public enum Confidence
{
    /// <summary>Form or neighbourhood speak for it.</summary>
    Likely,

    /// <summary>A check digit, a full form or several signs at once.</summary>
    Certain,
}

/// <summary>One place of personal data in a text.</summary>
/// <param name="Start">Index of its first UTF-16 unit in the text as it was given.</param>
/// <param name="Length">In UTF-16 units, at least 1; what hides between the signs (zero-width characters) is inside.</param>
public readonly record struct Finding(int Start, int Length, PersonalDataKind Kind, Confidence Confidence)
{
    public int End => Start + Length;

    /// <summary>Where it begins in the text it was found in: line and column, each from 1.</summary>
    public (int Line, int Column) PlaceOf(string text)
    {
        var before = text.AsSpan(0, Start);
        return (before.Count('\n') + 1, Start - before.LastIndexOf('\n'));
    }

    /// <summary>The same as words: <c>3:14</c>.</summary>
    public string PlaceIn(string text)
    {
        var (line, column) = PlaceOf(text);
        return FormattableString.Invariant($"{line}:{column}");
    }
}
