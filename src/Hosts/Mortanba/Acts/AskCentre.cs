using System.Text;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Centres;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Recognition;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: one question about the evidence of a case, to an information centre that is known. Out: the inquiry, with its message queued once:
/// as a signed message, or as a letter by e-mail whose title names nobody. The case waits for the answer (<see cref="InquiryWait"/>).
/// </summary>
internal sealed class AskCentre(Installation home, MailQueue mail, Texts texts)
{
    private readonly InquiryStore store = new(home.Vault);
    private readonly InquiryWait waits = new(home, mail, texts);

    /// <param name="caseName">Id or number of the case.</param>
    /// <returns>The inquiry; refused, too, where the stage of the case allows no wait (<see cref="BeginWait"/>).</returns>
    public async Task<Outcome<Inquiry>> RunAsync(
        Actor actor, Role? role, string caseName, string centreId, EvidenceQuestion question, string words,
        IReadOnlyDictionary<string, string> facts, CancellationToken cancel = default)
    {
        if ((home.Settings.InformationCentres ?? []).FirstOrDefault(c => c.Id == centreId) is not { } centre)
        {
            return new Problem("recognition/no-centre", "Choose an information centre that is known here.");
        }

        if (WrongWords(words) is { } wrong)
        {
            return wrong;
        }

        if (facts.Count > CentreMessage.FactsMax || facts.Values.Any(v => v.Length > CentreMessage.FactMaxChars))
        {
            return new Problem("recognition/register-too-long", "A fact is too long.", ("max", $"{CentreMessage.FactMaxChars}"));
        }

        if (centre is { Way: InquiryWay.Email, Email: null })
        {
            return new Problem("recognition/centre-no-way", "The settings name neither an address nor an e-mail of this centre.");
        }

        if (await CaseIdAsync(caseName, cancel) is not { } caseId
            || await waits.OfAsync(caseId, CaseNews.WaitBegan, cancel) is not var (_, tell))
        {
            return new Problem("recognition/inquiry-no-case", "There is no such case.");
        }

        var at = home.Time.GetUtcNow();
        var id = InquiryStore.NewId(at);
        // Protected before the transaction opens.
        var letter = centre.Way == InquiryWay.Email ? Letter(mail, texts, centre.Email!, id, question, words, facts, CentreMessageKind.Inquiry) : null;
        var outcome = await home.Database.WriteAsync<Outcome<Inquiry>>(
            async t =>
            {
                if (await waits.BeginAsync(t, actor, role, caseId, id, centre, question, at, tell, cancel) is { } refused)
                {
                    return refused;
                }

                var asked = await store.AskAsync(
                    t, new NewInquiry(id, caseId, centre.Id, centre.Way, CentreEnvelope.OwnId(home), question, words, facts), at, cancel);
                if (letter is not null)
                {
                    await mail.AddAsync(t, "inquiry", id, letter, cancel);
                }

                await AuditTrail.AppendAsync(
                    t, at,
                    new TrailEvent(
                        TrailAct.Transfer, "recognition/inquiry-asked", actor, new TrailSubject("inquiry", id), role,
                        Facts: [("case", caseId), ("question", BasisRecord.Code(question)), ("country", centre.Country)]),
                    cancel);
                CrashPoint.Reach("in-inquiry");
                return asked;
            },
            cancel);
        CrashPoint.Reach("after-inquiry");
        return outcome;
    }

    /// <summary>Answers an inquiry of another centre, or writes down its reply to ours that came by letter.</summary>
    public async Task<Outcome<Inquiry>> EndAsync(
        Actor actor, Role? role, string id, long version, bool isOurs, InquiryOutcome result, string words, CancellationToken cancel = default)
    {
        if (WrongWords(words) is { } wrong)
        {
            return wrong;
        }

        var at = home.Time.GetUtcNow();
        var ours = isOurs ? await waits.OfAsync(await CaseOfAsync(id, cancel), CaseNews.WaitEnded, cancel) : null;
        if (ours?.Applicant == actor.Id)
        {
            return CaseDesk.OwnCase;
        }

        var outcome = await home.Database.WriteAsync(
            async t =>
            {
                var ended = isOurs
                    ? await store.RecordAsync(t, id, version, result, words, at, cancel)
                    : await store.ReplyAsync(t, id, version, CentreEnvelope.OwnId(home), result, words, at, cancel);
                if (ended.TryGet(out var inquiry, out _))
                {
                    await waits.EndAsync(t, actor, role, inquiry, at, ours?.Tell, cancel);
                    await AuditTrail.AppendAsync(
                        t, at,
                        new TrailEvent(
                            isOurs ? TrailAct.Change : TrailAct.Transfer, isOurs ? "recognition/inquiry-recorded" : "recognition/inquiry-replied", actor,
                            new TrailSubject("inquiry", id), role, Facts: new[] { ("outcome", BasisRecord.Code(result)) }),
                        cancel);
                    CrashPoint.Reach("in-inquiry-end");
                }

                return ended;
            },
            cancel);
        CrashPoint.Reach("after-inquiry-end");
        return outcome;
    }

    private async Task<string?> CaseIdAsync(string name, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return (await connection.QueryAsync(
            "SELECT id FROM recognition_cases WHERE id = @case OR number = @case", r => r.GetString(0), cancel, ("case", name))).SingleOrDefault();
    }

    private async Task<string?> CaseOfAsync(string inquiry, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return (await store.FindAsync(connection, inquiry, cancel))?.Inquiry.CaseId;
    }

    /// <summary>The letter of an inquiry, in the three languages; its title has the reference and no more.</summary>
    internal static ProtectedMessage Letter(
        MailQueue mail, Texts texts, string to, string reference, EvidenceQuestion question, string words, IReadOnlyDictionary<string, string> facts,
        CentreMessageKind kind)
    {
        var body = kind == CentreMessageKind.Notice
            ? Opening(texts, "recognition/inquiry.letter.notice", reference, null)
            : Opening(texts, "recognition/inquiry.letter.text", reference, "recognition/inquiry.question." + BasisRecord.Code(question));
        body.AppendLine(words);
        foreach (var (name, value) in facts)
        {
            body.Append(texts.GetOr(Language.En, "recognition/inquiry.fact." + name, name, [])).Append(": ").AppendLine(value);
        }

        return mail.Protect(to, Title(texts, reference), body.ToString());
    }

    /// <summary>A reminder says nothing of the content again.</summary>
    internal static ProtectedMessage Reminder(MailQueue mail, Texts texts, string to, string reference) =>
        mail.Protect(to, Title(texts, reference), Opening(texts, "recognition/inquiry.letter.reminder", reference, null).ToString());

    private static string Title(Texts texts, string reference) => texts.Get(Language.En, "recognition/inquiry.letter.title", ("reference", reference));

    private static StringBuilder Opening(Texts texts, string key, string reference, string? second)
    {
        var body = new StringBuilder();
        foreach (var language in new[] { Language.En, Language.Ru, Language.Kk })
        {
            body.AppendLine(texts.Get(language, key, ("reference", reference)));
            if (second is not null)
            {
                body.AppendLine(texts.Get(language, second));
            }

            body.AppendLine();
        }

        return body;
    }

    private static Problem? WrongWords(string words) => string.IsNullOrWhiteSpace(words)
        ? new Problem("recognition/inquiry-no-words", "Say what you want to know.")
        : words.Length > CentreMessage.WordsMaxChars
            ? new Problem("recognition/register-too-long", "The text is too long.", ("max", $"{CentreMessage.WordsMaxChars}"))
            : null;
}
