using System.CommandLine;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;

namespace Mortanba.Host.Commands;

/// <summary><c>ai directory FILE</c>: takes a list of schools and departments into the directory (docs/ai-education/schools.md).</summary>
internal static class DirectoryCommand
{
    private const int Shown = 40;

    private static readonly Argument<FileInfo> Source = new("FILE");
    private static readonly Option<string> By = new("--by") { Required = true };
    private static readonly Option<bool> DryRun = new("--dry-run");

    public static Command Create()
    {
        var command = new Command("directory") { Source, By, DryRun };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var (speaker, source) = (new Speaker(CommandLine.LanguageOf(parsed)), parsed.GetValue(Source)!);
        if (!source.Exists || source.Length > SchoolList.SizeMaxBytes)
        {
            return speaker.Refuse(source.Exists ? SchoolList.TooLarge : new Problem("schools/no-list", "There is no such file.", ("file", source.Name)));
        }

        if (!(await Installation.OpenAsync(parsed.GetValue(CommandLine.Data)!, TimeProvider.System, cancel)).TryGet(out var opened, out var problem))
        {
            return speaker.Refuse(problem);
        }

        await using var home = opened;
        var (act, isDry) = (new TakeSchools(home), parsed.GetValue(DryRun));
        var file = await File.ReadAllBytesAsync(source.FullName, cancel);
        var taken = isDry
            ? await act.PreviewAsync(file, cancel)
            : await act.RunAsync(Actor.AtConsole(parsed.GetValue(By)!), null, file, null, null, cancel);
        if (!taken.TryGet(out var plan, out problem))
        {
            foreach (var fault in (problem as RosterHasFaults)?.Faults.Take(Shown) ?? [])
            {
                Console.Error.WriteLine(speaker.Text(
                    "schools/list.fault", ("row", fault.Row), ("field", fault.Field.Length == 0 ? "–" : fault.Field), ("what", speaker.Say(fault.Problem))));
            }

            return speaker.Refuse(problem);
        }

        foreach (var change in isDry ? plan.Changes.Take(Shown) : [])
        {
            Console.WriteLine($"{change.Place.Bin} {speaker.Text(change.IsNew ? "schools/change.new" : "schools/change.changed")} {string.Join(", ", change.Fields)}".TrimEnd());
        }

        var added = plan.Changes.Count(c => c.IsNew);
        Console.WriteLine(speaker.Text(
            isDry ? "schools/list.plan" : "schools/list.done", ("added", added), ("changed", plan.Changes.Count - added), ("unchanged", plan.Unchanged)));
        return 0;
    }
}
