using Mortanba.Issuance;

namespace Mortanba.Host.Web;

/// <summary>How far a signing is, from what is stored and the clock: nothing here is estimated from a plan.</summary>
public sealed record SigningView(
    SigningJob Job, IssueBatch Batch, string Title, IReadOnlyList<SigningStep> Steps, DateTimeOffset Now)
{
    /// <summary>The last time it began to sign; null before.</summary>
    public SigningStep? Began => Steps.LastOrDefault(s => s.What is "started" or "restarted");

    /// <summary>Times it went on after an end of the program in the middle: when, and from which number.</summary>
    public IEnumerable<SigningStep> Restarts => Steps.Where(s => s.What == "restarted");

    public bool IsRunning => Job.State == SigningState.Signing;

    /// <summary>Diplomas a second since it last began; null while there is nothing to reckon with.</summary>
    public double? Rate => Began is { } began && IsRunning && Batch.IssuedCount > began.Issued && Now > began.At
        ? (Batch.IssuedCount - began.Issued) / (Now - began.At).TotalSeconds
        : null;

    public TimeSpan? Left => Rate is { } rate and > 0 ? TimeSpan.FromSeconds((Batch.DiplomaCount - Batch.IssuedCount) / rate) : null;

    public bool Has(string step) => Steps.Any(s => s.What == step);

    public DateTimeOffset? At(string step) => Steps.LastOrDefault(s => s.What == step)?.At;
}
