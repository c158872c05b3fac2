using System.Text.Json.Nodes;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Beats;
using Mortanba.Host.Webhooks;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Web;

/// <summary>
/// Carries the lists of programs on: checks each, sends one without errors to the approver, and tells the webhook. What is to
/// be done stands in the database, so a restart goes on where a kill cut it off; doing a step twice changes nothing.
/// </summary>
internal sealed partial class ListCarrier(Installation home, DraftChecks checks, ILogger<ListCarrier> log)
    : BeatingService(TimeSpan.FromMinutes(1), home.Time, log)
{
    // A longer check goes on; its list is looked at again in the next round, and those behind it need not wait.
    private static readonly TimeSpan CheckWait = TimeSpan.FromMinutes(1);

    /// <summary>Who hands a list in at this moment.</summary>
    public AtOnce Bodies { get; } = new(ListsApi.BodiesMax);

    protected override async Task BeatAsync(CancellationToken cancel)
    {
        IReadOnlyList<ListRequest> waiting;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            waiting = await ListRequests.UnsettledAsync(connection, cancel);
        }

        foreach (var request in waiting)
        {
            try
            {
                await CarryAsync(request, cancel);
            }
#pragma warning disable CA1031 // One list that cannot be carried on must not stop those behind it; the next round tries again.
            catch (Exception fault) when (!cancel.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogOne(Log, request.Id, fault.GetType().Name);
            }
        }
    }

    private async Task CarryAsync(ListRequest request, CancellationToken cancel)
    {
        if (await DraftAsync(request, cancel) is { State: DraftState.Open, IsChecked: false } unchecked_)
        {
            await checks.Ask(unchecked_).Ended.Task.WaitAsync(CheckWait, home.Time, cancel);
            CrashPoint.Reach("after-list-request-check");
        }

        var draft = await DraftAsync(request, cancel);
        var refusal = draft switch
        {
            null => new Problem("intake/unknown-draft", "There is no such draft."),
            { State: DraftState.Open, IsChecked: false } => checks.RefusalOf(draft),
            // Whoever changed it sends it: the key does not stand for what a person did.
            { State: DraftState.Open, ErrorCount: 0 } when draft.ChangedBy != request.Client => new Problem(
                "api/changed-by-person", "A person changed the list; it is sent from the console."),
            { State: DraftState.Open, ErrorCount: 0 } => await SubmitAsync(request, draft, cancel),
            _ => null,
        };
        if (draft is { State: DraftState.Open, IsChecked: false } && refusal is null)
        {
            // A person changed it while it was checked: the next round looks again.
            return;
        }

        CrashPoint.Reach("before-list-settled");
        var at = home.Time.GetUtcNow();
        await home.Database.WriteAsync(
            async t =>
            {
                if (await ListRequests.SettleAsync(t, request.Id, at, refusal?.Code, cancel))
                {
                    await WebhookQueue.AddAsync(
                        t, at, request.Institution, WebhookQueue.ListChecked, request.Id,
                        [
                            ("request", JsonValue.Create(request.RequestId)), ("errors", JsonValue.Create(draft?.ErrorCount ?? 0)),
                            ("warnings", JsonValue.Create(draft?.WarningCount ?? 0)), ("refusal", JsonValue.Create(refusal?.Code)),
                        ],
                        cancel);
                }
            },
            cancel);
    }

    private async Task<Problem?> SubmitAsync(ListRequest request, Draft draft, CancellationToken cancel)
    {
        ApiClient? client;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            client = await ApiClients.FindByIdAsync(connection, request.Client, home.Time.GetUtcNow(), home.Database.Seals, cancel);
        }

        if (client?.ToActor() is not { } actor || actor.RoleFor(Right.PrepareLists, request.Institution) is not { } role)
        {
            return new Problem("accounts/no-client", "There is no such key here, or it was revoked before.");
        }

        return (await SubmitList.RunAsync(
            home, new DraftRequest(actor, role, request.Institution, draft.Id, draft.Version), cancel)).Problem;
    }

    private async Task<Draft?> DraftAsync(ListRequest request, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await home.Drafts.FindAsync(connection, request.Institution, request.Id, cancel);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The list {List} could not be carried on ({Kind}); it is tried again")]
    private static partial void LogOne(ILogger log, string list, string kind);
}
