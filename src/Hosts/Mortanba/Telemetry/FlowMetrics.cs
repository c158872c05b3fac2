using System.Diagnostics.Metrics;

namespace Mortanba.Host.Telemetry;

/// <summary>What those who run the service watch: how much was issued, how old the checkpoint is, how many messages wait.</summary>
internal static class FlowMetrics
{
    public const string MeterName = "Mortanba.Flow";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Issued =
        Meter.CreateCounter<long>("mortanba_diplomas_issued", description: "Diplomas committed by this process.");

    private static readonly Counter<long> BeatsMissed =
        Meter.CreateCounter<long>("mortanba_beats_missed", description: "Beats of the rhythm that could not be done.");

    private static Figures figures = new(0, 0, 0);
    private static long findings;

    static FlowMetrics()
    {
        Meter.CreateObservableGauge(
            "mortanba_ledger_entries", () => Volatile.Read(ref figures).Entries, description: "Entries in the ledger.");
        Meter.CreateObservableGauge(
            "mortanba_checkpoint_age_seconds", () => Volatile.Read(ref figures).CheckpointAgeSeconds, "s",
            "Age of the newest checkpoint.");
        Meter.CreateObservableGauge(
            "mortanba_reconciliation_findings", () => Interlocked.Read(ref findings),
            description: "Places where log, database, delivered files and status lists do not agree.");
        Meter.CreateObservableGauge(
            "mortanba_mail_waiting", () => Volatile.Read(ref figures).MailWaiting, description: "Messages that wait to be sent.");
    }

    /// <summary>What the reconciliation found and a second look confirmed.</summary>
    public static void SetFindings(long count) => Interlocked.Exchange(ref findings, count);

    public static void AddIssued(int count) => Issued.Add(count);

    public static void MissBeat() => BeatsMissed.Add(1);

    /// <summary>Taken once a beat, so that a scrape asks the database nothing.</summary>
    public static void Set(long entries, TimeSpan checkpointAge, long mailWaiting) =>
        Volatile.Write(ref figures, new Figures(entries, checkpointAge.TotalSeconds, mailWaiting));

    private sealed record Figures(long Entries, double CheckpointAgeSeconds, long MailWaiting);
}
