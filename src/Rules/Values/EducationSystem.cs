using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>The levels of the home country's education system, lowest first (requirement RQ-23).</summary>
public sealed record EducationSystem(IReadOnlyList<SystemLevel> Levels)
{
    internal static EducationSystem Read(PackNode node)
    {
        var levels = new List<SystemLevel>();
        foreach (var level in node["levels"].List(n => (Node: n, Level: SystemLevel.Read(n))))
        {
            if (level.Level.After.FirstOrDefault(id => levels.All(l => l.Id != id)) is { } unknown)
            {
                throw level.Node["after"].Wrong($"'{unknown}' is no level before this one");
            }

            levels.Add(level.Level);
        }

        return new EducationSystem(levels);
    }
}

/// <param name="After">The levels that open this one.</param>
/// <param name="Award">What is awarded at its end.</param>
/// <param name="Credits">The least, in ECTS; null: not known, or not counted in credits.</param>
/// <param name="Years">The least; null: not known.</param>
/// <param name="Framework">Level of the national qualifications framework; null: not known.</param>
public sealed record SystemLevel(
    string Id, IReadOnlyList<string> After, LocalizedText Name, LocalizedText Award, int? Credits, int? Years, int? Framework)
{
    internal static SystemLevel Read(PackNode node) => new(
        node["id"].Text,
        node.Find("after")?.List(n => n.Text) ?? [],
        node["name"].Localized,
        node["award"].Localized,
        node.Find("credits")?.Integer,
        node.Find("years")?.Integer,
        node.Find("framework")?.Integer);
}
