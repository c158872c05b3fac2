using Mortanba.Host.Beats;
using Mortanba.Host.Telemetry;
using Mortanba.Ledger;

namespace Mortanba.Host.Reconciling;

/// <summary>Takes a step of the reconciliation at each beat, as long as the site serves; says once what became an alarm and what is over.</summary>
internal sealed partial class Reconciler(Installation home, ILogger<Reconciler> log) : BeatingService(TimeSpan.FromSeconds(10), home.Time, log)
{
    private readonly StoreReconciliation reconciliation = new(home);
    private HashSet<string> told = [];

    /// <summary>As it stood at the last beat; null before the first.</summary>
    public ReconciliationReport? Last { get; private set; }

    protected override async Task BeatAsync(CancellationToken cancel)
    {
        ReconciliationReport? report = null;
        LedgerFrozenException? frozen = null;
        try
        {
            report = await reconciliation.StepAsync(cancel);
        }
        catch (LedgerFrozenException e)
        {
            frozen = e;
        }

        if (report is null)
        {
            await using var connection = await home.Database.ConnectAsync(cancel);
            report = await StoreReconciliation.ReadAsync(connection, cancel);
        }

        Last = report;
        FlowMetrics.SetFindings(report.Alarms.Count);
        Tell(report);
        if (frozen is not null)
        {
            throw frozen;
        }

        if (report.LogFault is { } fault)
        {
            // Another process found it: this one stops, too.
            home.Log.Freeze(fault.Detail);
        }
    }

    private void Tell(ReconciliationReport report)
    {
        // By codes and counts: what a finding names may be a diploma's number.
        var now = report.Alarms.GroupBy(a => a.Problem.Code, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        foreach (var (code, count) in now.Where(n => !told.Contains(n.Key)))
        {
            Alarm(Log, code, count);
        }

        foreach (var code in told.Where(code => !now.ContainsKey(code)))
        {
            Over(Log, code);
        }

        told = [.. now.Keys];
    }

    [LoggerMessage(LogLevel.Critical, "Log, database, files and lists do not agree: {Code}, {Count} times. 'audit' names the places.")]
    private static partial void Alarm(ILogger log, string code, int count);

    [LoggerMessage(LogLevel.Information, "{Code} is over: what was found agrees again.")]
    private static partial void Over(ILogger log, string code);
}
