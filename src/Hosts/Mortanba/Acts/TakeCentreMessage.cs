using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Centres;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Recognition;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: a signed message of another centre. Out: the inquiry it opened, reminded of or answered; or why it is not taken. An answer of theirs
/// joins the evidence of the case and ends its wait (<see cref="InquiryWait"/>).
/// </summary>
internal sealed class TakeCentreMessage(Installation home, MailQueue mail, Texts texts)
{
    public async Task<Outcome<Inquiry>> RunAsync(ReadOnlyMemory<byte> compact, CancellationToken cancel = default)
    {
        var at = home.Time.GetUtcNow();
        if (!CentreEnvelope.Open(compact, home.Settings.InformationCentres ?? [], CentreEnvelope.OwnId(home), at).TryGet(out var message, out var problem))
        {
            return problem;
        }

        var (store, waits) = (new InquiryStore(home.Vault), new InquiryWait(home, mail, texts));
        var by = new Actor(ActorKind.Service, "centres", "centres", []);
        var tell = message.Kind == CentreMessageKind.Reply ? (await waits.OfAsync(await CaseOfAsync(store, message, cancel), CaseNews.WaitEnded, cancel))?.Tell : null;
        return await home.Database.WriteAsync(
            async t =>
            {
                var taken = await store.TakeAsync(t, message, at, cancel);
                if (taken.TryGet(out var inquiry, out _))
                {
                    if (message.Kind == CentreMessageKind.Reply)
                    {
                        await waits.KeepAsync(t, by, inquiry, message, at, cancel);
                        await waits.EndAsync(t, by, null, inquiry, at, tell, cancel);
                    }

                    await AuditTrail.AppendAsync(
                        t, at,
                        new TrailEvent(
                            TrailAct.Access, "recognition/inquiry-" + (message.Kind == CentreMessageKind.Reply ? "answered" : "received"),
                            by, new TrailSubject("inquiry", inquiry.Id), Facts: new[] { ("kind", BasisRecord.Code(message.Kind)) }),
                        cancel);
                }

                return taken;
            },
            cancel);
    }

    private async Task<string?> CaseOfAsync(InquiryStore store, CentreMessage reply, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        // An inquiry of ours has one name for both.
        return (await store.FindAsync(connection, reply.Inquiry, cancel))?.Inquiry.CaseId;
    }
}
