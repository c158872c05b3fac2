using System.Text;
using Mortanba.Foundation;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Mortanba.Rules;

/// <summary>Reads one pack file. In: its bytes. Out: its rules, typed; or the first fault with file, line and
/// rule.</summary>
internal static class PackReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Outcome<IReadOnlyList<Rule>> Read(PackFile file)
    {
        var rule = "–";
        try
        {
            var stream = new YamlStream();
            using var reader = new StringReader(StrictUtf8.GetString(file.Bytes.Span));
            Load(stream, reader);
            if (stream.Documents.Count != 1)
            {
                throw new PackFormatException(1, "a pack is exactly one YAML document");
            }

            var hash = Commitment.OfSigned(file.Bytes.Span, Commitment.Sha256);
            return Outcome<IReadOnlyList<Rule>>.From(
                new PackNode(stream.Documents[0].RootNode).As(root =>
                    ReadPack(root, file.Name, hash, id => rule = id)));
        }
        catch (PackFormatException wrong)
        {
            return Invalid(file, wrong.Line, rule, wrong.Message);
        }
        catch (YamlException wrong)
        {
            // Also two equal keys in one mapping: the representation model refuses them.
            return Invalid(file, wrong.Start.Line, rule, wrong.InnerException?.Message ?? wrong.Message);
        }
        catch (DecoderFallbackException)
        {
            return Invalid(file, 1, rule, "the file is not UTF-8");
        }
    }

    private static void Load(YamlStream stream, StringReader reader)
    {
        try
        {
            stream.Load(new ShallowParser(new Parser(reader)));
        }
        catch (Exception broken) when (broken is InvalidOperationException or ArgumentException)
        {
            // The package's scanner gives up in this way on some malformed texts, without a place.
            throw new PackFormatException(1, "the file is not well-formed YAML");
        }
    }

    private static List<Rule> ReadPack(PackNode root, string file, Commitment hash, Action<string> entering)
    {
        var (pack, version) = (root["pack"].Text, root["version"].Text);
        var (from, until) = (root["validFrom"].Date, root.Find("validUntil")?.Date);
        _ = root["title"].Text;
        return [.. root["rules"].List(node =>
        {
            var id = node["id"].Text;
            entering(id);
            if (!RuleKeys.Readers.TryGetValue(id, out var read))
            {
                throw node["id"].Wrong("no code knows this rule");
            }

            var reference = new RuleReference(
                pack, version, hash, id, node["source"].As(ReadSource),
                node["tag"].OneOf<SourceTag>(), node["confidence"].OneOf<Confidence>());
            if (reference is { Tag: SourceTag.B, Source.Address: null })
            {
                throw node["tag"].Wrong("tag B means the text was read: 'source.address' is missing");
            }

            var (ruleFrom, ruleUntil) = (node.Find("validFrom")?.Date ?? from, node.Find("validUntil")?.Date ?? until);
            if (ruleUntil < ruleFrom)
            {
                throw node.Wrong("'validUntil' is before 'validFrom'");
            }

            return new Rule(
                id, node["value"].As(read), ruleFrom, ruleUntil, reference, node.Find("note")?.Text, file, node.Line);
        })];
    }

    internal static RuleSource ReadSource(PackNode node) =>
        new(node["act"].Text, node["article"].Text, node.Find("address")?.Text, node["read"].Date, node.Find("title")?.Localized);

    private static Problem Invalid(PackFile file, long line, string rule, string what) => new(
        "rules/invalid-pack",
        $"{file.Name} line {line}, rule '{rule}': {what}.",
        ("file", file.Name),
        ("line", $"{line}"),
        ("rule", rule),
        ("what", what));
}
