using System.Globalization;
using Mortanba.Foundation;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Mortanba.Rules;

/// <summary>Something in a pack is not as the schema wants it; the loader adds file and rule.</summary>
public sealed class PackFormatException(long line, string what) : Exception(what)
{
    /// <summary>Counted from 1.</summary>
    public long Line => line;
}

/// <summary>One YAML value, read strictly: what is asked for must be there, and nothing may be left over.</summary>
public sealed class PackNode
{
    private readonly YamlNode node;
    private readonly string path;
    private readonly HashSet<string> read = new(StringComparer.Ordinal);

    internal PackNode(YamlNode node, string path = "")
    {
        this.node = node;
        this.path = path;
    }

    public long Line => node.Start.Line;

    /// <summary>The member of that name; its absence is an error.</summary>
    public PackNode this[string name] => Find(name) ?? throw Wrong($"'{Join(name)}' is missing");

    /// <summary>The member of that name; null when it is absent or written as null.</summary>
    public PackNode? Find(string name)
    {
        read.Add(name);
        if (node is not YamlMappingNode mapping)
        {
            throw Wrong($"'{path}' must be a mapping");
        }

        return mapping.Children.TryGetValue(new YamlScalarNode(name), out var child) && !IsNull(child)
            ? new PackNode(child, Join(name))
            : null;
    }

    /// <summary>Reads a mapping and refuses members nobody asked for.</summary>
    public T As<T>(Func<PackNode, T> reader)
    {
        var value = reader(this);
        if (node is YamlMappingNode mapping)
        {
            foreach (var (key, _) in mapping.Children)
            {
                if (key is not YamlScalarNode { Value: { } name } || !read.Contains(name))
                {
                    throw new PackFormatException(key.Start.Line, $"unknown key '{Join($"{key}")}'");
                }
            }
        }

        return value;
    }

    public IReadOnlyList<T> List<T>(Func<PackNode, T> reader) =>
        node is YamlSequenceNode { Children.Count: > 0 } sequence
        ? [.. sequence.Children.Select((item, i) => new PackNode(item, $"{path}[{i}]").As(reader))]
        : throw Wrong($"'{path}' must be a list that is not empty");

    public string Text => node is YamlScalarNode { Value: { Length: > 0 } value } && !IsNull(node)
        ? value
        : throw Wrong($"'{path}' must be text that is not empty");

    public int Integer =>
        int.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw Wrong($"'{path}' must be a whole number");

    public decimal Decimal =>
        decimal.TryParse(Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Wrong($"'{path}' must be a decimal number");

    public bool Boolean => Text switch
    {
        "true" => true,
        "false" => false,
        _ => throw Wrong($"'{path}' must be true or false"),
    };

    public DateOnly Date =>
        DateOnly.TryParseExact(Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw Wrong($"'{path}' must be a date that exists, written year-month-day");

    /// <summary>The three languages; a missing one is an error (requirement X-5).</summary>
    public LocalizedText Localized => As(n => new LocalizedText(n["kk"].Text, n["ru"].Text, n["en"].Text));

    /// <summary>One of the enum's names in the packs' spelling: kebab-case.</summary>
    public T OneOf<T>()
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Kebab($"{value}") == Text)
            {
                return value;
            }
        }

        throw Wrong($"'{path}' must be one of: {string.Join(", ", Enum.GetNames<T>().Select(Kebab))}");
    }

    public PackFormatException Wrong(string what) => new(Line, what);

    private static bool IsNull(YamlNode value) =>
        value is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "null" or "~" };

    private static string Kebab(string name) => name.Length == 1
        ? name
        : string.Concat(name.Select((c, i) =>
            char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : $"{c}"));

    private string Join(string name) => path.Length == 0 ? name : $"{path}.{name}";
}
