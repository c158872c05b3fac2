using System.Globalization;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Ledger;
using Mortanba.TransparencyLog;
using Mortanba.Verification;

namespace Mortanba.Host.Acts;

/// <summary>
/// The key of the log is lost or stolen: the log ends with what is stored, and a new one with another name and key goes on with the
/// same entries. In: the folder of an installation that nobody serves, two people, the new name. Out: settings that name both logs, the
/// entry <c>log.started</c>, a checkpoint of the new log, a trust bundle that knows both. After a kill the same call goes on.
/// </summary>
public static class StartNewLog
{
    /// <param name="Origin">Name of the new log, a schema-less address that no log of this installation had.</param>
    /// <param name="OldKey">vkey of the log that ends; null: that of the folder's trust bundle.</param>
    /// <param name="Why"><c>lost</c>, <c>compromised</c> or <c>planned</c>.</param>
    public sealed record Request(string Directory, string Origin, string? OldKey, string Why, string Basis, string PreparedBy, string ApprovedBy);

    /// <summary>Gives the installation with its new log, opened.</summary>
    public static async Task<Outcome<Installation>> RunAsync(Request request, TimeProvider time, CancellationToken cancel = default)
    {
        if (!TwoPersons.Of(request.PreparedBy, request.ApprovedBy, "operator", time.GetUtcNow(), request.Basis).TryGet(out _, out var problem)
            || !Settings.Load(request.Directory).TryGet(out var settings, out problem))
        {
            return problem;
        }

        if (settings.Origin != request.Origin)
        {
            if (!(await EndedAsync(request, settings, time, cancel)).TryGet(out var next, out problem))
            {
                return problem;
            }

            CrashPoint.Reach("before-new-log");
            next.Save(request.Directory);
            CrashPoint.Reach("after-new-log-settings");
        }
        else if (settings.PastLogs is not { Count: > 0 })
        {
            // The name of the log that is there, and nothing that a kill could have left half done.
            return OtherLog();
        }

        if (!(await Installation.OpenAsync(request.Directory, time, cancel)).TryGet(out var home, out problem))
        {
            return problem;
        }

        await AnnounceAsync(home, request, cancel);
        CrashPoint.Reach("after-new-log-entry");
        await new DiplomaFlow(home).PublishAsync(allStatusLists: true, cancel);
        await TrustBundles.WriteAsync(home, cancel);
        return home;
    }

    /// <summary>The settings of the new log, once it is sure that the old one's stored tree is what it signed.</summary>
    private static async Task<Outcome<Settings>> EndedAsync(Request request, Settings settings, TimeProvider time, CancellationToken cancel)
    {
        // Opening makes a key in the place of a lost one. It signs nothing: the last checkpoint is not its own, and the log freezes.
        if (!(await Installation.OpenAsync(request.Directory, time, cancel)).TryGet(out var opened, out var problem))
        {
            return problem;
        }

        await using var home = opened;
        var text = request.OldKey;
        if (text is null && File.Exists(home.TrustFile) && TrustBundleFile.Parse(await File.ReadAllBytesAsync(home.TrustFile, cancel)).TryGet(out var bundle, out _))
        {
            text = bundle.LogKey;
        }

        if (!NoteVerifier.Parse(text ?? "").TryGet(out var key, out problem))
        {
            return problem;
        }

        var note = await home.LogReader.CheckpointAsync(cancel);
        if (note is null || key.Name != settings.Origin || !Checkpoint.Open(note, key, key.Name).IsDone
            || (settings.PastLogs ?? []).Any(l => l.Key.StartsWith(request.Origin + "+", StringComparison.Ordinal)))
        {
            return OtherLog();
        }

        var audit = await LogAudit.RunAsync(home.Database, key, home.PastLogs, cancel);
        if (!audit.IsClean)
        {
            // A tree that is not what was signed is no tree to go on from: a replica has to be taken first.
            return audit.Findings[0];
        }

        var number = (settings.PastLogs?.Count ?? 0) + 2;
        var next = settings with
        {
            Origin = request.Origin,
            LogKey = string.Create(CultureInfo.InvariantCulture, $"{Installation.LogKeyName}/{number}"),
            PastLogs = [.. settings.PastLogs ?? [], new PastLogSettings(key.ToVkey(), audit.Size, note, request.Why, time.GetUtcNow(), request.Basis)],
        };
        return SettingsCheck.FirstFault(next) is { } fault ? fault : next;
    }

    private static Problem OtherLog() =>
        new("keys/other-log", "The key is not that of the log that is stored, or the new name was used before.");

    /// <summary>The first entry of the new log says what it goes on from; once, however often it is called.</summary>
    private static async Task AnnounceAsync(Installation home, Request request, CancellationToken cancel)
    {
        var past = home.Settings.PastLogs![^1];
        var at = home.Time.GetUtcNow();
        await home.Log.RunAsync(
            async log =>
            {
                var size = await home.LogReader.SizeAsync(cancel);
                if (size > past.Size)
                {
                    return 0L;
                }

                await AuditTrail.AppendAsync(
                    log.Transaction, at,
                    new TrailEvent(
                        TrailAct.Change, "keys/log-started", Actor.AtConsole(request.ApprovedBy), new TrailSubject("log", home.Settings.Origin),
                        Facts: [("reason", past.Why), ("prepared-by", request.PreparedBy)]),
                    cancel);
                var entry = LedgerEntry.Create(
                    LedgerEntryTypes.LogStarted, at, ("operator", home.Settings.OperatorBin), ("log", home.Settings.Origin),
                    ("previous", past.Key), ("size", past.Size), ("reason", past.Why));
                return await log.AppendAsync(entry.Bytes, cancel);
            },
            cancel);
    }
}
