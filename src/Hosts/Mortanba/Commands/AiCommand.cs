using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.AiEducation.PersonalData;
using Mortanba.Host.Web;

namespace Mortanba.Host.Commands;

/// <summary>
/// What AI in education has at the terminal: <c>ai indicators</c> (<see cref="IndicatorsCommand"/>), <c>ai directory FILE</c>
/// (<see cref="DirectoryCommand"/>), and
/// <c>ai scan FILE</c>: personal data in a text, before it goes to an AI tool of others (requirement AI-10); no installation, no network,
/// nothing is kept. Exit: 0 nothing was found, which is no proof that there is nothing; 1 something was.
/// </summary>
internal static class AiCommand
{
    private const int SizeMaxBytes = 64 * 1024 * 1024;

    private static readonly Argument<FileInfo> FileArgument = new("FILE");
    private static readonly Option<bool> Masked = new("--masked");

    public static Command Create()
    {
        var scan = new Command("scan") { FileArgument, Masked };
        scan.SetAction(Run);
        return new Command("ai") { scan, IndicatorsCommand.Create(), DirectoryCommand.Create() };
    }

    private static int Run(ParseResult parsed)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        var file = parsed.GetValue(FileArgument)!;
        if (!file.Exists || file.Length > SizeMaxBytes)
        {
            Console.Error.WriteLine(speaker.Text(file.Exists ? "host/file-too-large" : "host/no-such-file", ("file", file.FullName)));
            return CommandLine.Usage;
        }

        var text = File.ReadAllText(file.FullName);
        var found = MaskedText.Of(text);
        if (parsed.GetValue(CommandLine.Json))
        {
            Console.WriteLine(Json(text, found, parsed.GetValue(Masked)).ToJsonString(Readable));
        }
        else if (parsed.GetValue(Masked))
        {
            Console.Write(found.Text);
        }
        else
        {
            foreach (var finding in found.Findings)
            {
                var (line, column) = finding.PlaceOf(text);
                Console.WriteLine($"{line}:{column} {speaker.Text("ai/kind." + PersonalDataPages.Code(finding.Kind))}");
            }

            Console.Error.WriteLine(found.Findings.Count == 0
                ? speaker.Text("ai/found.none")
                : speaker.Text("ai/found.count", ("count", found.Findings.Count.ToString(CultureInfo.InvariantCulture))));
        }

        return found.Findings.Count == 0 ? 0 : 1;
    }

    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Places only: what was found is not printed a second time into a log.
    private static JsonObject Json(string text, MaskedText found, bool isMasked)
    {
        var json = new JsonObject
        {
            ["findings"] = new JsonArray([.. found.Findings.Select(f =>
            {
                var (line, column) = f.PlaceOf(text);
                return (JsonNode)new JsonObject
                {
                    ["start"] = f.Start, ["length"] = f.Length, ["line"] = line, ["column"] = column, ["kind"] = PersonalDataPages.Code(f.Kind),
                    ["confidence"] = f.Confidence == Confidence.Certain ? "certain" : "likely",
                };
            })]),
        };
        if (isMasked)
        {
            json["masked"] = found.Text;
        }

        return json;
    }
}
