using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.TransparencyLog;

/// <summary>Reads the lines of a policy (C2SP tlog-policy, "Policy file syntax and structure").</summary>
internal sealed class LogPolicyReader
{
    private const int SizeMaxChars = 64 * 1024;
    private const int DefinitionsMax = 256;
    private const string None = "none";

    private readonly List<NoteVerifier> logs = [];
    private readonly List<PolicyWitness> witnesses = [];
    private readonly Dictionary<string, PolicyNode> nodes = new(StringComparer.Ordinal);
    private readonly HashSet<string> members = new(StringComparer.Ordinal);
    private string? quorumName;

    public static Outcome<LogPolicy> Read(string text, string? logKey)
    {
        if (text.Length > SizeMaxChars)
        {
            return Malformed(0, "the text is too long");
        }

        var reader = new LogPolicyReader();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (reader.ReadLine(line) is { } why)
            {
                return Malformed(number, why);
            }
        }

        if (logKey is not null
            && reader.logs.All(log => log.ToVkey() != logKey)
            && reader.AddLog([logKey]) is { } wrongKey)
        {
            return Malformed(0, wrongKey);
        }

        return reader.quorumName is { } name
            ? new LogPolicy(reader.logs, reader.witnesses, name, reader.nodes.GetValueOrDefault(name))
            : Malformed(number, "there is no quorum line");
    }

    private string? ReadLine(string line)
    {
        if (line.AsSpan().ContainsAnyInRange('\0', '\b') || line.AsSpan().ContainsAnyInRange('\n', '\x1f')
            || line.Contains('\x7f', StringComparison.Ordinal))
        {
            return "a control character";
        }

        var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words[0].StartsWith('#'))
        {
            return null;
        }

        if (logs.Count + nodes.Count >= DefinitionsMax)
        {
            return "too many definitions";
        }

        return words[0] switch
        {
            "log" => AddLog(words[1..]),
            "witness" => AddWitness(words[1..]),
            "group" => AddGroup(words[1..]),
            "quorum" => SetQuorum(words[1..]),
            _ => "an unknown keyword",
        };
    }

    private string? AddLog(string[] words)
    {
        if (words.Length is < 1 or > 2)
        {
            return "a log line has a key and perhaps an address";
        }

        if (!NoteVerifier.Parse(words[0]).TryGet(out var key, out var problem))
        {
            return problem.Detail;
        }

        if (key.Type != NoteKeyType.Ed25519 || logs.Exists(log => SameKey(log, key)))
        {
            return "the log's key is of another type or listed twice";
        }

        logs.Add(key);
        return null;
    }

    private string? AddWitness(string[] words)
    {
        if (words.Length is < 2 or > 3)
        {
            return "a witness line has a name, a key and perhaps an address";
        }

        if (!NoteVerifier.Parse(words[1]).TryGet(out var key, out var problem))
        {
            return problem.Detail;
        }

        if (key.Type != NoteKeyType.CosignatureV1 || witnesses.Exists(witness => SameKey(witness.Key, key)))
        {
            return "the witness's key is of another type or listed twice";
        }

        witnesses.Add(new PolicyWitness(words[0], key, words.Length == 3 ? words[2] : null));
        return Define(words[0], 1, []);
    }

    private string? AddGroup(string[] words)
    {
        if (words.Length < 3)
        {
            return "a group line has a name, a threshold and members";
        }

        var group = new List<PolicyNode>();
        foreach (var name in words[2..])
        {
            if (!nodes.TryGetValue(name, out var node))
            {
                return "a member is not defined above";
            }

            // A name is a member once in the whole policy, so that no witness counts twice.
            if (!members.Add(name))
            {
                return "a member belongs to a group already";
            }

            group.Add(node);
        }

        var threshold = words[1] switch
        {
            "any" => 1,
            "all" => group.Count,
            var k => StrictDecimal.TryParse(k, out var number) && number <= group.Count ? (int)number : 0,
        };
        return threshold == 0 ? "the threshold is not between 1 and the number of members" : Define(words[0], threshold, group);
    }

    private string? SetQuorum(string[] words)
    {
        if (words.Length != 1 || quorumName is not null)
        {
            return "there is exactly one quorum line, with one name";
        }

        if (words[0] != None && !nodes.ContainsKey(words[0]))
        {
            return "the quorum is not defined above";
        }

        quorumName = words[0];
        return null;
    }

    private string? Define(string name, int threshold, List<PolicyNode> group) =>
        name != None && nodes.TryAdd(name, new PolicyNode(name, threshold, group)) ? null : "a name is taken";

    private static bool SameKey(NoteVerifier one, NoteVerifier other) =>
        one.PublicKey.Span.SequenceEqual(other.PublicKey.Span);

    private static Problem Malformed(int line, string why) => new(
        "log/policy-malformed",
        $"Line {line} of the policy: {why}.",
        ("line", line.ToString(CultureInfo.InvariantCulture)));
}
