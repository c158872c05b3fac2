using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Centres;
using Mortanba.Recognition;

namespace Mortanba.Host.Acts;

/// <summary>In: a signed message of another centre. Out: the inquiry it opened, reminded of or answered; or why it is not taken.</summary>
internal sealed class TakeCentreMessage(Installation home)
{
    public async Task<Outcome<Inquiry>> RunAsync(ReadOnlyMemory<byte> compact, CancellationToken cancel = default)
    {
        var at = home.Time.GetUtcNow();
        if (!CentreEnvelope.Open(compact, home.Settings.InformationCentres ?? [], CentreEnvelope.OwnId(home), at).TryGet(out var message, out var problem))
        {
            return problem;
        }

        var store = new InquiryStore(home.Vault);
        return await home.Database.WriteAsync(
            async t =>
            {
                var taken = await store.TakeAsync(t, message, at, cancel);
                if (taken.TryGet(out var inquiry, out _))
                {
                    await AuditTrail.AppendAsync(
                        t, at,
                        new TrailEvent(
                            TrailAct.Access, "recognition/inquiry-" + (message.Kind == CentreMessageKind.Reply ? "answered" : "received"),
                            new Actor(ActorKind.Service, "centres", "centres", []), new TrailSubject("inquiry", inquiry.Id), Facts: new[] { ("kind", BasisRecord.Code(message.Kind)) }),
                        cancel);
                }

                return taken;
            },
            cancel);
    }
}
