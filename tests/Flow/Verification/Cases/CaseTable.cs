using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Verification;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>One input for both implementations of verification.</summary>
/// <param name="Trust">Name of a trust bundle of the table; null when there is none.</param>
internal sealed record Case(string Name, byte[] Input, string? Trust, DateTimeOffset Clock);

/// <summary>
/// The shared case table in <c>verifier/cases</c>: <c>cases.jsonl</c> (a line a case with the answer expected),
/// <c>inputs.jsonl.gz</c> (the bytes presented) and <c>trust.json</c> (trust bundles by name).
/// </summary>
internal static class CaseTable
{
    public const string NoTrust = "none";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Readable) { WriteIndented = true };

    public static bool IsWritten => Environment.GetEnvironmentVariable("MORTANBA_WRITE_CASES") == "1";

    /// <summary>The folder <c>verifier/cases</c>, above the running program.</summary>
    public static string Folder { get; } = Find();

    public static JsonObject TrustBundles() => (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "trust.json")))!;

    public static IReadOnlyList<(Case Case, string Expected)> Read()
    {
        var inputs = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using (var zip = new GZipStream(File.OpenRead(Path.Combine(Folder, "inputs.jsonl.gz")), CompressionMode.Decompress))
        using (var lines = new StreamReader(zip))
        {
            while (lines.ReadLine() is { } line)
            {
                var input = JsonNode.Parse(line)!;
                inputs.Add((string)input["name"]!, BytesOf(input));
            }
        }

        return [.. File.ReadLines(Path.Combine(Folder, "cases.jsonl")).Select(line =>
        {
            var row = (JsonObject)JsonNode.Parse(line)!;
            var (name, trust) = ((string)row["name"]!, (string)row["trust"]!);
            var clock = DateTimeOffset.Parse((string)row["clock"]!, CultureInfo.InvariantCulture);
            return (new Case(name, inputs[name], trust == NoTrust ? null : trust, clock), row["report"]!.ToJsonString(Readable));
        })];
    }

    public static void Write(IReadOnlyList<(Case Case, string Expected)> rows, JsonObject trust)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "trust.json"), trust.ToJsonString(Indented) + "\n");
        File.WriteAllLines(Path.Combine(Folder, "cases.jsonl"), rows.Select(row => new JsonObject
        {
            ["name"] = row.Case.Name,
            ["trust"] = row.Case.Trust ?? NoTrust,
            ["clock"] = Time(row.Case.Clock),
            ["report"] = JsonNode.Parse(row.Expected),
        }.ToJsonString(Readable)));
        using var zip = new GZipStream(File.Create(Path.Combine(Folder, "inputs.jsonl.gz")), CompressionLevel.SmallestSize);
        foreach (var (one, _) in rows)
        {
            var input = new JsonObject { ["name"] = one.Name };
            var text = Encoding.UTF8.GetString(one.Input);
            var isText = Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(one.Input);
            input[isText ? "text" : "base64"] = isText ? text : Convert.ToBase64String(one.Input);
            zip.Write(Encoding.UTF8.GetBytes(input.ToJsonString(Readable) + "\n"));
        }
    }

    /// <summary>Everything of a report that two implementations must agree on, as one line of JSON.</summary>
    public static string Line(Report report)
    {
        var checks = new JsonArray([.. report.Checks.Select(check => (JsonNode)new JsonArray(
            Kebab(check.Name.ToString()),
            Kebab(check.State.ToString()),
            check.Reason,
            new JsonObject(check.Evidence.Select(e => KeyValuePair.Create<string, JsonNode?>(e.Key, e.Value))),
            check.Age is { } age ? JsonValue.Create(Math.Floor(age.TotalSeconds)) : null))]);
        return new JsonObject
        {
            ["verdict"] = Kebab(report.Verdict.ToString()),
            ["form"] = report.Form,
            ["asOf"] = Time(report.AsOf),
            ["issuer"] = report.Issuer is { } issuer
                ? new JsonArray(
                    issuer.InitiatorBin, issuer.InitiatorDid, issuer.InitiatorName.Kk, issuer.OperatorBin, issuer.OperatorName?.Kk, issuer.Permit)
                : null,
            ["facts"] = report.Content is { } content
                ? new JsonObject(content.Facts.Select(fact => KeyValuePair.Create<string, JsonNode?>(
                    fact.Key, new JsonArray(fact.Value.Kk, fact.Value.Ru, fact.Value.En))))
                : null,
            ["courses"] = report.Content is { } shown
                ? new JsonArray([.. shown.Courses.Select(c => (JsonNode)new JsonArray(c.Code, c.Name.En, c.Credits, c.Percent, c.Letter))])
                : null,
            ["state"] = report.State is { } state
                ? new JsonArray(state.Kind, Time(state.Since), state.ReasonCode, state.ReplacedBy)
                : null,
            ["notProved"] = new JsonArray([.. report.NotProved.Select(code => (JsonNode)code[(code.LastIndexOf('.') + 1)..])]),
            ["checks"] = checks,
        }.ToJsonString(Readable);
    }

    private static byte[] BytesOf(JsonNode input) =>
        input["text"] is { } text ? Encoding.UTF8.GetBytes((string)text!) : Convert.FromBase64String((string)input["base64"]!);

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Kebab(string name) => string.Concat(name.Select((letter, i) =>
        char.IsUpper(letter) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(letter) : letter.ToString()));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Mortanba.slnx")))
            {
                return Path.Combine(folder.FullName, "verifier", "cases");
            }
        }

        throw new InvalidOperationException($"The repository's root is not above {AppContext.BaseDirectory}.");
    }
}
