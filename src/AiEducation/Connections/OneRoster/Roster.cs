using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>
/// A learner or a teacher of the school as its roster has them. Personal data: sealed where it is kept. Numbers of documents, telephones and
/// addresses of a roster are not read.
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
    /// <summary>Whoever proves it signs in as this person (<see cref="RosterAccounts"/>); empty when the roster does not say.</summary>
    public string Email { get; init; } = "";

    /// <summary>As the directory has somebody who came by a roster.</summary>
    internal static RosterPerson Of(SchoolPerson known, string sourceId) => new(
        sourceId, known.Kind, known.Words?.Name ?? "", known.Class, known.Classes, known.Grade, known.Words?.BirthDate, known.Sex)
    {
        Email = known.Words?.Email ?? "",
    };

    /// <summary>Names of what differs, in a fixed order.</summary>
    internal IEnumerable<string> DifferencesFrom(RosterPerson other)
    {
        (string Field, bool IsSame)[] compared =
        [
            ("kind", Kind == other.Kind), ("name", Name == other.Name), ("class", Class == other.Class),
            ("classes", Classes.SequenceEqual(other.Classes)), ("grade", Grade == other.Grade), ("birthDate", BirthDate == other.BirthDate),
            ("sex", Sex == other.Sex), ("email", Email == other.Email),
        ];
        return compared.Where(c => !c.IsSame).Select(c => c.Field);
    }
}

/// <summary>
/// A parent or another legal guardian as the roster has them, with the learners they are named for. Nobody represents a child by a file alone:
/// the school invites this e-mail address, and whoever proves it and accepts is linked to these learners.
/// </summary>
/// <param name="Email">Empty when the roster does not say: then no account can be found for them.</param>
/// <param name="Learners">Ids of learners in the roster, in order; at least one.</param>
public sealed record RosterGuardian(string SourceId, string Name, string Email, IReadOnlyList<string> Learners)
{
    /// <summary>Names of what differs, in a fixed order.</summary>
    internal IEnumerable<string> DifferencesFrom(RosterGuardian other)
    {
        (string Field, bool IsSame)[] compared =
            [("name", Name == other.Name), ("email", Email == other.Email), ("learners", Learners.SequenceEqual(other.Learners))];
        return compared.Where(c => !c.IsSame).Select(c => c.Field);
    }
}

/// <summary>A roster that was read whole, with nothing wrong in it.</summary>
/// <param name="Format">For example <c>OneRoster 1.2</c>.</param>
/// <param name="People">Of the one school, by their ids in order.</param>
/// <param name="PassedOver">People of other schools and of other roles, and who is there no more.</param>
public sealed record Roster(string Format, Bin School, IReadOnlyList<RosterPerson> People, int PassedOver)
{
    /// <summary>Of the learners among <see cref="People"/>, by their ids in order.</summary>
    public IReadOnlyList<RosterGuardian> Guardians { get; init; } = [];

    /// <summary>Everybody of the school is in it: who is not has left.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>
    /// What a list of a part of the school says beside what is known: who is known stays as they are, and a teacher has one class more; who is
    /// not known comes with a name or is passed over. A whole roster says it all itself.
    /// </summary>
    internal Roster Beside(IReadOnlyDictionary<string, RosterPerson> known)
    {
        if (IsWhole)
        {
            return this;
        }

        var people = People.Where(p => p.Name.Length > 0 || known.ContainsKey(p.SourceId)).Select(p => !known.TryGetValue(p.SourceId, out var before) ? p
            : before.Kind == SchoolPersonKind.Teacher && p.Kind == SchoolPersonKind.Teacher
                ? before with { Classes = [.. before.Classes.Concat(p.Classes).Distinct().Order(StringComparer.Ordinal)] }
            : before).ToList();
        return this with { People = people, PassedOver = PassedOver + People.Count - people.Count };
    }
}

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
