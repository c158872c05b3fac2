using System.CommandLine;
using System.CommandLine.Help;
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
        DefaultValueFactory = _ => "./data",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Recursive = true,
    };

    public static readonly Option<string> Lang = new("--lang")
    {
        DefaultValueFactory = _ => CommandHelp.OfEnvironment().Tag(),
        Recursive = true,
    };

    static CommandLine() => Lang.AcceptOnlyFromAmong("kk", "ru", "en");

    public static async Task<int> RunAsync(string[] args)
    {
        var help = new CommandHelp(CommandHelp.LanguageOf(args));
        var parsed = Create(help).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return help.Refuse(parsed);
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
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

    /// <summary>All commands; what each is for, and each of its options, stands in <c>Locales/cli</c>.</summary>
    internal static RootCommand Create(CommandHelp help)
    {
        var root = new RootCommand { Data, Json, Lang };
        foreach (var command in (Command[])
        [
            DemoCommand.Create(), InitCommand.Create(), RegisterCommand.Create(), EnrolmentCommand.Create(), IssueCommand.Create(), VerifyCommand.Create(), AuditCommand.Create(), ServeCommand.Create(),
            RepublishCommand.Create(), BackupCommand.Create(), RestoreCommand.Create(), TrustCommand.Create(), ReceiptCommand.Create(), BenchCommand.Create(),
            ChangesCommand.Create(), KeyCommand.Create(), NewLogCommand.Create(), WitnessCommand.Create(), MonitorCommand.Create(),
            RecognitionCommand.Create(), AiCommand.Create(),
            .. StateCommands.Create(),
            .. BlockCommands.Create(),
        ])
        {
            root.Subcommands.Add(command);
        }

        root.Options.OfType<HelpOption>().Single().Action = help;
        return root;
    }

    /// <summary>An absolute http or https address.</summary>
    public static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";

    public static Language LanguageOf(ParseResult parsed) =>
        Languages.TryParse(parsed.GetValue(Lang), out var language) ? language : Language.En;
}
