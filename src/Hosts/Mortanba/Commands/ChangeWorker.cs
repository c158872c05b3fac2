using Mortanba.Host.Acts;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Ledger;

namespace Mortanba.Host.Commands;

/// <summary>Carries out approved orders of change while the site runs, and goes on with what a stop interrupted.</summary>
internal sealed partial class ChangeWorker(
    Installation home, DiplomaFlow flow, MailQueue mail, Texts texts, ILogger<ChangeWorker> log) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim woken = new(0, 1);

    /// <summary>Called after an approval: no need to wait for the next beat.</summary>
    public void Wake()
    {
        if (woken.CurrentCount == 0)
        {
            try
            {
                woken.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else woke it in this moment.
            }
        }
    }

    public override void Dispose()
    {
        woken.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var carryOut = new CarryOutChanges(home, flow, mail, texts);
        // One wait is kept over the beats: an abandoned one would take the next call.
        var called = woken.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await carryOut.RunAsync(stoppingToken);
                await Task.WhenAny(called, Task.Delay(Beat, home.Time, stoppingToken));
                called = called.IsCompleted ? woken.WaitAsync(stoppingToken) : called;
            }
            catch (LedgerFrozenException frozen)
            {
                // Nothing is changed any more until a person has looked (ADR 4).
                Frozen(frozen.Message);
                return;
            }
#pragma warning disable CA1031 // An order that fails stays approved and is tried again; the site goes on.
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Failed(fault);
                await PauseAsync(stoppingToken);
            }
#pragma warning disable CA1031 // The host stops, and with it whatever was under way.
            catch (Exception) when (stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                return;
            }
        }
    }

    private async Task PauseAsync(CancellationToken stopping)
    {
        try
        {
            await Task.Delay(Beat, home.Time, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    [LoggerMessage(LogLevel.Critical, "The ledger contradicts itself and is frozen: {Reason}")]
    private partial void Frozen(string reason);

    [LoggerMessage(LogLevel.Error, "An order of change could not be carried out; it is tried again")]
    private partial void Failed(Exception fault);
}
