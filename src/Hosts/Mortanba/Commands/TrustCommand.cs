using System.CommandLine;
using Mortanba.Verification;

namespace Mortanba.Host.Commands;

/// <summary><c>trust</c>: writes what a verifier must know (log key, policy, institution keys) to a file.</summary>
internal static class TrustCommand
{
    private static readonly Option<FileInfo?> Out = new("--out");

    public static Command Create()
    {
        var command = new Command("trust") { Out };
        command.SetAction(async (parsed, cancel) =>
        {
            var speaker = new Speaker(CommandLine.LanguageOf(parsed));
            if (!(await Installation.OpenAsync(parsed.GetValue(CommandLine.Data)!, TimeProvider.System, cancel))
                .TryGet(out var opened, out var problem))
            {
                return speaker.Refuse(problem);
            }

            await using var home = opened;
            var file = parsed.GetValue(Out)?.FullName ?? home.TrustFile;
            await File.WriteAllBytesAsync(file, TrustBundleFile.Write(await TrustBundles.MakeAsync(home, cancel)), cancel);
            Console.WriteLine(file);
            return 0;
        });
        return command;
    }
}
