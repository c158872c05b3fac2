using Mortanba.Host.Acts;

namespace Mortanba.Host.Beats;

/// <summary>
/// Ends the consents of parents whose last day is over, and tells the parents of those that end soon, an hour after the other. Each is one event
/// of the consent, so two nodes, or a beat that is repeated, do it once.
/// </summary>
internal sealed class ConsentWatch(Installation home, AiMail mail, ILogger<ConsentWatch> log)
    : BeatingService(TimeSpan.FromHours(1), home.Time, log)
{
    protected override async Task BeatAsync(CancellationToken cancel)
    {
        var desk = new ConsentDesk(home, mail);
        await desk.ExpireAsync(cancel);
        await desk.RemindAsync(cancel);
    }
}
