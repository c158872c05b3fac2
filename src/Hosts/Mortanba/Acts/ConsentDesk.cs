using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>What time does to the consents of parents: a message to them before the last day, an event after it (requirement AI-9).</summary>
public sealed class ConsentDesk(Installation home, AiMail mail)
{
    /// <summary>Subject of the messages in the queue; the thing is the id of the consent.</summary>
    public const string MailSubject = "ai-consent";

    private const int AtOnce = 200;
    private static readonly Actor Service = new(ActorKind.Service, AiSystem.Program, "", []);

    private readonly AiDesk ai = new(home);

    private int ReminderDays => home.Rules.Resolve(RuleKeys.AiRegister, ai.Today()).Value.Value.ConsentReminderDays;

    /// <summary>Ends those whose last day is over; gives how many.</summary>
    public Task<int> ExpireAsync(CancellationToken cancel)
    {
        var today = ai.Today();
        return EachAsync(
            new StreamSearch(States: SchoolStreams.Holding, DueBy: today.AddDays(-1)),
            async row => (await ai.ActAsync(
                Service, null, SchoolStreams.Consent, row.Id, row.School, null, (now, at) => ExpireConsent.Of(now, today, at), cancel)).IsDone,
            cancel);
    }

    /// <summary>Tells the parents of those that end soon, each once; gives how many it told of.</summary>
    public Task<int> RemindAsync(CancellationToken cancel)
    {
        var (today, days) = (ai.Today(), ReminderDays);
        return EachAsync(
            new StreamSearch(States: [SchoolStreams.Given], DueBy: today.AddDays(days)),
            async row =>
            {
                IReadOnlyList<AiLetter> parents = [];
                await using (var connection = await home.Database.ConnectAsync(cancel))
                {
                    if (await ai.Directory.PersonAsync(connection, row.Summary.Subject!, cancel) is { Left: null } learner && new SchoolDesk(home).IsRepresented(learner))
                    {
                        parents = [.. learner.Guardians.Select(g => new AiLetter(g, $"/me/ai/{learner.Id}/tools/{row.Summary.Title}"))];
                    }
                }

                return (await ai.ActAsync(
                    Service, null, SchoolStreams.Consent, row.Id, row.School, row.Version,
                    (now, at) => RemindOfConsent.Of(now, ai.Calendar.DateOf(now.Given.At).Value, days, today, at), cancel,
                    mail.With<ParentalConsent>(MailSubject, parents, "ai-school/mail.consent"))).IsDone;
            },
            cancel);
    }

    private async Task<int> EachAsync(StreamSearch search, Func<StreamRow, Task<bool>> act, CancellationToken cancel)
    {
        var done = 0;
        while (true)
        {
            IReadOnlyList<StreamRow> rows;
            await using (var connection = await home.Database.ConnectAsync(cancel))
            {
                rows = await EventStore.RowsAsync(connection, SchoolStreams.Consent, search, AtOnce, cancel);
            }

            foreach (var row in rows)
            {
                done += await act(row) ? 1 : 0;
            }

            if (rows.Count < AtOnce)
            {
                return done;
            }

            search = search with { After = rows[^1] };
        }
    }
}
