using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mortanba.Credentials;
using Mortanba.Host.Web;
using Mortanba.Verification;

namespace Mortanba.Host.Commands;

/// <summary>
/// <c>recognition read FILE</c>: what a file of another system is, what could be checked in it, what it says; no installation, no network.
/// Exit: 0 nothing failed, 1 a check failed, 3 nothing in it can be checked here.
/// </summary>
internal static class ReadFileCommand
{
    private const int NothingToCheck = 3;

    private static readonly Argument<FileInfo> FileArgument = new("FILE");

    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create()
    {
        var read = new Command("read") { FileArgument };
        read.SetAction(Run);
        return read;
    }

    private static int Run(ParseResult parsed)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        var file = parsed.GetValue(FileArgument)!;
        if (!file.Exists || file.Length > ForeignFile.SizeMaxBytes)
        {
            Console.Error.WriteLine(speaker.Text(file.Exists ? "host/file-too-large" : "host/no-such-file", ("file", file.FullName)));
            return CommandLine.Usage;
        }

        var dropped = DroppedFile.Read(File.ReadAllBytes(file.FullName), file.Name, TimeProvider.System.GetUtcNow());
        if (parsed.GetValue(CommandLine.Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(dropped, Readable));
        }
        else
        {
            Tell(speaker, dropped);
        }

        return dropped.Kind is FileKind.AttachmentOnly or FileKind.MortanbaDiploma ? NothingToCheck
            : dropped.Reading.Conclusion == FileConclusion.Broken ? 1
            : 0;
    }

    private static void Tell(Speaker speaker, DroppedFile dropped)
    {
        Console.WriteLine($"{dropped.Name}: {speaker.Text(dropped.Reading.Reason)}");
        if (dropped.IsForVerifier)
        {
            Console.WriteLine("  mortanba verify");
            return;
        }

        if (dropped.Reading.Checks.Count > 0)
        {
            Console.WriteLine("  " + speaker.Text("foreign/conclusion." + ForeignWords.Code(dropped.Reading.Conclusion)));
        }

        foreach (var check in dropped.Reading.Checks)
        {
            var (name, state) = (speaker.Text("foreign/check." + ForeignWords.Code(check.Name)), speaker.Text("foreign/state." + ForeignWords.Code(check.State)));
            Console.WriteLine($"  {name}: {state}. {ForeignWords.Detail(speaker.Texts, speaker.Language, check)}");
        }

        if (dropped.Reading.Qualification is { } says)
        {
            Console.WriteLine(speaker.Text("foreign/says"));
            foreach (var (name, value) in ForeignWords.Facts(speaker.Language, says))
            {
                Console.WriteLine($"  {speaker.Text("foreign/fact." + name)}: {value}");
            }
        }
    }
}
