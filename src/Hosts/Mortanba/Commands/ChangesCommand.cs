using System.CommandLine;
using Mortanba.Host.Acts;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;

namespace Mortanba.Host.Commands;

/// <summary><c>changes</c>: carries out the orders of change that two people decided in the console and a stop interrupted.</summary>
internal static class ChangesCommand
{
    private static readonly Option<int> Chunk = new("--chunk")
    {
        DefaultValueFactory = _ => CarryOutChanges.ChunkSizeDefault,
    };

    public static Command Create()
    {
        var command = new Command("changes") { Chunk };
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
        var flow = new DiplomaFlow(home);
        await using var services = new ServiceCollection().AddLogging().AddSingleton(home.Time)
            .AddMortanbaAccounts(home, home.Settings.Site).BuildServiceProvider();
        var carryOut = new CarryOutChanges(home, flow, services.GetRequiredService<MailQueue>(), Texts.Read())
        {
            ChunkSize = parsed.GetValue(Chunk),
        };
        Console.WriteLine(speaker.Text("host/changes.done", ("count", await carryOut.RunAsync(cancel))));
        return 0;
    }
}
