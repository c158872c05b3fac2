using System.Security.Cryptography;
using System.Text;

namespace Mortanba.AiEducation;

public enum RosterChangeKind
{
    Added,
    Changed,

    /// <summary>Was known from a roster and is not in this one: left the school, or represents nobody here any more.</summary>
    Ended,
}

/// <param name="Person">As they are to be; of one who left, as they were.</param>
/// <param name="Fields">What changes; empty unless <see cref="RosterChangeKind.Changed"/>.</param>
public sealed record RosterChange(RosterChangeKind Kind, RosterPerson Person, IReadOnlyList<string> Fields);

/// <inheritdoc cref="RosterChange"/>
public sealed record GuardianChange(RosterChangeKind Kind, RosterGuardian Guardian, IReadOnlyList<string> Fields);

/// <summary>What a roster changes in the school's directory as it stands. The same roster again changes nothing.</summary>
/// <param name="Unchanged">People and guardians that the directory has in just this way.</param>
/// <param name="PassedOver">People of the roster that it has no place for.</param>
/// <param name="Fingerprint">Of all changes: what a person confirms is what they saw, or is refused.</param>
public sealed record RosterPlan(
    IReadOnlyList<RosterChange> Changes, IReadOnlyList<GuardianChange> Guardians, int Unchanged, int PassedOver, string Fingerprint)
{
    /// <param name="known">Who is at the school now and came by a roster; who was entered by hand is not the roster's to end.</param>
    /// <param name="guardians">Who is known from a roster as somebody's guardian.</param>
    public static RosterPlan Of(Roster roster, IEnumerable<RosterPerson> known, IEnumerable<RosterGuardian>? guardians = null)
    {
        var people = Compare(roster.People, known, p => p.SourceId, (p, before) => p.DifferencesFrom(before), roster.IsWhole, out var unchanged);
        var families = Compare(
            roster.Guardians, guardians ?? [], g => g.SourceId, (g, before) => g.DifferencesFrom(before), roster.IsWhole, out var alsoUnchanged);
        var changes = people.Select(c => new RosterChange(c.Kind, c.One, c.Fields)).ToList();
        var guardianChanges = families.Select(c => new GuardianChange(c.Kind, c.One, c.Fields)).ToList();
        return new RosterPlan(
            changes, guardianChanges, unchanged + alsoUnchanged, roster.PassedOver, FingerprintOf(changes, guardianChanges));
    }

    public int Count(RosterChangeKind kind) => Changes.Count(c => c.Kind == kind) + Guardians.Count(c => c.Kind == kind);

    private static List<(RosterChangeKind Kind, T One, IReadOnlyList<string> Fields)> Compare<T>(
        IEnumerable<T> wanted, IEnumerable<T> known, Func<T, string> id, Func<T, T, IEnumerable<string>> differences, bool endsOthers, out int unchanged)
    {
        var (changes, left) = (new List<(RosterChangeKind, T, IReadOnlyList<string>)>(), known.ToDictionary(id, StringComparer.Ordinal));
        unchanged = 0;
        foreach (var one in wanted)
        {
            if (!left.Remove(id(one), out var before))
            {
                changes.Add((RosterChangeKind.Added, one, []));
            }
            else if (differences(one, before).ToList() is { Count: > 0 } fields)
            {
                changes.Add((RosterChangeKind.Changed, one, fields));
            }
            else
            {
                unchanged++;
            }
        }

        changes.AddRange(left.Where(_ => endsOthers).OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => (RosterChangeKind.Ended, p.Value, (IReadOnlyList<string>)[])));
        return changes;
    }

    private static string FingerprintOf(List<RosterChange> changes, List<GuardianChange> guardians)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Each value with its length: no two different plans give the same bytes.
        foreach (var value in changes.SelectMany(c => (string[])
            [
                $"{c.Kind}", c.Person.SourceId, $"{c.Person.Kind}", c.Person.Name, c.Person.Class, $"{c.Person.Classes.Count}", .. c.Person.Classes,
                $"{c.Person.Grade}", $"{c.Person.BirthDate:yyyy-MM-dd}", c.Person.Sex, c.Person.Email,
            ]).Concat(guardians.SelectMany(c => (string[])
            [
                "guardian", $"{c.Kind}", c.Guardian.SourceId, c.Guardian.Name, c.Guardian.Email, $"{c.Guardian.Learners.Count}", .. c.Guardian.Learners,
            ])))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{value.Length}:{value}"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
