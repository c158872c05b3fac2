using System.CommandLine;
using Mortanba.Host.Acts;

namespace Mortanba.Host.Commands;

/// <summary><c>new-log</c>: the key of the log is lost or stolen; a new log goes on with the same entries. The site is stopped first.</summary>
internal static class NewLogCommand
{
    private static readonly Option<string> Origin = new("--origin") { Required = true };
    private static readonly Option<string> OldKey = new("--old-key");
    private static readonly Option<string> Why = new("--why") { Required = true };
    private static readonly Option<string> Basis = new("--basis") { Required = true };
    private static readonly Option<string> PreparedBy = new("--prepared-by") { Required = true };
    private static readonly Option<string> ApprovedBy = new("--approved-by") { Required = true };

    public static Command Create()
    {
        Why.AcceptOnlyFromAmong("lost", "compromised", "planned");
        var command = new Command("new-log") { Origin, OldKey, Why, Basis, PreparedBy, ApprovedBy };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        var started = await StartNewLog.RunAsync(
            new StartNewLog.Request(
                parsed.GetValue(CommandLine.Data)!, parsed.GetValue(Origin)!, parsed.GetValue(OldKey), parsed.GetValue(Why)!,
                parsed.GetValue(Basis)!, parsed.GetValue(PreparedBy)!, parsed.GetValue(ApprovedBy)!),
            TimeProvider.System, cancel);
        if (!started.TryGet(out var opened, out var problem))
        {
            return speaker.Refuse(problem);
        }

        await using var home = opened;
        Console.WriteLine(speaker.Text("keys/log.done", ("key", home.Log.Key.ToVkey()), ("size", home.Settings.PastLogs![^1].Size)));
        if (await home.Log.QuorumProblemAsync(cancel) is { } missing)
        {
            speaker.Refuse(missing);
            return Trouble.TryAgain;
        }

        return 0;
    }
}
