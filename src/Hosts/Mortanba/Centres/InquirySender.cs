using System.Net;
using System.Net.Http.Headers;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Beats;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Host.Webhooks;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Centres;

/// <summary>
/// Sends what waits for other centres, and keeps the terms of inquiries: reminds, and in the end notes that no answer came, with which the
/// wait of the case ends. A message is
/// taken before it is sent, so that two nodes do not both send it; one that was sent and not noted is sent again, and refused as known.
/// </summary>
public sealed class InquiryDispatch(Installation home, HttpMessageInvoker http, MailQueue mail, Texts texts)
{
    private const int AtOnce = 20;
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private readonly InquiryStore store = new(home.Vault);
    private readonly InquiryWait waits = new(home, mail, texts);

    /// <summary>Sends what is due; gives how many messages left.</summary>
    public async Task<int> SendDueAsync(CancellationToken cancel = default)
    {
        var sent = 0;
        foreach (var message in await DueAsync(cancel))
        {
            var now = home.Time.GetUtcNow();
            if (!await home.Database.WriteAsync(t => InquiryStore.ClaimAsync(t, message, now, now + Lease, cancel), cancel))
            {
                continue;
            }

            if (!await IsWantedAsync(message, cancel))
            {
                await home.Database.WriteAsync(t => InquiryStore.NoteAsync(t, message, isSent: false, isFinal: true, now, cancel), cancel);
                continue;
            }

            // A notice to a centre that is told by e-mail: the queue of mail has it, and this is done with it, at once.
            if (CentreOf(message.To) is { Way: InquiryWay.Email, Email: { } address })
            {
                var letter = AskCentre.Letter(mail, texts, address, message.Inquiry, message.Question, message.Words, message.Facts, message.Kind);
                sent += await home.Database.WriteAsync(
                    async t =>
                    {
                        // What was erased since it was taken is not queued after all.
                        await InquiryStore.LockAsync(t, cancel);
                        if (!await InquiryStore.IsWaitingAsync(t, message, cancel))
                        {
                            return 0;
                        }

                        await mail.AddAsync(t, "inquiry", message.Inquiry, letter, cancel);
                        await InquiryStore.NoteAsync(t, message, isSent: true, isFinal: false, home.Time.GetUtcNow(), cancel);
                        return 1;
                    },
                    cancel);
                continue;
            }

            var (isSent, isFinal) = await SendAsync(message, cancel);
            CrashPoint.Reach("after-inquiry-sent");
            await home.Database.WriteAsync(t => InquiryStore.NoteAsync(t, message, isSent, isFinal, home.Time.GetUtcNow(), cancel), cancel);
            sent += isSent ? 1 : 0;
        }

        return sent;
    }

    /// <summary>Carries out what the terms ask for today; gives how many inquiries moved.</summary>
    public async Task<int> KeepTermsAsync(CancellationToken cancel = default)
    {
        var now = home.Time.GetUtcNow();
        var calendar = new WorkingCalendar(home.Rules);
        if (!calendar.DateOf(now).TryGet(out var today, out _) || !home.Rules.Resolve(RuleKeys.InquiryTerms, today).TryGet(out var terms, out _))
        {
            return 0;
        }

        IReadOnlyList<Inquiry> running;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            running = await store.RunningAsync(connection, cancel);
        }

        var moved = 0;
        foreach (var inquiry in running)
        {
            // Where the calendar ends, a person sees the inquiry in the list; nothing is guessed.
            if (InquiryTimer.Next(inquiry, terms.Value, calendar, now) is { IsDone: true, Value: not InquiryStep.Wait and var step }
                && await StepAsync(inquiry, step, terms.Reference, now, cancel))
            {
                moved++;
            }
        }

