using System.Collections.Concurrent;
using System.Threading.Channels;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Web;

/// <summary>
/// Checks drafts in the background, one after the other. What is to be checked stands in the database (a draft whose counts
/// are of an older version), so a restart begins with what the last run left.
/// </summary>
internal sealed partial class DraftChecks(Installation home, DiplomaFlow flow, ILogger<DraftChecks> log) : BackgroundService
{
    // Short lists are checked by then, and the page shows the end at once; long ones show how far they are.
    private static readonly TimeSpan PageWaits = TimeSpan.FromSeconds(2);

    private readonly Channel<Draft> waiting = Channel.CreateUnbounded<Draft>();
    private readonly ConcurrentDictionary<string, Job> jobs = new(StringComparer.Ordinal);

    /// <summary>How many graduates the running check has read; null when none runs or waits.</summary>
    public int? DoneOf(string draft) => jobs.TryGetValue(draft, out var job) && !job.Ended.Task.IsCompleted ? job.Watch.Done : null;

    /// <summary>Why the last check of this version came to no end; null when it did, or runs.</summary>
    public Problem? RefusalOf(Draft draft) =>
        jobs.TryGetValue(draft.Id, out var job) && job.Draft.Version == draft.Version ? job.Refused : null;

    /// <summary>Asks for a check and waits for it a moment, so that a short list comes back checked.</summary>
    public async Task AskAsync(Draft draft, CancellationToken cancel)
    {
        var job = Ask(draft);
        try
        {
            await job.Ended.Task.WaitAsync(PageWaits, home.Time, cancel);
        }
        catch (TimeoutException)
        {
            // The page shows how far it is.
        }
    }

    /// <summary>Asks for a check unless this version is being checked.</summary>
    public Job Ask(Draft draft)
    {
        var job = jobs.AddOrUpdate(
            draft.Id, _ => new Job(draft), (_, known) => known.Draft.Version == draft.Version && known.Refused is null ? known : new Job(draft));
        if (job.TryQueue())
        {
            waiting.Writer.TryWrite(draft);
        }

        return job;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Off the start: a long check must not keep the first page waiting.
        await Task.Yield();
        await using (var connection = await home.Database.ConnectAsync(stoppingToken))
        {
            foreach (var draft in await home.Drafts.InStateAsync(connection, DraftState.Open, stoppingToken))
            {
                if (draft is { IsMapped: true, IsChecked: false, IsDestroyed: false })
                {
                    Ask(draft);
                }
            }
        }

        await foreach (var draft in waiting.Reader.ReadAllAsync(stoppingToken))
        {
            if (jobs.TryGetValue(draft.Id, out var job))
            {
                await CheckAsync(job, stoppingToken);
            }
        }
    }

    private async Task CheckAsync(Job job, CancellationToken cancel)
    {
        try
        {
            var checkedList = await Task.Run(() => CheckDraft.RunAsync(home, flow, job.Draft, job.Watch, cancel), cancel);
            job.Refused = checkedList.Problem;
        }
        catch (ListChangedException)
        {
            // Replaced or withdrawn meanwhile: that version asks for its own check.
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            // One list that cannot be checked must not stop the others; the page of this one says so.
            CheckFailed(log, job.Draft.Id, failed);
            job.Refused = new Problem("intake/check-failed", "The check broke off.");
        }
        finally
        {
            job.Ended.TrySetResult();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The check of {Draft} broke off.")]
    private static partial void CheckFailed(ILogger logger, string draft, Exception failed);

    /// <summary>One check of one version.</summary>
    internal sealed class Job(Draft draft)
    {
        private int queued;

        public Draft Draft => draft;

        public ListWatch Watch { get; } = new();

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Problem? Refused { get; set; }

        public bool TryQueue() => Interlocked.Exchange(ref queued, 1) == 0;
    }
}
