using System.CommandLine;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Intake;

namespace Mortanba.Host.Commands;

/// <summary><c>issue</c>: the whole way for one list; bad rows are told cell by cell and nothing is issued.</summary>
internal static class IssueCommand
{
    private static readonly Option<FileInfo> List = new("--list") { Required = true };
    private static readonly Option<FileInfo?> Courses = new("--courses");
    private static readonly Option<FileInfo?> Mapping = new("--mapping");
    private static readonly Option<string> Institution = new("--institution") { Required = true };
    private static readonly Option<string> Decision = new("--decision") { Required = true };
    private static readonly Option<string> PreparedBy = new("--prepared-by") { Required = true };
    private static readonly Option<string> ApprovedBy = new("--approved-by") { Required = true };

    private static readonly Option<string> ApprovedAs = new("--approved-as")
    {
        DefaultValueFactory = _ => "rector",
    };

    private static readonly Option<string> Reason = new("--reason")
    {
        DefaultValueFactory = _ => "list approved",
    };

    private static readonly Option<bool> NoDelivery = new("--no-delivery");

    private static readonly Option<int> Chunk = new("--chunk")
    {
        DefaultValueFactory = _ => DiplomaFlow.ChunkSizeDefault,
        Validators = { value => { if (value.GetValueOrDefault<int>() < 1) { value.AddError("--chunk: 1 or more."); } } },
    };

    public static Command Create()
    {
        var command = new Command("issue")
        {
            List, Courses, Mapping, Institution, Decision, PreparedBy, ApprovedBy, ApprovedAs, Reason, NoDelivery, Chunk,
        };
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>Says a refusal of an issue: findings cell by cell with an error file, or the words of the problem.</summary>
    public static int Refuse(Speaker speaker, Problem problem)
    {
        if (problem is not ListHasErrors { Result: var result })
        {
            return speaker.Refuse(problem);
        }

        foreach (var finding in result.Errors.Take(FindingsShown))
        {
            Console.Error.WriteLine(speaker.Text(
                "host/finding",
                ("part", Path.GetFileName(finding.Part == ListPart.Graduates ? result.List.GraduatesFile : result.List.CoursesFile ?? "courses")),
                ("row", $"{finding.Row}"),
                ("column", finding.Column),
                ("value", finding.Value),
                ("message", Words(speaker, finding.Code, finding.Args)),
                ("remedy", Words(speaker, finding.RemedyKey, finding.Args)),
                ("code", finding.Code)));
        }

        var errorFile = Path.ChangeExtension(result.List.GraduatesFile, ".errors.xlsx");
        ErrorFile.Write(errorFile, result, (key, args) => Words(speaker, key, args));
        Console.Error.WriteLine(speaker.Text("host/list-refused", ("count", result.ErrorCount), ("file", errorFile)));
        return 1;
    }

    private const int FindingsShown = 200;

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        if (!Bin.TryParse(parsed.GetValue(Institution), out var initiator))
        {
            Console.Error.WriteLine(speaker.Text("host/not-a-bin", ("value", parsed.GetValue(Institution))));
            return CommandLine.Usage;
        }

        if (!(await Installation.OpenAsync(parsed.GetValue(CommandLine.Data)!, TimeProvider.System, cancel))
            .TryGet(out var opened, out var problem))
        {
            return speaker.Refuse(problem);
        }

        await using var home = opened;
        var flow = new DiplomaFlow(home) { ChunkSize = parsed.GetValue(Chunk) };
        var request = new IssueRequest(
            new GraduationList(
                parsed.GetValue(List)!.FullName, parsed.GetValue(Courses)?.FullName, parsed.GetValue(Mapping)?.FullName),
            initiator,
            parsed.GetValue(Decision)!,
            parsed.GetValue(PreparedBy)!,
            parsed.GetValue(ApprovedBy)!,
            parsed.GetValue(ApprovedAs)!,
            parsed.GetValue(Reason)!);
        var asJson = parsed.GetValue(CommandLine.Json);
        var issued = await flow.IssueAsync(
            request,
            asJson ? null : p => Console.Error.WriteLine(speaker.Text("host/issue.progress", ("done", p.Issued), ("total", p.Total))),
            cancel);
        if (!issued.TryGet(out var answer, out problem))
        {
            return Refuse(speaker, problem);
        }

        await flow.PublishAsync(cancel: cancel);
        if (await home.Log.QuorumProblemAsync(cancel) is { } missing)
        {
            speaker.Refuse(missing);
            return Trouble.TryAgain;
        }

        await TrustBundles.WriteAsync(home, cancel);
        var delivered = parsed.GetValue(NoDelivery) ? 0 : await RepublishCommand.DeliverMissingAsync(home, cancel);
        Tell(speaker, answer, delivered, asJson);
        return 0;
    }

    private static void Tell(Speaker speaker, IssueAnswer answer, int delivered, bool asJson)
    {
        if (!asJson)
        {
            Console.WriteLine(speaker.Text(
                "host/issue.done",
                ("issued", answer.Issued),
                ("before", answer.List.AlreadyIssuedCount),
                ("delivered", delivered),
                ("warnings", answer.List.WarningCount)));
            return;
        }

        using var output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("batch", answer.Batch);
            json.WriteNumber("issued", answer.Issued);
            json.WriteNumber("issuedBefore", answer.List.AlreadyIssuedCount);
            json.WriteNumber("delivered", delivered);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static string Words(Speaker speaker, string key, IReadOnlyDictionary<string, string> args) =>
        speaker.Texts.GetOr(speaker.Language, key, key, args);
}
