namespace Mortanba.Journey.Tests.Live;

/// <summary>Stands still until it is told to pass.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock changing = new();
    private readonly List<Waiting> timers = [];
    private readonly TaskCompletionSource someoneWaits = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan passed;

    /// <summary>Completes when the first timer was set.</summary>
    public Task SomeoneWaits => someoneWaits.Task;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => passed.Ticks;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 7, 1, 6, 0, 0, TimeSpan.Zero) + passed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Waiting(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Pass(TimeSpan time)
    {
        List<Waiting> due;
        lock (changing)
        {
            passed += time;
            due = [.. timers.Where(t => t.Due <= passed)];
            due.ForEach(t => timers.Remove(t));
        }

        due.ForEach(t => t.Ring());
    }

    private sealed class Waiting(ManualTime time, Action ring) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.changing)
            {
                time.timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = time.passed + dueTime;
                    time.timers.Add(this);
                    time.someoneWaits.TrySetResult();
                }
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
