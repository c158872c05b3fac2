using System.Security.Cryptography;
using System.Text;

namespace Mortanba.AiEducation;

public enum RosterChangeKind
{
    Added,
    Changed,

    /// <summary>Was known from a roster and is not in this one: left the school.</summary>
    Ended,
}

/// <param name="Person">As they are to be; of one who left, as they were.</param>
/// <param name="Fields">What changes; empty unless <see cref="RosterChangeKind.Changed"/>.</param>
public sealed record RosterChange(RosterChangeKind Kind, RosterPerson Person, IReadOnlyList<string> Fields);

/// <summary>What a roster changes in the school's directory as it stands. The same roster again changes nothing.</summary>
/// <param name="Unchanged">People that the directory has in just this way.</param>
/// <param name="Fingerprint">Of all changes: what a person confirms is what they saw, or is refused.</param>
public sealed record RosterPlan(IReadOnlyList<RosterChange> Changes, int Unchanged, string Fingerprint)
{
    /// <param name="known">Who is at the school now and came by a roster; who was entered by hand is not the roster's to end.</param>
    public static RosterPlan Of(Roster roster, IEnumerable<RosterPerson> known)
    {
        var (changes, unchanged) = (new List<RosterChange>(), 0);
        var left = known.ToDictionary(p => p.SourceId, StringComparer.Ordinal);
        foreach (var person in roster.People)
        {
            if (!left.Remove(person.SourceId, out var before))
            {
                changes.Add(new RosterChange(RosterChangeKind.Added, person, []));
            }
            else if (person.DifferencesFrom(before).ToList() is { Count: > 0 } fields)
            {
                changes.Add(new RosterChange(RosterChangeKind.Changed, person, fields));
            }
            else
            {
                unchanged++;
            }
        }

        changes.AddRange(left.Values.OrderBy(p => p.SourceId, StringComparer.Ordinal).Select(p => new RosterChange(RosterChangeKind.Ended, p, [])));
        return new RosterPlan(changes, unchanged, FingerprintOf(changes));
    }

    public int Count(RosterChangeKind kind) => Changes.Count(c => c.Kind == kind);

    private static string FingerprintOf(List<RosterChange> changes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (kind, p, _) in changes)
        {
            // Each value with its length: no two different plans give the same bytes.
            foreach (var value in (string[])
            [
                $"{kind}", p.SourceId, $"{p.Kind}", p.Name, p.Class, $"{p.Classes.Count}", .. p.Classes, $"{p.Grade}", $"{p.BirthDate:yyyy-MM-dd}", p.Sex,
            ])
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{value.Length}:{value}"));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
