using Mortanba.Foundation;
using Mortanba.Permits;
using Mortanba.Recognition;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Web;

/// <summary>One institution as the information centre publishes it: of the home country from its own register, or from abroad.</summary>
/// <param name="Id">BIN, or the id of the register of institutions abroad.</param>
/// <param name="Name">For a reader; <paramref name="Original"/> is how it is called at home.</param>
/// <param name="Read">Day the entry was read at its source.</param>
public sealed record OpenInstitution(
    string Id, string Country, LocalizedText Name, string Original, IReadOnlyList<string> Aliases, DateOnly? Founded, DateOnly? Closed,
    IReadOnlyList<string> Predecessors, IReadOnlyList<string> Successors, IReadOnlyList<OpenPeriod> Periods, string Source, DateOnly Read)
{
    public static OpenInstitution Of(ForeignInstitution one, IEnumerable<RegisterPeriod> periods) => new(
        one.Id, one.Country, new LocalizedText(one.NameIn(Language.Kk), one.NameIn(Language.Ru), one.NameIn(Language.En)), one.Name, one.Aliases,
        one.Founded, one.Closed, one.Predecessors, one.Successors,
        [.. periods.Where(p => p.Institution == one.Id).Select(p => new OpenPeriod(
            p.Kind, LocalizedText.Same(p.Programme), p.Level, p.From, p.Until, LocalizedText.Same(p.GrantedBy), p.Reading.Source, p.Reading.Read))],
        one.Reading.Source, one.Reading.Read);
}

/// <summary>A time of recognition (abroad), of a licence (at home) or of accreditation.</summary>
/// <param name="Programme">Empty: the whole institution.</param>
public sealed record OpenPeriod(
    PeriodKind Kind, LocalizedText Programme, AwardLevel Level, DateOnly From, DateOnly? Until, LocalizedText GrantedBy, string Source, DateOnly Read)
{
    public bool Covers(DateOnly day) => From <= day && !(Until < day);
}

/// <summary>What is asked of the open register; null and blank mean all.</summary>
/// <param name="KnownAt">What was known at that moment; of institutions abroad only.</param>
public sealed record OpenQuery(string? Text, string? Country, int Page, int Size, DateTimeOffset? KnownAt = null);

/// <summary>Reads institutions of the home country and from abroad as one list, those at home first (requirement RQ-23).</summary>
internal sealed class OpenRegister(RuleBook rules, string site, DateOnly today)
{
    // First digit of a programme's code, and level of the national framework.
    private const int Bachelor = 6;
    private const int Master = 7;
    private const int Doctorate = 8;

    private string Home => rules.Resolve(RuleKeys.RecognitionTreaties, today).Value.Value.Home;

    public async Task<(IReadOnlyList<OpenInstitution> Found, int Total)> SearchAsync(ReadFrom from, OpenQuery query, CancellationToken cancel)
    {
        var atHome = query.Country is null || query.Country == Home ? await AtHomeAsync(from, query, cancel) : [];
        var skip = (query.Page - 1) * query.Size;
        var shown = atHome.Skip(skip).Take(query.Size).ToList();
        if (query.Country == Home)
        {
            return (shown, atHome.Count);
        }

        // Pages of the second list go on where the first one ends.
        var abroad = await InstitutionRegister.SearchAsync(
            from, new InstitutionQuery(query.Text, query.Country, Skip: Math.Max(0, skip - atHome.Count), Size: query.Size - shown.Count), query.KnownAt, cancel);
        var periods = await InstitutionRegister.PeriodsAsync(from, [.. abroad.Found.Select(i => i.Id)], query.KnownAt, cancel);
        return ([.. shown, .. abroad.Found.Select(i => OpenInstitution.Of(i, periods))], atHome.Count + abroad.Total);
    }

    public async Task<OpenInstitution?> FindAsync(ReadFrom from, string id, DateTimeOffset? knownAt, CancellationToken cancel)
    {
        if (Bin.TryParse(id, out var bin) && await PermitRegister.FindOrganisationAsync(from, bin, cancel) is { Role: OrganisationRole.Initiator } own)
        {
            return Of(own, await PermitRegister.ProgrammesAsync(from, bin, cancel));
        }

        return await InstitutionRegister.FindAsync(from, id, knownAt, cancel) is { } found
            ? OpenInstitution.Of(found, await InstitutionRegister.PeriodsAsync(from, [id], knownAt, cancel))
            : null;
    }

    /// <summary>The home state and all that have an institution in the register.</summary>
    public async Task<IReadOnlyList<string>> CountriesAsync(ReadFrom from, CancellationToken cancel) =>
        [Home, .. (await InstitutionRegister.CountriesAsync(from, cancel)).Where(c => c != Home)];

    private async Task<List<OpenInstitution>> AtHomeAsync(ReadFrom from, OpenQuery query, CancellationToken cancel)
    {
        var found = new List<OpenInstitution>();
        foreach (var one in (await PermitRegister.OrganisationsAsync(from, cancel)).Where(o => o.Role == OrganisationRole.Initiator)
            .Where(o => SearchText.Has($"{o.Bin} {o.Name.Kk} {o.Name.Ru} {o.Name.En}", query.Text)))
        {
            found.Add(Of(one, await PermitRegister.ProgrammesAsync(from, one.Bin, cancel)));
        }

        return found;
    }

    private OpenInstitution Of(Organisation one, IReadOnlyList<Programme> programmes)
    {
        var source = $"{site}/en/institutions";
        return new OpenInstitution(
            one.Bin.Value, Home, one.Name, one.Name.Kk, [], null, null, [], [],
            [
                .. programmes.GroupBy(p => (p.Licence, p.LicensedFrom, p.LicensedUntil)).Select(l => new OpenPeriod(
                    PeriodKind.Recognition, LocalizedText.Same(""), AwardLevel.All, l.Key.LicensedFrom, l.Key.LicensedUntil,
                    LocalizedText.Same(l.Key.Licence), source, today)),
                .. programmes.Select(p => new OpenPeriod(
                    PeriodKind.Accreditation, Named(p), LevelOf(p.NqfLevel), p.AccreditedFrom, p.AccreditedUntil,
                    LocalizedText.Same(p.Accreditor), source, today)),
            ],
            source, today);
    }

    private static LocalizedText Named(Programme programme) => new(
        $"{programme.Code} {programme.Name.Kk}", $"{programme.Code} {programme.Name.Ru}", $"{programme.Code} {programme.Name.En}");

    private static AwardLevel LevelOf(int framework) => framework switch
    {
        Bachelor => AwardLevel.Bachelor,
        Master => AwardLevel.Master,
        Doctorate => AwardLevel.Doctorate,
        _ => AwardLevel.All,
    };
}