        return moved;
    }

    private async Task<bool> StepAsync(Inquiry inquiry, InquiryStep step, RuleReference rule, DateTimeOffset now, CancellationToken cancel)
    {
        var centre = CentreOf(inquiry.Centre);
        // Protected before the transaction opens.
        var letter = step == InquiryStep.Remind && inquiry.Way == InquiryWay.Email && centre?.Email is { } to
            ? AskCentre.Reminder(mail, texts, to, inquiry.Id)
            : null;
        var tell = step == InquiryStep.GiveUp ? (await waits.OfAsync(inquiry.CaseId, CaseNews.WaitEnded, cancel))?.Tell : null;
        var by = new Actor(ActorKind.Service, "inquiries", "inquiries", []);
        return await home.Database.WriteAsync(
            async t =>
            {
                // About a case that is over nobody is reminded: the inquiry ends.
                await InquiryStore.LockAsync(t, cancel);
                var due = step == InquiryStep.Remind && !await waits.IsWantedAsync(t, inquiry.CaseId, cancel) ? InquiryStep.GiveUp : step;
                if (await store.StepAsync(t, inquiry, due, CentreEnvelope.OwnId(home), now, cancel) is not var (moved, _))
                {
                    return false;
                }

                if (due == InquiryStep.GiveUp)
                {
                    await waits.EndAsync(t, by, null, moved, now, tell, cancel);
                }

                if (letter is not null && due == InquiryStep.Remind)
                {
                    await mail.AddAsync(t, "inquiry", inquiry.Id, letter, cancel);
                }

                await AuditTrail.AppendAsync(
                    t, now,
                    new TrailEvent(
                        TrailAct.Change, due == InquiryStep.Remind ? "recognition/inquiry-reminded" : "recognition/inquiry-unanswered",
                        by, new TrailSubject("inquiry", inquiry.Id), Facts: new[] { ("rule", rule.ToString()) }),
                    cancel);
                return true;
            },
            cancel);
    }

    // A question about a case that is over meanwhile does not leave; what was found out, and answers to others, do.
    private async Task<bool> IsWantedAsync(CentreMessage message, CancellationToken cancel) =>
        message.Kind is not (CentreMessageKind.Inquiry or CentreMessageKind.Reminder) || await home.Database.WriteAsync(
            async t => await store.FindAsync(t, message.Inquiry, cancel) is var (inquiry, _) && await waits.IsWantedAsync(t, inquiry.CaseId, cancel),
            cancel);

    private CentreSettings? CentreOf(string id) => (home.Settings.InformationCentres ?? []).FirstOrDefault(c => c.Id == id);

    private async Task<IReadOnlyList<CentreMessage>> DueAsync(CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await store.DueAsync(connection, home.Time.GetUtcNow(), AtOnce, cancel);
    }

    private async Task<(bool IsSent, bool IsFinal)> SendAsync(CentreMessage message, CancellationToken cancel)
    {
        if (CentreOf(message.To)?.Endpoint is not { } endpoint)
        {
            return (false, true);
        }

        byte[] body;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            body = CentreEnvelope.Sign(await home.SigningKeyAsync(connection, Bin.Parse(home.Settings.OperatorBin), cancel), message);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(CentreEnvelope.MediaType);
        request.Headers.Add("User-Agent", "Mortanba");
        using var answerTime = new CancellationTokenSource(AnswerMax, home.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, answerTime.Token);
        try
        {
            using var answer = await http.SendAsync(request, either.Token);
            // 409: it has the message already, from an attempt that was not noted.
            var isSent = answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.Conflict;
            return (isSent, !isSent && (int)answer.StatusCode is >= 400 and < 500 and not 408 and not 429);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (false, false);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or WebhookConnections.RefusedAddressException)
        {
            return (false, false);
        }
    }
}

/// <summary>Sends and reminds while the site runs.</summary>
internal sealed class InquiryWorker(InquiryDispatch dispatch, TimeProvider time, ILogger<InquiryWorker> log)
    : BeatingService(TimeSpan.FromSeconds(20), time, log)
{
    protected override async Task BeatAsync(CancellationToken cancel)
    {
        await dispatch.KeepTermsAsync(cancel);
        await dispatch.SendDueAsync(cancel);
    }
}

internal static class InquiryServices
{
    public static IServiceCollection AddInquiries(this IServiceCollection services, Installation home) => services
        .AddSingleton(s => new InquiryDispatch(
            home, WebhookServices.Http(home.Settings), s.GetRequiredService<MailQueue>(), s.GetRequiredService<Texts>()))
        .AddHostedService<InquiryWorker>();
}
