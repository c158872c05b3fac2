using System.Globalization;
using System.Text;
using Mortanba.TransparencyLog;

namespace Mortanba.Host.Witnessing;

/// <summary>
/// The policy of an installation as text (C2SP tlog-policy). Witnesses of one organisation make one group of which any will do, and
/// the quorum counts such groups: two keys of one organisation are one word. The operator's own witnesses are listed and not counted.
/// </summary>
internal static class WitnessPolicy
{
    /// <summary>The policy of settings that were checked.</summary>
    public static LogPolicy Of(WitnessesSettings settings, string operatorBin, string logKey) =>
        LogPolicy.Parse(Text(settings, operatorBin), logKey).Value;

    /// <summary>All lines but the log's own.</summary>
    public static string Text(WitnessesSettings? settings, string operatorBin)
    {
        var text = new StringBuilder();
        var nodes = settings?.Nodes ?? [];
        foreach (var node in nodes)
        {
            text.Append(CultureInfo.InvariantCulture, $"witness {node.Name} {node.Key} {node.Address}\n");
        }

        var organisations = nodes.Where(n => n.Organisation != operatorBin).GroupBy(n => n.Organisation, StringComparer.Ordinal).ToList();
        if (settings is null || settings.Quorum == 0)
        {
            return text.Append("quorum none\n").ToString();
        }

        var counted = new List<string>();
        foreach (var organisation in organisations)
        {
            counted.Add(organisation.Count() == 1 ? organisation.First().Name : "organisation-" + organisation.Key);
            if (organisation.Count() > 1)
            {
                text.Append(CultureInfo.InvariantCulture, $"group {counted[^1]} any {string.Join(' ', organisation.Select(n => n.Name))}\n");
            }
        }

        return text.Append(CultureInfo.InvariantCulture, $"group quorum {settings.Quorum} {string.Join(' ', counted)}\nquorum quorum\n").ToString();
    }
}
