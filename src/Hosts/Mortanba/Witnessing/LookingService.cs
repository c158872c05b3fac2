using Mortanba.Host.Beats;

namespace Mortanba.Host.Witnessing;

/// <summary>Looks at the followed logs on a rhythm, and says once when one of them was found wanting.</summary>
internal sealed partial class LookingService(WitnessNode node, TimeProvider time, ILogger<LookingService> log)
    : BeatingService(TimeSpan.FromSeconds(5), time, log)
{
    private readonly HashSet<string> told = new(StringComparer.Ordinal);

    protected override async Task BeatAsync(CancellationToken cancel)
    {
        var reports = await node.LookAsync(cancel);
        if (node.IsReady && told.Add(""))
        {
            Ready(Log);
        }

        foreach (var (origin, code) in node.Followers.Zip(reports).SelectMany(pair => pair.Second.Findings.Select(code => (pair.First.LogKey.Name, code))))
        {
            if (told.Add(origin + " " + code))
            {
                Found(Log, origin, code);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Each log has been looked at: ready to cosign.")]
    private static partial void Ready(ILogger logger);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The log {Origin} was found wanting: {Code}. The proof is under /findings.")]
    private static partial void Found(ILogger logger, string origin, string code);
}
