using System.CommandLine;
using Mortanba.Foundation;
using Mortanba.Host.Archives;

namespace Mortanba.Host.Commands;

/// <summary>
/// <c>backup</c>: one file with the settings and every row of the database as of one instant; the site may go on
/// meanwhile. Keys are only in it when asked for.
/// </summary>
internal static class BackupCommand
{
    private static readonly Argument<FileInfo> Target = new("FILE");

    private static readonly Option<bool> WithVault = new("--with-vault");

    private static readonly Option<bool> Overwrite = new("--overwrite");

    public static Command Create()
    {
        var command = new Command("backup") { Target, WithVault, Overwrite };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        if (!(await Installation.OpenAsync(parsed.GetValue(CommandLine.Data)!, TimeProvider.System, cancel))
            .TryGet(out var opened, out var problem))
        {
            return speaker.Refuse(problem);
        }

        await using var home = opened;
        var file = parsed.GetValue(Target)!.FullName;
        var withVault = parsed.GetValue(WithVault);
        if (File.Exists(file) && !parsed.GetValue(Overwrite))
        {
            return speaker.Refuse(new Problem("host/backup-exists", $"{file} exists already.", ("file", file)));
        }

        var rows = await BackupFile.WriteAsync(home, file, withVault, cancel);
        Console.WriteLine(speaker.Text("host/backup.done", ("file", file), ("rows", rows)));
        Console.WriteLine(speaker.Text(withVault ? "host/backup.with-vault" : "host/backup.without-vault"));
        return 0;
    }
}
