using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Host.Telemetry;
using Mortanba.Ledger;

namespace Mortanba.Host.Beats;

/// <summary>
/// Work that is done again and again, from the start of the host to its end: at each beat, and when it is called in between. A
/// miss is logged by its kind and counted, and the next beat tries again. The end of the host is no fault, in whatever state it
/// leaves what was under way. A frozen ledger ends the service: nothing is changed until a person has looked (ADR 4).
/// </summary>
/// <param name="pause">From the end of one beat to the next.</param>
internal abstract partial class BeatingService(TimeSpan pause, TimeProvider time, ILogger log) : BackgroundService
{
    private readonly SemaphoreSlim called = new(0, 1);
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>For what a service has to say beside a miss.</summary>
    protected ILogger Log { get; } = log;

    /// <summary>There is something to do: no need to wait for the next beat.</summary>
    public void Ring()
    {
        try
        {
            called.Release();
        }
        catch (SemaphoreFullException)
        {
            // It was called already.
        }
    }

    /// <summary>
    /// Over once the work is under way: a host that goes away between the start of a service and its first step counts the
    /// service as failed, for it knows of no end but one that the service itself comes to.
    /// </summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        await begun.Task.WaitAsync(cancellationToken);
    }

    public override void Dispose()
    {
        // The end is said first: whoever rests at the semaphore that goes away then knows why.
        base.Dispose();
        called.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Does all there is to do now.</summary>
    protected abstract Task BeatAsync(CancellationToken cancel);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host runs this off its start, so no first page waits for a beat.
        begun.SetResult();
        try
        {
            do
            {
                await TryAsync(stoppingToken);
                await RestAsync(stoppingToken);
            }
            while (!stoppingToken.IsCancellationRequested);
        }
        catch (LedgerFrozenException frozen) when (!stoppingToken.IsCancellationRequested)
        {
            Frozen(Log, frozen.Message);
        }
#pragma warning disable CA1031 // The host goes away under whatever was under way: its store may close in any state.
        catch (Exception) when (stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // A host that is disposed of without being stopped would log it as critical.
        }
    }

    private async Task TryAsync(CancellationToken stopping)
    {
        try
        {
            await BeatAsync(stopping);
        }
#pragma warning disable CA1031 // Whatever is wrong with this beat, the site goes on and the next one tries again.
        catch (Exception fault) when (fault is not LedgerFrozenException && !stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            FlowMetrics.MissBeat();
            var one = fault is AggregateException { InnerExceptions: [var only, ..] } ? only : fault;
            // The words of an exception may quote what a person typed: its kind is written, and where it came from.
            if (one is DbException or TimeoutException or IOException or SigningKeyAwayException)
            {
                Missed(Log, GetType().Name, one.GetType().Name);
            }
            else
            {
                Broke(Log, GetType().Name, one.GetType().Name, one.StackTrace);
            }
        }
    }

    private async Task RestAsync(CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny(called.WaitAsync(either.Token), Task.Delay(pause, time, either.Token));
        await either.CancelAsync();
    }

    [LoggerMessage(LogLevel.Critical, "The ledger contradicts itself and is frozen: {Reason}")]
    private static partial void Frozen(ILogger log, string reason);

    [LoggerMessage(LogLevel.Warning, "{Service} missed a beat ({Kind}); the next one tries again.")]
    private static partial void Missed(ILogger log, string service, string kind);

    [LoggerMessage(LogLevel.Error, "{Service} missed a beat by a fault of the program ({Kind}); the next one tries again.\n{Where}")]
    private static partial void Broke(ILogger log, string service, string kind, string? where);
}
