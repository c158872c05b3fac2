using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <param name="Place">As it is to be.</param>
/// <param name="Fields">Columns of the list that change; empty for a place that is new.</param>
public sealed record SchoolChange(School Place, IReadOnlyList<string> Fields)
{
    /// <summary>The directory does not have it yet.</summary>
    public bool IsNew => Fields.Count == 0;
}

/// <summary>What a list of schools changes in the directory as it stands. A place that is not in the list stays as it is.</summary>
/// <param name="Changes">In the order of the list.</param>
/// <param name="Unchanged">Places that the directory has in just this way.</param>
/// <param name="Fingerprint">Of all changes: what a person confirms is what they saw, or is refused.</param>
public sealed record SchoolListPlan(IReadOnlyList<SchoolChange> Changes, int Unchanged, string Fingerprint)
{
    /// <returns>The plan, or <see cref="RosterHasFaults"/> where a department would become a school, or a school a department.</returns>
    public static Outcome<SchoolListPlan> Of(SchoolList list, IReadOnlyDictionary<Bin, School> known)
    {
        var (changes, faults, unchanged) = (new List<SchoolChange>(), new List<RosterFault>(), 0);
        foreach (var (row, place) in list.Rows)
        {
            if (!known.TryGetValue(place.Bin, out var before))
            {
                changes.Add(new SchoolChange(place, []));
            }
            else if (before.IsDepartment != place.IsDepartment)
            {
                // It was counted, or was not, from the day it came.
                faults.Add(new RosterFault(SchoolList.FileName, row, SchoolList.Department, new Problem(
                    "schools/list-department", "A department does not become a school, nor a school a department.")));
            }
            else if (Differences(before, place).ToList() is { Count: > 0 } fields)
            {
                changes.Add(new SchoolChange(place, fields));
            }
            else
            {
                unchanged++;
            }
        }

        return faults.Count > 0 ? RosterHasFaults.Of(faults) : new SchoolListPlan(changes, unchanged, FingerprintOf(changes));
    }

    private static IEnumerable<string> Differences(School before, School now) =>
        SchoolList.Columns.Zip(Values(before), Values(now)).Where(v => v.Second != v.Third).Select(v => v.First);

    // In the order of the columns.
    private static string[] Values(School place) =>
    [
        place.Bin.Value, place.Name.Kk, place.Name.Ru, place.Name.En, place.Region, place.District, EventWords.Of(place.Kind), EventWords.Of(place.Setting),
        string.Join(' ', place.Languages), EventWords.Of(place.Connectivity), place.IsDepartment ? "yes" : "no",
    ];

    private static string FingerprintOf(List<SchoolChange> changes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Each value with its length: no two different plans give the same bytes.
        foreach (var value in changes.SelectMany(c => Values(c.Place).Prepend(c.IsNew ? "new" : "known")))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{value.Length}:{value}"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
