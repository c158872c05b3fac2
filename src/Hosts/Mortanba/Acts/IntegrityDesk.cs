using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>
/// Cases of academic integrity (requirements AI-22, AI-23): what the acts in <c>AiEducation/Integrity</c> ask for is read here, from the
/// directory, the calendar and the packs of the school's kind. Whoever an event concerns is told in its transaction, once.
/// </summary>
public sealed class IntegrityDesk(Installation home, AiMail mail)
{
    private readonly AiMail mail = mail;

    /// <summary>Subject of the messages in the queue; the thing is the id of the case.</summary>
    public const string MailSubject = "ai-case";

    public AiDesk Desk { get; } = new(home);

    /// <summary>The rules of today for a school, with the calendar.</summary>
    public async Task<IntegrityClock> ClockAsync(Bin school, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var kind = (await SchoolDirectory.FindAsync(connection, school, cancel))?.Kind;
        return new IntegrityClock(
            home.Rules.Resolve(kind == SchoolKind.Higher ? RuleKeys.AiIntegrityHigher : RuleKeys.AiIntegrity, Desk.Today()).Value, Desk.Calendar);
    }

    /// <param name="formId">Id that the form was given: the same form sent twice opens one case.</param>
    public async Task<Outcome<IntegrityCase>> ReportAsync(
        Actor by, Role? role, SchoolPerson learner, string? work, string title, Ground ground, string? formId, CancellationToken cancel)
    {
        var clock = await ClockAsync(learner.School, cancel);
        var telling = new Telling(this, learner.School, by.Id, clock);
        return await Desk.OpenAsync(
            by, role, IntegrityStreams.Kind, learner.School,
            at => telling.Note(ReportCase.Of(TaskDesk.DoerOf(by), learner.School.Value, learner.Id, work, title, ground, clock, at)), cancel,
            telling.SendAsync, formId);
    }

    /// <summary>Any act on a case, with the clock and the learner of the directory.</summary>
    /// <param name="version">Null for a program, which reads no version.</param>
    public async Task<Outcome<IntegrityCase>> ActAsync(
        Actor by, Role? role, Bin school, string id, int? version,
        Func<IntegrityCase, Doer, IntegrityClock, DateTimeOffset, Outcome<IntegrityEvent>> act, CancellationToken cancel)
    {
        var clock = await ClockAsync(school, cancel);
        var telling = new Telling(this, school, by.Id, clock);
        return await Desk.ActAsync(
            by, role, IntegrityStreams.Kind, id, school, version, (now, at) => telling.Note(act(now, TaskDesk.DoerOf(by), clock, at)), cancel,
            telling.SendAsync);
    }

    /// <summary>The committee decides the case, or its appeal.</summary>
    public async Task<Outcome<IntegrityCase>> DecideAsync(
        Actor by, Role? role, Bin school, IntegrityCase one, int version, IReadOnlyList<string> remedies, string reason, CancellationToken cancel)
    {
        var earlier = await EarlierAsync(one, school, cancel);
        return await ActAsync(
            by, role, school, one.Id, version,
            (now, doer, clock, at) => now.State == CaseState.Appealed
                ? DecideAppeal.Of(now, doer, remedies, earlier, reason, clock, at)
                : DecideIntegrityCase.Of(now, doer, remedies, earlier, reason, clock, at),
            cancel);
    }

    /// <summary>People of the school who may be named, by account, with their names.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> StaffAsync(ReadFrom from, Bin school, CancellationToken cancel)
    {
        var staff = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in await Memberships.OfInstitutionAsync(from, school, cancel))
        {
            if (member.EndedAt is null && Rights.Gives(member.Role, Right.ViewSchool))
            {
                staff[member.Account] = member.Name;
            }
        }

