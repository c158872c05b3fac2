using System.CommandLine;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;

namespace Mortanba.Host.Commands;

/// <summary><c>block</c>, <c>unblock</c>: the personal data of one diploma, by its number.</summary>
internal static class BlockCommands
{
    private static readonly Argument<string> Number = new("NUMBER");
    private static readonly Option<string> By = new("--by") { Required = true };
    private static readonly Option<string> Ground = new("--ground") { Required = true };

    public static IEnumerable<Command> Create()
    {
        var block = new Command("block") { Number, By, Ground };
        block.SetAction((parsed, cancel) => RunAsync(
            parsed, (act, by, asset) => act.BlockAsync(by, asset, parsed.GetValue(Ground)!, cancel), cancel));
        yield return block;
        var unblock = new Command("unblock") { Number, By };
        unblock.SetAction((parsed, cancel) => RunAsync(parsed, (act, by, asset) => act.LiftAsync(by, asset, cancel), cancel));
        yield return unblock;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, Func<BlockData, Actor, AssetId, Task<Outcome<AssetId>>> run, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        if (!(await Installation.OpenAsync(parsed.GetValue(CommandLine.Data)!, TimeProvider.System, cancel))
            .TryGet(out var opened, out var problem))
        {
            return speaker.Refuse(problem);
        }

        await using var home = opened;
        var number = parsed.GetValue(Number)!;
        if (await StateCommands.FindAsync(home, number, cancel) is not { } asset)
        {
            Console.Error.WriteLine(speaker.Text("host/no-such-number", ("number", number)));
            return 1;
        }

        if (!(await run(new BlockData(home), Actor.AtConsole(parsed.GetValue(By)!), asset)).TryGet(out _, out problem))
        {
            return speaker.Refuse(problem);
        }

        Console.WriteLine(speaker.Text($"host/{parsed.CommandResult.Command.Name}.done", ("number", number)));
        return 0;
    }
}
