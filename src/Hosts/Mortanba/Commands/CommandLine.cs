using System.CommandLine;
using Mortanba.Foundation;

namespace Mortanba.Host.Commands;

/// <summary>The command line: stable, scripts and tests rely on it (design section 6).</summary>
internal static class CommandLine
{
    /// <summary>Exit code of a call that could not be understood (sysexits EX_USAGE).</summary>
    public const int Usage = 64;

    /// <summary>Exit code after Ctrl+C, as shells have it (128 + SIGINT).</summary>
    private const int Stopped = 130;

    /// <summary>Where an installation lives.</summary>
    public static readonly Option<string> Data = new("--data")
    {
        Description = "Folder of the installation.",
        DefaultValueFactory = _ => "./data",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Machine-readable output.",
        Recursive = true,
    };

    public static readonly Option<string> Lang = new("--lang")
    {
        Description = "Language of the answers: kk, ru or en. Default: that of LANG, else en.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("LANG") is { Length: >= 2 } lang
            && Languages.TryParse(lang[..2], out var language) ? language.Tag() : "en",
        Recursive = true,
    };

    public static async Task<int> RunAsync(string[] args)
    {
        Lang.AcceptOnlyFromAmong("kk", "ru", "en");
        var root = new RootCommand(
            "Mortanba issues academic credentials as legally protected digital assets and lets anyone verify them.")
        {
            Data, Json, Lang,
        };
        Command[] commands =
        [
            DemoCommand.Create(), InitCommand.Create(), RegisterCommand.Create(), IssueCommand.Create(), VerifyCommand.Create(), AuditCommand.Create(), ServeCommand.Create(),
            RepublishCommand.Create(), BackupCommand.Create(), RestoreCommand.Create(), TrustCommand.Create(), ReceiptCommand.Create(), BenchCommand.Create(),
            ChangesCommand.Create(), WitnessCommand.Create(), MonitorCommand.Create(),
            .. StateCommands.Create(),
            .. BlockCommands.Create(),
        ];
        foreach (var command in commands)
        {
            root.Subcommands.Add(command);
        }

        var parsed = root.Parse(args);
        try
        {
            var exit = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
            return parsed.Errors.Count > 0 ? Usage : exit;
        }
        catch (Exception e) when (Trouble.Of(e) is { } problem)
        {
            // Every write is one transaction or one renamed file: nothing is half-done when it comes here.
            new Speaker(LanguageOf(parsed)).Refuse(problem);
            return Trouble.TryAgain;
        }
        catch (OperationCanceledException)
        {
            return Stopped;
        }
    }

    public static Language LanguageOf(ParseResult parsed) =>
        Languages.TryParse(parsed.GetValue(Lang), out var language) ? language : Language.En;
}
