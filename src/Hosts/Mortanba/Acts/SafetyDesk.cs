using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>
/// Reports of harm by AI and what became of them (requirement AI-35). A report is routed to who is on duty at the school, or to its head, and
/// one that cannot wait to the coordinators, too; the ministry's people are told when no school was named or it has nobody. What is left lying
/// goes up.
/// </summary>
/// <remarks>A message says that there is a report and where it is read, nothing of what it says.</remarks>
public sealed class SafetyDesk(Installation home, AiMail mail)
{
    /// <summary>Subject of the messages in the queue; the thing is the id of the incident.</summary>
    public const string MailSubject = "ai-incident";

    private static readonly Actor Service = new(ActorKind.Service, AiSystem.Program, "", []);

    public AiDesk Ai { get; } = new(home);

    public Resolved<AiSafetyRules> Rules => home.Rules.Resolve(RuleKeys.AiSafety, Ai.Today()).Value;

    public Resolved<AiSafetyHelp> Help => home.Rules.Resolve(RuleKeys.AiSafetyHelp, Ai.Today()).Value;

    /// <param name="by">Who reports; null without an account.</param>
    /// <param name="school">Null when none was named.</param>
    /// <param name="system">Id in the register; null when it is not known.</param>
    /// <param name="id">The id that the form was given: sent twice, it makes one report.</param>
    public async Task<Outcome<Incident>> ReportAsync(
        Actor? by, Bin? school, string kind, string words, string? system, CancellationToken cancel, string? id = null)
    {
        var rules = Rules;
        var isUrgent = IsUrgent(kind);
        string? onDuty = null;
        IReadOnlyList<AiLetter> told = [];
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if (school is { } named)
            {
                (onDuty, told) = await AtSchoolAsync(connection, named, by?.Id, isUrgent, cancel);
            }

            // Where a school has nobody, it is the ministry's from the start.
            if (told.Count == 0)
            {
                (school, told) = (null, await SafetyPeople.OfMinistryAsync(connection, "", cancel));
            }
        }

