using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>All rule packs of an installation, read once at start and never changed after: the law as data.</summary>
/// <remarks>
/// In: the files of <c>rules/</c>. Out: the value of a rule on the day of an event. Two entries of one rule that
/// overlap in time refuse the start; a day no entry covers is a refusal of the act, never a guess. Safe to share.
/// </remarks>
public sealed class RuleBook
{
    private readonly Dictionary<string, List<Rule>> rules;

    private RuleBook(Dictionary<string, List<Rule>> rules) => this.rules = rules;

    /// <summary>Where the build puts the packs: beside the executable.</summary>
    public static string DefaultFolder => Path.Combine(AppContext.BaseDirectory, "rules");

    /// <summary>Every entry of every rule, by id and date: for the page that shows the rules in force.</summary>
    public IEnumerable<Rule> All =>
        rules.OrderBy(r => r.Key, StringComparer.Ordinal).SelectMany(r => r.Value);

    /// <summary>Reads every <c>*.yaml</c> of a folder.</summary>
    /// <param name="own">A second folder, of one installation: what its own body sets. It may be missing.</param>
    public static Outcome<RuleBook> Load(string folder, string? own = null)
    {
        if (!Directory.Exists(folder))
        {
            return new Problem(
                "rules/no-packs", $"There is no folder of rule packs at '{folder}'.", ("folder", folder));
        }

        var files = Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal)
            .Concat(Directory.Exists(own) ? Directory.GetFiles(own, "*.yaml").Order(StringComparer.Ordinal) : []);
        return Parse(files.Select(file => new PackFile(Path.GetFileName(file), File.ReadAllBytes(file))));
    }

    /// <summary>Reads packs from memory. The first thing that is wrong is named with file, line and rule.</summary>
    public static Outcome<RuleBook> Parse(IEnumerable<PackFile> files)
    {
        var byId = new Dictionary<string, List<Rule>>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (!PackReader.Read(file).TryGet(out var pack, out var problem))
            {
                return problem;
            }

            foreach (var rule in pack)
            {
                if (!byId.TryGetValue(rule.Id, out var entries))
                {
                    byId[rule.Id] = entries = [];
                }

                entries.Add(rule);
            }
        }

        if (byId.Count == 0)
        {
            return new Problem("rules/no-packs", "No rule pack was found.", ("folder", "–"));
        }

        foreach (var entries in byId.Values)
        {
            entries.Sort((a, b) => a.ValidFrom.CompareTo(b.ValidFrom));
        }

        return FirstOverlap(byId.Values) is { } overlap ? overlap : new RuleBook(byId);
    }

    /// <summary>The value on the day of the event; <c>rules/not-in-force</c> when no entry covers that day.</summary>
    public Outcome<Resolved<T>> Resolve<T>(RuleKey<T> key, DateOnly eventDate)
        where T : notnull
    {
        var rule = rules.GetValueOrDefault(key.Id)?.Find(r => r.Covers(eventDate));
        return rule is null
            ? new Problem(
                "rules/not-in-force",
                $"No entry of the rule '{key.Id}' covers {Text(eventDate)}.",
                ("rule", key.Id),
                ("date", Text(eventDate)))
            : new Resolved<T>((T)rule.Value, rule.Reference);
    }

    private static Problem? FirstOverlap(IEnumerable<List<Rule>> byId)
    {
        foreach (var entries in byId)
        {
            for (var i = 1; i < entries.Count; i++)
            {
                var (earlier, later) = (entries[i - 1], entries[i]);
                if (earlier.Covers(later.ValidFrom))
                {
                    return new Problem(
                        "rules/overlap",
                        $"The rule '{later.Id}' has two entries for {Text(later.ValidFrom)}: "
                            + $"{earlier.File} line {earlier.Line} and {later.File} line {later.Line}.",
                        ("rule", later.Id),
                        ("date", Text(later.ValidFrom)),
                        ("first", $"{earlier.File}:{earlier.Line}"),
                        ("second", $"{later.File}:{later.Line}"));
                }
            }
        }

        return null;
    }

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>One pack as it was found: its name for messages, its exact bytes for the hash.</summary>
public sealed record PackFile(string Name, ReadOnlyMemory<byte> Bytes);

/// <summary>One entry: a value between two days, both included.</summary>
/// <param name="ValidUntil">Last day; null while nothing ends it.</param>
/// <param name="Note">What a reader must know about the doubt; English.</param>
public sealed record Rule(
    string Id,
    object Value,
    DateOnly ValidFrom,
    DateOnly? ValidUntil,
    RuleReference Reference,
    string? Note,
    string File,
    long Line)
{
    public bool Covers(DateOnly date) => date >= ValidFrom && (ValidUntil is null || date <= ValidUntil);
}
