using System.CommandLine;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Intake;

namespace Mortanba.Host.Commands;

/// <summary><c>enrolment FILE</c>: takes the enrolment register of an institution in (docs/insider-controls.md).</summary>
internal static class EnrolmentCommand
{
    private const int FindingsShown = 20;

    private static readonly Argument<FileInfo> Source = new("FILE");
    private static readonly Option<string> Institution = new("--institution") { Required = true };
    private static readonly Option<string> By = new("--by") { Required = true };

    public static Command Create()
    {
        var command = new Command("enrolment") { Source, Institution, By };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        if (!Bin.TryParse(parsed.GetValue(Institution)!, out var bin))
        {
            Console.Error.WriteLine(speaker.Text("host/not-a-bin", ("value", parsed.GetValue(Institution))));
            return CommandLine.Usage;
        }

        if (!(await Installation.OpenAsync(parsed.GetValue(CommandLine.Data)!, TimeProvider.System, cancel)).TryGet(out var opened, out var problem))
        {
            return speaker.Refuse(problem);
        }

        await using var home = opened;
        var actor = Actor.AtConsole(parsed.GetValue(By)!);
        if (!(await ImportEnrolment.RunAsync(home, actor, null, bin, ListBytes.OfFile(parsed.GetValue(Source)!.FullName), cancel))
            .TryGet(out var import, out problem))
        {
            foreach (var finding in (problem as LearnersHaveErrors)?.Findings.Take(FindingsShown) ?? [])
            {
                // Row and rule, not the cell: a terminal keeps what it showed.
                Console.Error.WriteLine(speaker.Text(
                    "host/enrolment.row", ("row", finding.Row), ("what", speaker.Text(finding.Code, [.. finding.Args.Select(a => (a.Key, (object?)a.Value))]))));
            }

            return speaker.Refuse(problem);
        }

        Console.WriteLine(speaker.Text(
            "host/enrolment.done", ("rows", import.Rows), ("added", import.Added), ("changed", import.Changed)));
        return 0;
    }
}
