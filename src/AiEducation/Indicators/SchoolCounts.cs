using System.Runtime.InteropServices;

namespace Mortanba.AiEducation;

/// <summary>
/// What was counted at one school: by measure, part of a school year and group. Of what stands at the end of a part, the change in it is kept:
/// sums over the parts give how it stood. Facts are counted by type beside it. Not safe to share while it is written.
/// </summary>
public sealed class SchoolCounts
{
    /// <summary>The group that is everybody.</summary>
    public const string Everybody = "";

    private const byte Format = 1;

    private readonly Dictionary<(byte Measure, byte Part, string Group, int Value), int> counts = [];
    private readonly Dictionary<(string Type, byte Part), int> facts = [];

    /// <summary>The seq of the fact that changed it last.</summary>
    public long Seq { get; set; }

    /// <summary>Each count that is not zero; the value is that of a median, else 0.</summary>
    public IEnumerable<(int Measure, int Part, string Group, int Value, int Count)> All =>
        counts.Where(c => c.Value != 0).Select(c => ((int)c.Key.Measure, (int)c.Key.Part, c.Key.Group, c.Key.Value, c.Value));

    /// <summary>How many facts of each type were counted in each part.</summary>
    public IEnumerable<(string Type, int Part, int Count)> Facts => facts.Select(f => (f.Key.Type, (int)f.Key.Part, f.Value));

    /// <param name="group"><c>sex:female</c>; <see cref="Everybody"/> for all.</param>
    public void Add(int measure, int part, string group, int change, int value = 0) =>
        CollectionsMarshal.GetValueRefOrAddDefault(counts, ((byte)measure, (byte)part, group, value), out _) += change;

    public void AddFact(string type, int part) => CollectionsMarshal.GetValueRefOrAddDefault(facts, (type, (byte)part), out _)++;

    /// <summary>As bytes for the store: the same counts give the same bytes.</summary>
    public byte[] Write()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Format);
        var all = All.OrderBy(c => (c.Measure, c.Part, c.Value)).ThenBy(c => c.Group, StringComparer.Ordinal).ToList();
        var groups = all.Select(c => c.Group).Distinct().Order(StringComparer.Ordinal).ToList();
        writer.Write7BitEncodedInt(groups.Count);
        groups.ForEach(writer.Write);
        writer.Write7BitEncodedInt(all.Count);
        foreach (var one in all)
        {
            writer.Write((byte)one.Measure);
            writer.Write((byte)one.Part);
            writer.Write7BitEncodedInt(groups.BinarySearch(one.Group, StringComparer.Ordinal));
            writer.Write7BitEncodedInt(one.Value);
            writer.Write7BitEncodedInt(one.Count);
        }

        var types = Facts.OrderBy(f => f.Type, StringComparer.Ordinal).ThenBy(f => f.Part).ToList();
        writer.Write7BitEncodedInt(types.Count);
        foreach (var (type, part, count) in types)
        {
            writer.Write(type);
            writer.Write((byte)part);
            writer.Write7BitEncodedInt(count);
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote. Throws <see cref="InvalidDataException"/> for another format.</summary>
    public static SchoolCounts Read(byte[] bytes, long seq)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        if (reader.ReadByte() != Format)
        {
            throw new InvalidDataException("Counts of a school in an unknown format.");
        }

        var found = new SchoolCounts { Seq = seq };
        var groups = Enumerable.Range(0, reader.Read7BitEncodedInt()).Select(_ => string.Intern(reader.ReadString())).ToArray();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            var (measure, part, group, value) = (reader.ReadByte(), reader.ReadByte(), reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt());
            found.Add(measure, part, groups[group], reader.Read7BitEncodedInt(), value);
        }

        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            found.facts[(string.Intern(reader.ReadString()), reader.ReadByte())] = reader.Read7BitEncodedInt();
        }

        return found;
    }
}
