using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Web;

namespace Mortanba.Host.Acts;

/// <summary>
/// What somebody has to do by a day, by the rights they have now: reviews of systems, tools of a school, incidents, integrity cases, consents
/// that end; of each kind the first <see cref="OfKindMax"/>. Names of people are in none of it.
/// </summary>
internal sealed class DueDays(Installation home, Texts texts)
{
    /// <summary>Who has days of this kind at all.</summary>
    public static IReadOnlyList<Role> Roles { get; } = [Role.AiCoordinator, Role.AiApprover, Role.MinistryOfficer, Role.Guardian];

    private const int AheadDays = 400;
    private const int OfKindMax = 500;

    public async Task<IReadOnlyList<DueDay>> OfAsync(string account, Language language, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var ai = new AiDesk(home);
        var by = ai.Today().AddDays(AheadDays);
        var due = new List<DueDay>();
        async Task AddAsync(EventKind kind, StreamSearch search, string path)
        {
            foreach (var row in await EventStore.RowsAsync(connection, kind, search with { DueBy = by, IsDueFirst = true }, OfKindMax, cancel))
            {
                due.Add(new DueDay(
                    row.Id, row.Summary.Due!.Value, Words(language, kind, await TitleAsync(kind, row.Summary.Title)),
                    new Uri($"{home.Settings.Site}/{language.Tag()}{path}")));
            }
        }

        foreach (var member in await Memberships.OfAccountAsync(connection, account, home.Database.Seals, cancel))
        {
            if (member.Institution is { } school)
            {
                if (Rights.Gives(member.Role, Right.CoordinateAi))
                {
                    var path = $"/console/{school}/ai";
                    await AddAsync(SchoolStreams.Tools, new StreamSearch(school), path);
                    await AddAsync(SafetyStreams.Incident, new StreamSearch(school, Open), path);
                    await AddAsync(IntegrityStreams.Kind, new StreamSearch(school), path);
                }
            }
            else if (Rights.Gives(member.Role, Right.ApproveSystems) || Rights.Gives(member.Role, Right.OverseeAi))
            {
                await AddAsync(SystemStream.Kind, new StreamSearch(), "/console/ai/systems");
            }
        }

        foreach (var child in (await new SchoolDirectory(home.Vault).ChildrenAsync(connection, account, cancel)).Where(new SchoolDesk(home).IsRepresented))
        {
            await AddAsync(SchoolStreams.Consent, new StreamSearch(States: SchoolStreams.Holding, Subject: child.Id), "/me/ai");
        }

        // Somebody with two roles sees a thing once.
        return [.. due.DistinctBy(d => d.Id)];

        // Of a consent the title is the number of the system it is about: its name is told, and no child is named.
        async Task<string?> TitleAsync(EventKind kind, string? title) => kind != SchoolStreams.Consent || title is null ? title
            : (await ai.Events.FindAsync(connection, SystemStream.Kind, title, cancel))?.Now.Description.Name ?? title;
    }

    private static readonly string[] Open = [EventWords.Of(IncidentState.Reported), EventWords.Of(IncidentState.Taken)];

    private string Words(Language language, EventKind kind, string? title) =>
        texts.Get(language, "connections/due." + kind.Name) + (title is null || kind == SafetyStreams.Incident ? "" : ": " + title);
}
