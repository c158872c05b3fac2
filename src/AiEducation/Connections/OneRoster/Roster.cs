using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>
/// A learner or a teacher of the school as its roster has them. Personal data: sealed where it is kept. Numbers of documents, telephones and
/// addresses of a roster are not read; parents come to their children by the school's invitation, not by a file.
/// </summary>
/// <param name="SourceId">Stays the same from one roster to the next; at most 255 characters.</param>
/// <param name="Name">Family name, given name and the middle one where there is one.</param>
/// <param name="Class">Title of the learner's class; empty for a teacher, or when the roster does not say.</param>
/// <param name="Classes">Titles of the classes that a teacher teaches, in order.</param>
/// <param name="Grade">Of a learner: 0 (before school, or not said) to 12.</param>
/// <param name="BirthDate">Null when the roster does not say: then every age limit counts as not reached.</param>
/// <param name="Sex"><c>female</c> or <c>male</c>; empty when the roster does not say, or says something else.</param>
public sealed record RosterPerson(
    string SourceId, SchoolPersonKind Kind, string Name, string Class, IReadOnlyList<string> Classes, int Grade, DateOnly? BirthDate, string Sex)
{
    /// <summary>As the directory has somebody who came by a roster.</summary>
    internal static RosterPerson Of(SchoolPerson known, string sourceId) => new(
        sourceId, known.Kind, known.Words?.Name ?? "", known.Class, known.Classes, known.Grade, known.Words?.BirthDate, known.Sex);

    /// <summary>Names of what differs, in a fixed order.</summary>
    internal IEnumerable<string> DifferencesFrom(RosterPerson other)
    {
        (string Field, bool IsSame)[] compared =
        [
            ("kind", Kind == other.Kind), ("name", Name == other.Name), ("class", Class == other.Class),
            ("classes", Classes.SequenceEqual(other.Classes)), ("grade", Grade == other.Grade), ("birthDate", BirthDate == other.BirthDate),
            ("sex", Sex == other.Sex),
        ];
        return compared.Where(c => !c.IsSame).Select(c => c.Field);
    }
}

/// <summary>A roster that was read whole, with nothing wrong in it.</summary>
/// <param name="Version">Of OneRoster: 1.1 or 1.2.</param>
/// <param name="People">Of the one school, by their ids in order.</param>
/// <param name="PassedOver">People of other schools and of other roles.</param>
public sealed record Roster(string Version, Bin School, IReadOnlyList<RosterPerson> People, int PassedOver);

/// <summary>One thing that is wrong in a roster.</summary>
/// <param name="Row">As a spreadsheet shows it, header = 1; 0 when it concerns the file.</param>
/// <param name="Field">Header of the column; empty when it concerns the row or the file.</param>
public sealed record RosterFault(string File, int Row, string Field, Problem Problem);

/// <summary>Something in the roster is wrong: nothing of it is taken.</summary>
/// <param name="Faults">The first of them, by file and row.</param>
/// <param name="Count">All of them.</param>
public sealed record RosterHasFaults(IReadOnlyList<RosterFault> Faults, int Count)
    : Problem("connections/roster-bad", $"{Count} values of the roster cannot be taken.", ("count", $"{Count}"))
{
    private const int FaultsKept = 200;

    internal static RosterHasFaults Of(List<RosterFault> all) =>
        new([.. all.OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Row).Take(FaultsKept)], all.Count);
}
