using Mortanba.Host.Beats;
using Mortanba.Ledger.Anchoring;

namespace Mortanba.Host.Anchoring;

/// <summary>
/// Brings the newest checkpoint to the chain while the site serves. A chain that is away holds nothing up: issuing does not
/// wait for an anchor, and the first beat after it is back sends the newest checkpoint for all before it.
/// </summary>
internal sealed partial class AnchoringWorker : BeatingService
{
    private readonly HttpClient http = ChainClient.Create();
    private readonly CheckpointAnchoring anchoring;
    private string? told;

    public AnchoringWorker(Installation home, ILogger<AnchoringWorker> log)
        : base(TimeSpan.FromSeconds(10), home.Time, log) => anchoring = new CheckpointAnchoring(
            home.Database, home.Log, home.LogReader, http, home.Settings.Anchor!.Options(), home.Time);

    public override void Dispose()
    {
        base.Dispose();
        http.Dispose();
    }

    protected override async Task BeatAsync(CancellationToken cancel)
    {
        var step = await anchoring.StepAsync(cancel);
        var code = step.Problem?.Code;
        // Once for each trouble, not at each beat of an hour without a chain.
        if (code is not null && code != told)
        {
            if (code is "chain/fork" or "chain/is-ahead")
            {
                Alarm(Log, code, step.Problem!.Detail);
            }
            else
            {
                Delayed(Log, code, step.Problem!.Detail);
            }
        }
        else if (code is null && told is not null)
        {
            GoesOn(Log);
        }

        told = code;
    }

    [LoggerMessage(LogLevel.Critical, "The chain contradicts the ledger ({Code}): {Detail}")]
    private static partial void Alarm(ILogger log, string code, string detail);

    [LoggerMessage(LogLevel.Warning, "Anchoring waits ({Code}): {Detail}")]
    private static partial void Delayed(ILogger log, string code, string detail);

    [LoggerMessage(LogLevel.Information, "Anchoring goes on.")]
    private static partial void GoesOn(ILogger log);
}
