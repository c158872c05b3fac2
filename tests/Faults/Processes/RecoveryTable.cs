using System.Collections.Concurrent;
using System.Globalization;
using Xunit;

[assembly: AssemblyFixture(typeof(Mortanba.Faults.Tests.Processes.RecoveryTable))]

namespace Mortanba.Faults.Tests.Processes;

/// <summary>What a drill brings back, in the order of docs/recovery.md.</summary>
public enum RecoveredPart
{
    Web,
    Log,
    Database,
    Backup,
    Vault,
    Witness,
}

/// <summary>
/// Gathers what the drills took, prints it as a table at the end of the run, and writes it into docs/recovery.md when
/// MORTANBA_WRITE_DOCS=1 and every drill was run. Times are noted, never asserted; that nothing is lost each drill asserts before it notes.
/// </summary>
public sealed class RecoveryTable : IDisposable
{
    private const string Begin = "<!-- drill -->";
    private const string End = "<!-- /drill -->";

    private static readonly ConcurrentDictionary<RecoveredPart, TimeSpan> Taken = new();

    /// <summary>To be called once nothing was found lost.</summary>
    public static void Note(RecoveredPart part, TimeSpan took) => Taken[part] = took;

    public void Dispose()
    {
        if (Taken.IsEmpty)
        {
            return;
        }

        string[] table = ["| part | time to recover | data lost |", "|---|---|---|", .. Taken.OrderBy(t => t.Key).Select(t => Row(t.Key, t.Value))];
        Console.WriteLine(string.Join('\n', table));
        if (Environment.GetEnvironmentVariable("MORTANBA_WRITE_DOCS") == "1" && Taken.Count == Enum.GetValues<RecoveredPart>().Length && FindPage() is { } page)
        {
            var text = File.ReadAllText(page);
            var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
            File.WriteAllText(page, $"{text[..from]}\n{string.Join('\n', table)}\n{text[to..]}");
        }
    }

    private static string Row(RecoveredPart part, TimeSpan took)
    {
        var name = part switch
        {
            RecoveredPart.Web => "web: one of two nodes killed, until the other has answered what it was asked",
            RecoveredPart.Log => "log: killed between commit and answer, until the same list is through",
            RecoveredPart.Database => "database: server killed while issuing, until it answers again (the longer of two)",
            RecoveredPart.Backup => "database: lost, until a backup is restored, audited and its files are written",
            RecoveredPart.Vault => "keys: vault lost, until its copy is back and signs",
            RecoveredPart.Witness => "witness: state lost, until another institution's has cosigned in its place",
        };
        return string.Create(CultureInfo.InvariantCulture, $"| {name} | {took.TotalSeconds:0.0} s | none |");
    }

    private static string? FindPage()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Mortanba.slnx")))
            {
                return Path.Combine(folder.FullName, "docs", "recovery.md");
            }
        }

        return null;
    }
}