        return await Ai.OpenAsync(
            by ?? new Actor(ActorKind.Visitor, Incident.Anybody, Incident.Anybody, []), null, SafetyStreams.Incident, school,
            at => ReportIncident.Of(by?.Id ?? Incident.Anybody, school, kind, words, system, rules, at, onDuty), cancel,
            mail.With<Incident>(MailSubject, told, MailOf(isUrgent)), id);
    }

    public Task<Outcome<Incident>> TakeAsync(Actor by, Role? role, Bin? school, string id, CancellationToken cancel) =>
        ActAsync(by, role, school, id, null, (now, at) => TakeIncident.Of(now, by.Id, at), cancel);

    /// <param name="version">The version that was read: a form sent twice writes one step.</param>
    public Task<Outcome<Incident>> NoteAsync(Actor by, Role? role, Bin? school, string id, int version, string words, CancellationToken cancel) =>
        ActAsync(by, role, school, id, version, (now, at) => NoteStep.Of(now, by.Id, words, at), cancel);

    /// <summary>Passes an incident on. Region and ministry are told; whoever else a route names has no place here, and is spoken to.</summary>
    /// <param name="version">As for a note.</param>
    public async Task<Outcome<Incident>> RouteAsync(
        Actor by, Role? role, Bin? school, string id, int version, string to, string words, CancellationToken cancel)
    {
        IReadOnlyList<AiLetter> told;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            var place = (await Ai.Events.FindAsync(connection, SafetyStreams.Incident, id, cancel))?.School;
            told = to == IncidentRoutes.Register ? await SafetyPeople.OfMinistryAsync(connection, "/" + id, cancel)
                : to == IncidentRoutes.Region && place is { } named ? await SafetyPeople.OfRegionAsync(connection, named, "/" + id, cancel)
                : [];
        }

        return await ActAsync(
            by, role, school, id, version, (now, at) => RouteIncident.Of(now, by.Id, to, words, Rules.Value, at), cancel,
            mail.With<Incident>(MailSubject, [.. told.Where(l => l.Account != by.Id)], "ai-safety/mail.routed"));
    }

    /// <summary>Hands an incident to a school, whose people are told as of a new report.</summary>
    /// <param name="version">As for a note.</param>
    /// <param name="to">The school.</param>
    /// <param name="region">Only a school of this region is given one; null for any.</param>
    public async Task<Outcome<Incident>> HandAsync(
        Actor by, Role? role, string id, int version, Bin to, string? region, string words, CancellationToken cancel)
    {
        string? onDuty;
        bool isUrgent;
        IReadOnlyList<AiLetter> told;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if (await SchoolDirectory.FindAsync(connection, to, cancel) is not { IsDepartment: false } place
                || (region is not null && place.Region != region))
            {
                return new Problem("ai-safety/no-school", "There is no school of this number.");
            }

            var report = (await Ai.Events.FindAsync(connection, SafetyStreams.Incident, id, cancel))?.Now.Report;
            isUrgent = IsUrgent(report?.Sort ?? "");
            (onDuty, told) = await AtSchoolAsync(connection, to, report?.By, isUrgent, cancel);
        }

        return told.Count == 0 ? new Problem("ai-safety/nobody-there", "This school has nobody here who could take it.")
            : await ActAsync(
                by, role, null, id, version, (now, at) => HandIncident.Of(now, by.Id, to, onDuty, words, at), cancel,
                mail.With<Incident>(MailSubject, told, MailOf(isUrgent)));
    }

    /// <param name="version">The version that was read: nobody closes over a step they have not seen.</param>
    public Task<Outcome<Incident>> CloseAsync(
        Actor by, Role? role, Bin? school, string id, int version, IncidentOutcome outcome, string words, CancellationToken cancel) =>
        ActAsync(by, role, school, id, version, (now, at) => CloseIncident.Of(now, by.Id, outcome, words, Rules.Value, at), cancel);

    /// <summary>Passes an incident up whose term at its level is over, and tells those it goes to; refused when somebody acts meanwhile.</summary>
    public async Task<Outcome<Incident>> PassUpAsync(Stored<Incident> one, CancellationToken cancel)
    {
        IReadOnlyList<AiLetter> region;
        IReadOnlyList<AiLetter> told;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            region = one.School is { } school ? await SafetyPeople.OfRegionAsync(connection, school, "/" + one.Now.Id, cancel) : [];
            var isRegion = PassUpIncident.To(one.Now, region.Count > 0) == IncidentLevel.Region;
            told = isRegion ? region : await SafetyPeople.OfMinistryAsync(connection, "/" + one.Now.Id, cancel);
        }

        return await Ai.ActAsync(
            Service, null, SafetyStreams.Incident, one.Now.Id, one.School, one.Now.Version, (now, at) => PassUpIncident.Of(now, region.Count > 0, at),
            cancel, mail.With<Incident>(MailSubject, told, "ai-safety/mail.passed-up"));
    }

    /// <summary>Writes the duty roster of a school anew.</summary>
    /// <param name="version">The version that was read, 0 while there was none.</param>
    public Task<Outcome<DutyRoster>> SetDutyAsync(
        Actor by, Role? role, Bin school, int version, IReadOnlyList<DutyTurn> turns, CancellationToken cancel) => Ai.OnlyAsync(
            by, role, SafetyStreams.Duty, SafetyStreams.DutyOf(school), school, version,
            async (t, _, at) => SetDuty.Of(
                school, by.Id, turns, (await SafetyPeople.HoldingAsync(t, school, [Right.ViewSchool], cancel)).ToHashSet(StringComparer.Ordinal),
                Ai.Today(), at),
            cancel);

    private bool IsUrgent(string kind) => Rules.Value.Kind(kind)?.AtOnce == true;

    private static string MailOf(bool isUrgent) => isUrgent ? "ai-safety/mail.urgent" : "ai-safety/mail.new";

    // Whom a report is routed to at a school, and who is told; nobody is told where the school has nobody.
    private async Task<(string? OnDuty, IReadOnlyList<AiLetter> Told)> AtSchoolAsync(
        ReadFrom from, Bin school, string? by, bool isUrgent, CancellationToken cancel)
    {
        var onDuty = await SafetyPeople.OnDutyAsync(from, Ai.Events, school, by, Ai.Today(), cancel);
        var others = await SafetyPeople.HoldingAsync(from, school, [Right.CoordinateAi, Right.AdoptRegulation], cancel);
        string[] told = onDuty is null ? [.. others] : isUrgent ? [onDuty, .. others] : [onDuty];
        return (onDuty, [.. told.Select(a => new AiLetter(a, $"/console/{school}/ai/incidents"))]);
    }

    private Task<Outcome<Incident>> ActAsync(
        Actor by, Role? role, Bin? school, string id, int? version, Func<Incident, DateTimeOffset, Outcome<IncidentEvent>> act,
        CancellationToken cancel, AiDesk.With<Incident>? with = null) => Ai.ActAsync(by, role, SafetyStreams.Incident, id, school, version, act, cancel, with);
}
