using System.CommandLine;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Verification;

namespace Mortanba.Host.Commands;

/// <summary>
/// <c>trust export</c> writes the installation's trust bundle, numbered and signed. <c>trust import</c> is for whoever verifies: it
/// takes a newer bundle in place of the one there, and refuses an older one or one of another key.
/// </summary>
internal static class TrustCommand
{
    private const long FileMaxBytes = 4 * 1024 * 1024;

    private static readonly Option<FileInfo?> Out = new("--out");
    private static readonly Argument<FileInfo> File = new Argument<FileInfo>("FILE").AcceptExistingOnly();
    private static readonly Option<FileInfo?> Into = new("--into");
    private static readonly Option<string?> TrustKey = new("--trust-key");

    public static Command Create()
    {
        // Without a word behind it the command writes the bundle, as it did before it could do anything else.
        var command = new Command("trust") { Out };
        var export = new Command("export") { Out };
        var import = new Command("import") { File, Into, TrustKey };
        command.SetAction(ExportAsync);
        export.SetAction(ExportAsync);
        import.SetAction(ImportAsync);
        command.Add(export);
        command.Add(import);
        return command;
    }

    private static async Task<int> ExportAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        if (!(await Installation.OpenAsync(parsed.GetValue(CommandLine.Data)!, TimeProvider.System, cancel)).TryGet(out var opened, out var problem))
        {
            return speaker.Refuse(problem);
        }

        await using var home = opened;
        var file = parsed.GetValue(Out)?.FullName ?? home.TrustFile;
        await TrustBundles.WriteFileAsync(file, await TrustBundles.CurrentAsync(home, cancel), cancel);
        Console.WriteLine(file);
        return 0;
    }

    private static async Task<int> ImportAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        var source = parsed.GetValue(File)!;
        var target = parsed.GetValue(Into)?.FullName ?? Path.Combine(Path.GetFullPath(parsed.GetValue(CommandLine.Data)!), "trust.json");
        if (source.Length > FileMaxBytes)
        {
            Console.Error.WriteLine(speaker.Text("host/file-too-large", ("file", source.FullName)));
            return CommandLine.Usage;
        }

        if (!TrustBundleFile.Parse(await System.IO.File.ReadAllBytesAsync(source.FullName, cancel)).TryGet(out var offered, out var problem))
        {
            return speaker.Refuse(problem);
        }

        TrustBundle? known = null;
        if (System.IO.File.Exists(target)
            && !TrustBundleFile.Parse(await System.IO.File.ReadAllBytesAsync(target, cancel)).TryGet(out known, out problem))
        {
            // What is there may be the reader's only link to the key: it is not overwritten for being unreadable.
            return speaker.Refuse(problem);
        }

        if ((parsed.GetValue(TrustKey) is { } pinned && !TrustBundleFile.IsSignedBy(offered, pinned)
                ? new Problem("verification/trust-other-key", "The trust bundle is signed by another key than the one that was named.")
                : known is null ? null : TrustBundleFile.WhyNotAfter(known, offered)) is { } refused)
        {
            return speaker.Refuse(refused);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        await TrustBundles.WriteFileAsync(target, offered, cancel);
        Console.WriteLine(speaker.Text(
            known is null && parsed.GetValue(TrustKey) is null ? "host/trust.first" : "host/trust.taken",
            ("file", target), ("number", offered.Number), ("key", offered.TrustKey),
            ("time", offered.MadeAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))));
        return 0;
    }
}
