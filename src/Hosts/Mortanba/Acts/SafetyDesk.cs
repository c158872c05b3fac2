using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// Reports of harm by AI and what became of them (requirement AI-35). A report that cannot wait writes to the people on duty in the same
/// transaction: those who coordinate AI at the school and its head, or the ministry's when no school was named or it has nobody.
/// </summary>
/// <remarks>A message says that there is a report and where it is read, nothing of what it says.</remarks>
public sealed class SafetyDesk(Installation home, MailQueue mail, Texts texts)
{
    private const string MailSubject = "ai-incident";

    public AiDesk Ai { get; } = new(home);

    public Resolved<AiSafetyRules> Rules => home.Rules.Resolve(RuleKeys.AiSafety, Ai.Today()).Value;

    public Resolved<AiSafetyHelp> Help => home.Rules.Resolve(RuleKeys.AiSafetyHelp, Ai.Today()).Value;

    /// <param name="by">Who reports; null without an account.</param>
    /// <param name="school">Null when none was named.</param>
    /// <param name="system">Id in the register; null when it is not known.</param>
    public async Task<Outcome<Incident>> ReportAsync(
        Actor? by, Bin? school, string kind, string words, string? system, CancellationToken cancel)
    {
        var rules = Rules;
        var atOnce = rules.Value.Kind(kind)?.AtOnce == true ? await MessagesAsync(school, cancel) : [];
        return await Ai.OpenAsync(
            by ?? new Actor(ActorKind.Visitor, Incident.Anybody, Incident.Anybody, []), null, SafetyStreams.Incident, school,
            at => ReportIncident.Of(by?.Id ?? Incident.Anybody, school, kind, words, system, rules, at), cancel,
            async (transaction, now, inner) => await SendAsync(transaction, now.Now, atOnce, inner));
    }

    public Task<Outcome<Incident>> TakeAsync(Actor by, Role? role, Bin? school, string id, CancellationToken cancel) =>
        ActAsync(by, role, school, id, null, (now, at) => TakeIncident.Of(now, by.Id, at), cancel);

    public Task<Outcome<Incident>> NoteAsync(Actor by, Role? role, Bin? school, string id, string words, CancellationToken cancel) =>
        ActAsync(by, role, school, id, null, (now, at) => NoteStep.Of(now, by.Id, words, at), cancel);

    public Task<Outcome<Incident>> RouteAsync(Actor by, Role? role, Bin? school, string id, string to, string words, CancellationToken cancel) =>
        ActAsync(by, role, school, id, null, (now, at) => RouteIncident.Of(now, by.Id, to, words, Rules.Value, at), cancel);

    /// <param name="version">The version that was read: nobody closes over a step they have not seen.</param>
    public Task<Outcome<Incident>> CloseAsync(
        Actor by, Role? role, Bin? school, string id, int version, IncidentOutcome outcome, string words, CancellationToken cancel) =>
        ActAsync(by, role, school, id, version, (now, at) => CloseIncident.Of(now, by.Id, outcome, words, Rules.Value, at), cancel);

    private Task<Outcome<Incident>> ActAsync(
        Actor by, Role? role, Bin? school, string id, int? version, Func<Incident, DateTimeOffset, Outcome<IncidentEvent>> act, CancellationToken cancel) =>
        Ai.ActAsync(by, role, SafetyStreams.Incident, id, school, version, act, cancel);

    // Protected before the transaction: protecting may have to store a key, which would wait for that very transaction.
    private async Task<IReadOnlyList<ProtectedMessage>> MessagesAsync(Bin? school, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var onDuty = school is null ? [] : await OnDutyAsync(connection, school, [Right.CoordinateAi, Right.AdoptRegulation], cancel);
        var isOfSchool = onDuty.Count > 0;
        onDuty = isOfSchool ? onDuty : await OnDutyAsync(connection, null, [Right.OverseeAi], cancel);
        var found = new List<ProtectedMessage>();
        foreach (var account in onDuty)
        {
            if (await HolderContacts.OfAccountAsync(connection, account, cancel) is var (email, chosen))
            {
                var language = chosen ?? Language.Kk;
                var link = $"{home.Settings.Site}/{language.Tag()}/console" + (isOfSchool ? $"/{school}/ai/incidents" : "/ai/incidents");
                found.Add(mail.Protect(
                    email, texts.Get(language, "ai-safety/mail.title"), texts.Get(language, "ai-safety/mail.body", ("link", link))));
            }
        }

        return found;
    }

    private static async Task<IReadOnlyList<string>> OnDutyAsync(
        DbConnection connection, Bin? place, IReadOnlyList<Right> rights, CancellationToken cancel) =>
    [
        .. (await Memberships.OfInstitutionAsync(connection, place, cancel))
            .Where(m => m.EndedAt is null && rights.Any(r => Rights.Gives(m.Role, r))).Select(m => m.Account).Distinct(),
    ];

    private async Task SendAsync(
        DbTransaction transaction, Incident now, IReadOnlyList<ProtectedMessage> messages, CancellationToken cancel)
    {
        foreach (var message in messages)
        {
            await mail.AddAsync(transaction, MailSubject, now.Id, message, cancel);
        }
    }
}
