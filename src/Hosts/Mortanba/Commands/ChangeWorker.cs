using Mortanba.Host.Acts;
using Mortanba.Host.Beats;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;

namespace Mortanba.Host.Commands;

/// <summary>
/// Carries out confirmed orders about keys and approved orders of change while the site runs, and goes on with what a stop
/// interrupted. An order that fails stays approved and is tried again.
/// </summary>
internal sealed class ChangeWorker(Installation home, DiplomaFlow flow, MailQueue mail, Texts texts, ILogger<ChangeWorker> log)
    : BeatingService(TimeSpan.FromSeconds(5), home.Time, log)
{
    private readonly CarryOutKeyOrders keys = new(home, flow);
    private readonly CarryOutChanges carryOut = new(home, flow, mail, texts);

    // Keys first: what falls with one is replaced at the same beat. One that fails holds up nobody's diplomas.
    protected override Task BeatAsync(CancellationToken cancel) => EachInTurn.RunAsync<Func<CancellationToken, Task<int>>>(
        [keys.RunAsync, carryOut.RunAsync], async run => await run(cancel) > 0, cancel);
}
