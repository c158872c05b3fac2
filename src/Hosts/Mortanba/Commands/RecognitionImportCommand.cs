using System.CommandLine;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Recognition;

namespace Mortanba.Host.Commands;

/// <summary><c>recognition import institutions|accreditations|rankings FILE</c>: takes a register file in (docs/registers.md).</summary>
internal static class RecognitionImportCommand
{
    private const int FindingsShown = 40;
    private const int ChangesShown = 40;

    private static readonly Argument<string> Register = new("REGISTER");
    private static readonly Argument<FileInfo> Source = new("FILE");
    private static readonly Option<string> By = new("--by") { Required = true };
    private static readonly Option<bool> DryRun = new("--dry-run");

    public static Command Create()
    {
        Register.AcceptOnlyFromAmong([.. Enum.GetValues<RegisterKind>().Select(BasisRecord.Code)]);
        var command = new Command("import") { Register, Source, By, DryRun };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        var (kind, source) = (BasisRecord.Parse<RegisterKind>(parsed.GetValue(Register))!.Value, parsed.GetValue(Source)!);
        if (!source.Exists)
        {
            return speaker.Refuse(new Problem("recognition/no-register-file", "There is no such file.", ("file", source.Name)));
        }

        if (!(await Installation.OpenAsync(parsed.GetValue(CommandLine.Data)!, TimeProvider.System, cancel)).TryGet(out var opened, out var problem))
        {
            return speaker.Refuse(problem);
        }

        await using var home = opened;
        var act = new ImportRegister(home);
        var content = await File.ReadAllBytesAsync(source.FullName, cancel);
        if (parsed.GetValue(DryRun))
        {
            if (!(await act.PreviewAsync(kind, source.Name, content, cancel)).TryGet(out var plan, out problem))
            {
                return Refuse(speaker, problem);
            }

            foreach (var change in plan.Changes.Take(ChangesShown))
            {
                Console.WriteLine($"{change.Row}: {speaker.Text("recognition/register-change." + BasisRecord.Code(change.Kind))} {change.Label}");
            }

            Console.WriteLine(speaker.Text("recognition/register-plan", ("changes", plan.Changes.Count), ("unchanged", plan.Unchanged)));
            return 0;
        }

        if (!(await act.RunAsync(Actor.AtConsole(parsed.GetValue(By)!), null, kind, source.Name, content, cancel: cancel)).TryGet(out var import, out problem))
        {
            return Refuse(speaker, problem);
        }

        Console.WriteLine(speaker.Text(
            "recognition/register-done", ("rows", import.Rows), ("added", import.Added), ("changed", import.Changed), ("withdrawn", import.Withdrawn)));
        return 0;
    }

    private static int Refuse(Speaker speaker, Problem problem)
    {
        foreach (var finding in (problem as RegisterHasErrors)?.Findings.Take(FindingsShown) ?? [])
        {
            Console.Error.WriteLine(speaker.Text(
                "recognition/register-finding", ("row", finding.Row), ("field", finding.Field), ("what", speaker.Say(finding.Problem))));
        }

        return speaker.Refuse(problem);
    }
}
