using System.CommandLine;
using Mortanba.Accounts;
using Mortanba.Foundation;

namespace Mortanba.Host.Commands;

/// <summary>
/// <c>init</c>: makes an installation that holds nothing yet: settings, key vault, database, and a link by which the first
/// operator makes an account. Killed in between, it goes on at the next call with the same folder.
/// </summary>
internal static class InitCommand
{
    private static readonly Option<string> Profile = Needed("--profile");
    private static readonly Option<string> Site = Needed("--site");
    private static readonly Option<string> Operator = Needed("--operator-bin");
    private static readonly Option<string> Email = Needed("--operator-email");

    private static readonly Option<string> Db = new("--db")
    {
        DefaultValueFactory = _ => "sqlite:mortanba.db",
    };

    public static Command Create()
    {
        var command = new Command("init")
        {
            Profile, Site, Operator, Email, Db,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static Option<string> Needed(string name) => new(name) { Required = true };

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        var directory = parsed.GetValue(CommandLine.Data)!;
        var site = parsed.GetValue(Site)!.TrimEnd('/');
        var settings = new Settings(
            parsed.GetValue(Profile)!, "KZ", parsed.GetValue(Db)!, site,
            Uri.TryCreate(site, UriKind.Absolute, out var address) ? address.Authority + "/log" : "",
            parsed.GetValue(Operator)!);
        if (SettingsCheck.FirstFault(settings) is { } fault)
        {
            return speaker.Refuse(fault);
        }

        if (Settings.Exists(directory))
        {
            if (!Settings.Load(directory).TryGet(out var before, out var unreadable))
            {
                return speaker.Refuse(unreadable);
            }

            if (before != settings)
            {
                return speaker.Refuse(new Problem(
                    "host/init-exists", $"'{directory}' holds another installation already.", ("directory", directory)));
            }
        }
        else
        {
            // Before the settings: without it the next start would refuse, and the folder would hold an installation nobody can open.
            if (settings.VaultPassphraseProblem() is { } missing)
            {
                return speaker.Refuse(missing);
            }

            Settings.CreateDirectory(directory);
            settings.Save(directory);
        }

        if (!(await Installation.OpenAsync(directory, TimeProvider.System, cancel)).TryGet(out var opened, out var problem))
        {
            return speaker.Refuse(problem);
        }

        await using var home = opened;
        var token = Invitations.NewToken();
        var invited = await home.Database.WriteAsync(
            t => Invitations.InviteAsync(
                t, Actor.AtConsole("init"), token, parsed.GetValue(Email)!, null, Role.Operator, home.Time.GetUtcNow(), cancel),
            cancel);
        if (!invited.TryGet(out _, out problem))
        {
            return speaker.Refuse(problem);
        }

        var language = CommandLine.LanguageOf(parsed).Tag();
        Console.WriteLine(speaker.Text("host/init.done", ("directory", home.Directory), ("link", $"{site}/{language}/invitation/{token}")));
        return 0;
    }
}
