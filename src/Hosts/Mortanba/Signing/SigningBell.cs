namespace Mortanba.Host.Signing;

/// <summary>Wakes the signing service of this process when a list was approved here; other nodes look by themselves.</summary>
internal sealed class SigningBell : IDisposable
{
    private readonly SemaphoreSlim rung = new(0, 1);

    public void Ring()
    {
        try
        {
            rung.Release();
        }
        catch (SemaphoreFullException)
        {
            // It has rung already.
        }
    }

    /// <summary>Returns when it rings, or after the pause.</summary>
    public async Task WaitAsync(TimeSpan pause, TimeProvider time, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny(rung.WaitAsync(either.Token), Task.Delay(pause, time, either.Token));
        await either.CancelAsync();
        cancel.ThrowIfCancellationRequested();
    }

    public void Dispose() => rung.Dispose();
}