        return staff;
    }

    /// <summary>
    /// Who was typed for a committee: an account of the school, or the e-mail of somebody of another school, of a region's department or of the
    /// ministry, who can be told where to decide. Who sits already and is not of the school is looked up anew: the department that sends them may
    /// be another now.
    /// </summary>
    /// <returns>In the order given.</returns>
    public async Task<Outcome<IReadOnlyList<Nominee>>> MembersAsync(
        Bin school, IntegrityCase one, IEnumerable<string> accounts, string emails, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var staff = await StaffAsync(connection, school, cancel);
        var members = new List<Nominee>();
        foreach (var account in accounts)
        {
            var member = staff.ContainsKey(account) ? new Nominee(account)
                : one.Panel?.Members.Contains(account) == true ? await ElsewhereAsync(connection, school, account, null, cancel)
                : null;
            if (member is null)
            {
                return NotElsewhere;
            }

            members.Add(member);
        }

        foreach (var email in emails.Split([',', ';', ' ', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (await ElsewhereAsync(connection, school, null, email, cancel) is not { } member)
            {
                return NotElsewhere;
            }

            members.Add(member);
        }

        return members;
    }

    /// <summary>Region of a school; null when the directory has none of this number.</summary>
    public async Task<string?> RegionAsync(Bin school, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await RegionAsync(connection, school, cancel);
    }

    /// <summary>How often a breach of this learner was found before, and is final: for what may follow.</summary>
    public async Task<int> EarlierAsync(IntegrityCase one, Bin school, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var count = 0;
        foreach (var row in await EventStore.RowsAsync(
            connection, IntegrityStreams.Kind, new StreamSearch(school, [EventWords.Of(CaseState.Final), EventWords.Of(CaseState.Closed)], one.Learner),
            1_000, cancel))
        {
            var other = row.Id == one.Id ? null : await Desk.Events.FindAsync(connection, IntegrityStreams.Kind, row.Id, cancel);
            count += other?.Now is { Finding: IntegrityFinding.Minor or IntegrityFinding.Serious } ? 1 : 0;
        }

        return count;
    }

    private static Problem NotElsewhere { get; } = new(
        "integrity/not-elsewhere", "Named is somebody of the school, or by their e-mail somebody of another school, of the department of the region or of the ministry.");

    // An address that nobody proved is nobody's: the member could not be told where to decide.
    private async Task<Nominee?> ElsewhereAsync(ReadFrom from, Bin school, string? id, string? email, CancellationToken cancel)
    {
        var found = await from.QueryAsync(
            "SELECT id FROM accounts WHERE (id = @id OR email_normal = @email) AND blocked_at IS NULL AND email_confirmed = 1", r => r.GetString(0),
            cancel, ("id", id ?? ""), ("email", email?.ToUpperInvariant() ?? ""));
        foreach (var account in found)
        {
            var roles = (await Memberships.OfAccountAsync(from, account, home.Database.Seals, cancel)).Where(m => m.Institution != school).ToList();
            if (roles.Any(m => Rights.Gives(m.Role, m.Institution is null ? Right.OverseeAi : Right.ViewSchool)))
            {
                return new Nominee(account);
            }

            // Who is of several departments is sent by that of the school's region, if it is among them.
            var regions = new List<string>();
            foreach (var department in roles.Where(m => Rights.Gives(m.Role, Right.ViewRegion)).Select(m => m.Institution).OfType<Bin>())
            {
                regions.Add(await RegionAsync(from, department, cancel) ?? "");
            }

            if (regions.Count > 0)
            {
                var own = await RegionAsync(from, school, cancel);
                return new Nominee(account, regions.FirstOrDefault(r => r == own) ?? regions[0]);
            }
        }

        return null;
    }

    private static async Task<string?> RegionAsync(ReadFrom from, Bin place, CancellationToken cancel) =>
        (await SchoolDirectory.FindAsync(from, place, cancel))?.Region;

    /// <summary>Keeps the event of one act, and writes to those it concerns in its transaction.</summary>
    private sealed class Telling
    {
        private readonly IntegrityDesk desk;
        private readonly Bin school;
        private readonly string by;
        private readonly IntegrityClock clock;
        private IntegrityEvent? happened;

        public Telling(IntegrityDesk desk, Bin school, string by, IntegrityClock clock)
        {
            (this.desk, this.school, this.by, this.clock) = (desk, school, by, clock);
            desk.mail.MakeReady();
        }

        public Outcome<IntegrityEvent> Note(Outcome<IntegrityEvent> done)
        {
            happened = done.IsDone ? done.Value : null;
            return done;
        }

        public async Task SendAsync(DbTransaction transaction, Stored<IntegrityCase> now, CancellationToken cancel)
        {
            var one = now.Now;
            var readers = IntegrityNews.Of(one, happened!);
            var letters = new List<AiLetter>();
            if (readers.HasFlag(CaseReaders.Family)
                && await desk.Desk.Directory.PersonAsync(transaction, one.Learner, cancel) is { } learner)
            {
                var guardians = clock.IsMinor(learner, desk.Desk.Today()) ? learner.Guardians : [];
                letters.AddRange(guardians.Append(learner.Account ?? "").Select(a => new AiLetter(a, $"/me/ai/{learner.Id}/cases/{one.Id}")));
            }

            letters.AddRange((await StaffOfAsync(transaction, one, readers, cancel)).Select(a => new AiLetter(a, $"/console/{school}/ai/cases/{one.Id}")));
            if (readers.HasFlag(CaseReaders.Committee) && one.Panel is { } panel)
            {
                var ours = await StaffAsync(transaction, school, cancel);
                letters.AddRange(panel.Members.Select(m => new AiLetter(m, ours.ContainsKey(m) ? $"/console/{school}/ai/cases/{one.Id}" : $"/me/panel/{one.Id}")));
            }

            await desk.mail.TellAsync(transaction, MailSubject, one.Id, letters.Where(l => l.Account != by), "integrity/mail", cancel);
        }

        private async Task<IReadOnlyList<string>> StaffOfAsync(DbTransaction transaction, IntegrityCase one, CaseReaders readers, CancellationToken cancel)
        {
            Right[] rights =
            [
                .. readers.HasFlag(CaseReaders.Coordinators) ? [Right.CoordinateAi] : Array.Empty<Right>(),
                .. readers.HasFlag(CaseReaders.Head) ? [Right.AdoptRegulation] : Array.Empty<Right>(),
            ];
            var people = await SafetyPeople.HoldingAsync(transaction, school, rights, cancel);
            return readers.HasFlag(CaseReaders.Reporter) ? [.. people, one.ReportedBy] : people;
        }
    }
}
