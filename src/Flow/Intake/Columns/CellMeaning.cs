using System.Globalization;
using Mortanba.Intake.Checks;

namespace Mortanba.Intake.Columns;

/// <summary>What a cell of a list says, however it is spelled: for setting two of them side by side.</summary>
public static class CellMeaning
{
    // Where Excel begins to count days; the few workbooks that begin in 1904 are not told apart here.
    private static readonly DateOnly SerialEpoch = new(1899, 12, 30);

    /// <summary>
    /// A date in ISO form, a choice as our word (<c>full-time</c>), a number without its padding; anything else, and what cannot
    /// be read, is the text itself without the spaces around it. Case does not count.
    /// </summary>
    /// <param name="field">Wire name of the column, for example <c>birth-date</c>.</param>
    public static string Of(string field, string text)
    {
        var cell = text.Trim();
        if (Words.Default.Values.TryGetValue(field, out var words) && words.TryGetValue(cell, out var word))
        {
            return word;
        }

        return !Fields.TryParse(field, out var known) ? cell.ToUpperInvariant() : known switch
        {
            Field.BirthDate or Field.MinutesDate or Field.AwardDate or Field.StudyFrom or Field.StudyUntil
                when ValueParsers.TryDate(cell, SerialEpoch, out var date) => date.ToString("O", CultureInfo.InvariantCulture),
            Field.Credits or Field.Gpa when ValueParsers.TryDecimal(cell, out var number) => number.ToString("0.####", CultureInfo.InvariantCulture),
            Field.Number => string.Concat(cell.Where(char.IsAsciiDigit)),
            _ => cell.ToUpperInvariant(),
        };
    }
}
