using System.CommandLine;
using Mortanba.Accounts;
using Mortanba.Host.Acts;
using Mortanba.Host.Registering;

namespace Mortanba.Host.Commands;

/// <summary><c>register</c>: enters organisations, permits, programmes and decisions on issue from a file.</summary>
internal static class RegisterCommand
{
    private static readonly Argument<FileInfo> Source = new("FILE")
    {
    };

    private static readonly Option<string> By = new("--by")
    {
        Required = true,
    };

    public static Command Create()
    {
        var command = new Command("register") { Source, By };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        if (!RegisterFile.Parse(await File.ReadAllBytesAsync(parsed.GetValue(Source)!.FullName, cancel)).TryGet(out var file, out var problem)
            || !(await Installation.OpenAsync(parsed.GetValue(CommandLine.Data)!, TimeProvider.System, cancel))
                .TryGet(out var opened, out problem))
        {
            return speaker.Refuse(problem);
        }

        await using var home = opened;
        var flow = new DiplomaFlow(home);
        if (!(await new RegisterAuthorities(home, flow, Actor.AtConsole(parsed.GetValue(By)!)).RunAsync(file, cancel))
            .TryGet(out var entered, out problem))
        {
            return speaker.Refuse(problem);
        }

        if (entered > 0)
        {
            await flow.PublishAsync(cancel: cancel);
            await TrustBundles.WriteAsync(home, cancel);
        }

        Console.WriteLine(speaker.Text("host/register.done", ("count", entered)));
        return 0;
    }
}
