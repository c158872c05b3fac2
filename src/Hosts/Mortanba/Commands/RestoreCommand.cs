using System.CommandLine;
using Mortanba.Host.Archives;

namespace Mortanba.Host.Commands;

/// <summary>
/// <c>restore</c>: makes an installation from a backup in an empty folder, and audits it. Exit 0 only when the audit is
/// clean; a refused restore leaves nothing behind.
/// </summary>
internal static class RestoreCommand
{
    private static readonly Argument<FileInfo> Source = new("FILE");

    private static readonly Option<string?> Db = new("--db");

    private static readonly Option<FileInfo?> Vault = new("--vault");

    public static Command Create()
    {
        var command = new Command("restore") { Source, Db, Vault };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        var directory = parsed.GetValue(CommandLine.Data)!;
        var file = parsed.GetValue(Source)!;
        if (!file.Exists)
        {
            Console.Error.WriteLine(speaker.Text("host/no-such-file", ("file", file.FullName)));
            return CommandLine.Usage;
        }

        var restored = await BackupFile.RestoreAsync(
            file.FullName, directory, parsed.GetValue(Db), parsed.GetValue(Vault)?.FullName, cancel);
        if (!restored.TryGet(out var rows, out var problem)
            || !(await Installation.OpenAsync(directory, TimeProvider.System, cancel)).TryGet(out var opened, out problem))
        {
            return speaker.Refuse(problem);
        }

        await using var home = opened;
        Console.Error.WriteLine(speaker.Text("host/restore.done", ("directory", home.Directory), ("rows", rows)));
        return AuditCommand.Tell(speaker, await Audit.RunAsync(home, cancel: cancel), parsed.GetValue(CommandLine.Json));
    }
}
