using System.Collections.Concurrent;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Beats;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Web;

/// <summary>
/// Checks drafts in the background, one after the other. What is to be checked stands in the database (a draft whose counts
/// are of an older version), so a restart begins with what the last run left.
/// </summary>
internal sealed partial class DraftChecks(Installation home, DiplomaFlow flow, ILogger<DraftChecks> log)
    : BeatingService(TimeSpan.FromMinutes(1), home.Time, log)
{
    // Short lists are checked by then, and the page shows the end at once; long ones show how far they are.
    private static readonly TimeSpan PageWaits = TimeSpan.FromSeconds(2);

    // Refusals are remembered for the pages that ask; an older one that is forgotten is found again by the next check.
    private const int RefusedMax = 500;

    private readonly ConcurrentQueue<Job> waiting = new();
    private readonly ConcurrentDictionary<string, Job> jobs = new(StringComparer.Ordinal);
    private readonly Queue<Job> refused = new();
    private readonly Lock asking = new();
    private bool hasBegun;

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

    /// <summary>
    /// Asks for a check unless this version or a newer one is being checked. Whoever waits for an older version waits no
    /// longer: it is overtaken.
    /// </summary>
    public Job Ask(Draft draft)
    {
        lock (asking)
        {
            if (jobs.TryGetValue(draft.Id, out var known))
            {
                if (known.Draft.Version > draft.Version || (known.Draft.Version == draft.Version && known.Refused is null))
                {
                    return known;
                }

                known.Ended.TrySetResult();
            }

            var job = new Job(draft);
            jobs[draft.Id] = job;
            waiting.Enqueue(job);
            Ring();
            return job;
        }
    }

    protected override async Task BeatAsync(CancellationToken cancel)
    {
        if (!hasBegun)
        {
            await using var connection = await home.Database.ConnectAsync(cancel);
            foreach (var draft in await home.Drafts.InStateAsync(connection, DraftState.Open, cancel))
            {
                if (draft is { IsMapped: true, IsChecked: false, IsDestroyed: false })
                {
                    Ask(draft);
                }
            }

            hasBegun = true;
        }

        while (waiting.TryDequeue(out var job))
        {
            // One that was overtaken while it waited ended then.
            if (!job.Ended.Task.IsCompleted)
            {
                await CheckAsync(job, cancel);
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
            CheckFailed(Log, job.Draft.Id, failed);
            job.Refused = new Problem("intake/check-failed", "The check broke off.");
        }
        finally
        {
            Settle(job);
            job.Ended.TrySetResult();
        }
    }

    /// <summary>What the database tells from now on is not kept here; a refusal stands nowhere else.</summary>
    private void Settle(Job job)
    {
        lock (asking)
        {
            if (job.Refused is not null)
            {
                refused.Enqueue(job);
            }

            if (job.Refused is null || refused.Count > RefusedMax)
            {
                var old = job.Refused is null ? job : refused.Dequeue();
                jobs.TryRemove(new KeyValuePair<string, Job>(old.Draft.Id, old));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The check of {Draft} broke off.")]
    private static partial void CheckFailed(ILogger logger, string draft, Exception failed);

    /// <summary>One check of one version.</summary>
    internal sealed class Job(Draft draft)
    {
        public Draft Draft => draft;

        public ListWatch Watch { get; } = new();

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Problem? Refused { get; set; }
    }
}
