using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>A school and what it decided about AI, as it is now.</summary>
/// <param name="Regulation">Null while nobody wrote one.</param>
/// <param name="Tools">Null while it allowed nothing.</param>
/// <param name="Template">The national template for its kind, of today.</param>
public sealed record SchoolNow(School School, SchoolRegulation? Regulation, SchoolTools? Tools, Resolved<RegulationTemplate> Template, DateOnly Today)
{
    public RegulationInForce InForce => new(Template.Value, Regulation?.On(Today));

    /// <summary>As the school allows it; null when it does not.</summary>
    public AllowedTool? Tool(string system) => Tools?.Allowed.GetValueOrDefault(system);
}

/// <summary>One way in which a tool of the school meets a learner, and whether it may now.</summary>
/// <param name="Purpose">What the learner uses it for; null: it reads, for a teacher, what the learner wrote.</param>
/// <param name="Answer">With a teacher who leads and sees it.</param>
public sealed record UseForMe(AiPurpose? Purpose, UseAnswer Answer);

/// <summary>
/// The acts of a school about AI, each with what it reads in one transaction: regulation, tools, switches, consents, notices. Which of them may
/// be done is said in <c>AiEducation/Schools</c>, by whom by the rights of the route.
/// </summary>
public sealed class SchoolDesk(Installation home)
{
    private const int ConsentsMax = 200;

    public AiDesk Ai { get; } = new(home);

    public Resolved<AiRegisterRules> Register => home.Rules.Resolve(RuleKeys.AiRegister, Ai.Today()).Value;

    /// <summary>Whether parents speak for a learner today: whoever is of age speaks alone.</summary>
    public bool IsRepresented(SchoolPerson learner) => learner.IsRepresentedOn(Ai.Today(), Register.Value.ConsentUntilAge);

    /// <summary>Null when the directory has no such place of learning.</summary>
    public async Task<SchoolNow?> ReadAsync(ReadFrom from, Bin bin, CancellationToken cancel)
    {
        if (await SchoolDirectory.FindAsync(from, bin, cancel) is not { IsDepartment: false } school)
        {
            return null;
        }

        var today = Ai.Today();
        return new SchoolNow(
            school, (await Ai.Events.FindAsync(from, SchoolStreams.Regulation, SchoolStreams.RegulationOf(bin), cancel))?.Now,
            (await Ai.Events.FindAsync(from, SchoolStreams.Tools, SchoolStreams.ToolsOf(bin), cancel))?.Now,
            home.Rules.Resolve(school.Kind == SchoolKind.Higher ? RuleKeys.AiHigherRegulation : RuleKeys.AiSchoolRegulation, today).Value, today);
    }

    public async Task<AiSystem?> SystemAsync(ReadFrom from, string id, CancellationToken cancel) =>
        (await Ai.Events.FindAsync(from, SystemStream.Kind, id, cancel))?.Now;

    /// <summary>Every consent for a learner, the oldest first.</summary>
    public async Task<IReadOnlyList<ParentalConsent>> ConsentsAsync(ReadFrom from, string learner, CancellationToken cancel)
    {
        var found = new List<ParentalConsent>();
        foreach (var row in await EventStore.RowsAsync(from, SchoolStreams.Consent, new StreamSearch(Subject: learner), ConsentsMax, cancel))
        {
            if (await Ai.Events.FindAsync(from, SchoolStreams.Consent, row.Id, cancel) is { } consent)
            {
                found.Add(consent.Now);
            }
        }

        return [.. found.OrderBy(c => c.Given.At)];
    }

    /// <summary>What is read before the first use; null when the school does not allow the system.</summary>
    public UseNotice? Notice(SchoolNow school, AiSystem system) => school.Tool(system.Id) is { } tool
        ? UseNotice.Of(system, tool, home.Rules.Resolve(RuleKeys.AiNotice, school.Today).Value.Value)
        : null;

    /// <summary>What a learner read and chose; null when nothing.</summary>
    public async Task<LearnerAi?> LearnerAsync(ReadFrom from, string learner, CancellationToken cancel) =>
        (await Ai.Events.FindAsync(from, SchoolStreams.Learner, SchoolStreams.LearnerOf(learner), cancel))?.Now;

    /// <summary>Whether somebody of the school may use a system for a purpose at this moment.</summary>
    /// <param name="isSupervised">A teacher leads and sees it.</param>
    public async Task<UseAnswer> MayUseAsync(
        ReadFrom from, SchoolNow school, SchoolPerson who, AiSystem system, AiPurpose purpose, bool isSupervised, CancellationToken cancel)
    {
        var (asked, grounds) = await AskAsync(from, school, who, system, purpose, isSupervised, cancel);
        return UseOfAi.MayUse(asked, grounds);
    }

    /// <summary>Whether a system may read, for the teacher, what a learner wrote, at this moment.</summary>
    public async Task<UseAnswer> MayReadAsync(ReadFrom from, SchoolNow school, SchoolPerson learner, AiSystem system, CancellationToken cancel)
    {
        var (asked, grounds) = await AskAsync(from, school, learner, system, AiPurpose.AssessmentAid, isSupervised: true, cancel);
        return UseOfAi.MayRead(asked, grounds);
    }

    /// <summary>
    /// What a tool of the school may be used for with a learner at this moment: each purpose by itself, since a parent agrees to each by itself, and
    /// the reading of works when teachers have it for that.
    /// </summary>
    public async Task<IReadOnlyList<UseForMe>> UsesAsync(
        ReadFrom from, SchoolNow school, SchoolPerson learner, AllowedTool tool, AiSystem system, CancellationToken cancel)
    {
        var (asked, grounds) = await AskAsync(from, school, learner, system, AiPurpose.AssessmentAid, isSupervised: true, cancel);
        var uses = new List<UseForMe>();
        if (tool.ReadsWorks)
        {
            uses.Add(new UseForMe(null, UseOfAi.MayRead(asked, grounds)));
        }

        if (tool.Roles.Contains(ToolRole.Learner) || !tool.ReadsWorks)
        {
            uses.AddRange(tool.Purposes.Select(p => new UseForMe(p, UseOfAi.MayUse(asked with { Purpose = p }, grounds))));
        }

        return uses;
    }

    /// <summary>Whether anybody of a role and an age may; no person is looked at.</summary>
    /// <param name="age">Of a learner, in whole years.</param>
    public UseAnswer MayAnybody(SchoolNow school, ToolRole role, int age, AiSystem system, AiPurpose purpose, bool isSupervised) => UseOfAi.MayAnybody(
        role, age, system, purpose, isSupervised, school.Today,
        new UseGrounds(Register.Value, school.InForce, school.Tool(system.Id), null, null, [], Notice(school, system)) { School = school.School.Bin });

    /// <summary>Whether a learner of an age may use a tool for any of its purposes, under a teacher's eyes.</summary>
    public bool MayAtAge(SchoolNow school, AllowedTool tool, AiSystem system, int age) =>
        tool.Purposes.Any(p => MayAnybody(school, ToolRole.Learner, age, system, p, isSupervised: true).IsAllowed);

    public Task<Outcome<SchoolRegulation>> DraftAsync(
        Actor by, Role? role, Bin bin, int version, IReadOnlyDictionary<string, string> values, string words, CancellationToken cancel) =>
        Ai.OnlyAsync(
            by, role, SchoolStreams.Regulation, SchoolStreams.RegulationOf(bin), bin, version,
            (t, now, at) => AtAsync(t, bin, s => DraftRegulation.Of(now, bin, by.Id, values, words, s.Template.Value, at), cancel), cancel);

    /// <param name="capacity">In which capacity: the word of the role.</param>
    public Task<Outcome<SchoolRegulation>> AdoptAsync(
        Actor by, Role? role, Bin bin, int version, string capacity, string order, string reason, DateOnly from, CancellationToken cancel) =>
        Ai.OnlyAsync(
            by, role, SchoolStreams.Regulation, SchoolStreams.RegulationOf(bin), bin, version,
            (t, now, at) => AtAsync(
                t, bin,
                s => now is null
                    ? new Problem("ai-school/no-draft", "There is no draft to adopt.")
                    : AdoptRegulation.Of(now, by.Id, by.Name, capacity, order, reason, from, s.Template, s.Today, at),
                cancel),
            cancel);

    public Task<Outcome<SchoolTools>> AllowAsync(Actor by, Role? role, Bin bin, int version, AllowedTool tool, CancellationToken cancel) =>
        Ai.OnlyAsync(
            by, role, SchoolStreams.Tools, SchoolStreams.ToolsOf(bin), bin, version,
            async (t, now, at) => await SystemAsync(t, tool.System, cancel) is { } system
                ? await AtAsync(t, bin, s => AllowTool.Of(now, bin, by.Id, system, tool, s.InForce, s.Today, at), cancel)
                : new Problem("ai/not-there", "There is no such entry, or it is not yours."),
            cancel);

    public Task<Outcome<SchoolTools>> EndAsync(Actor by, Role? role, Bin bin, string system, string reason, CancellationToken cancel) => Ai.ActAsync(
        by, role, SchoolStreams.Tools, SchoolStreams.ToolsOf(bin), bin, null, (now, at) => EndTool.Of(now, by.Id, system, reason, at), cancel);

    public Task<Outcome<SchoolInfrastructure>> ReportInfrastructureAsync(
        Actor by, Role? role, Bin bin, int version, int? devices, int? learners, Connectivity? connectivity, CancellationToken cancel) => Ai.OnlyAsync(
            by, role, SchoolStreams.Infrastructure, SchoolStreams.InfrastructureOf(bin), bin, version,
            (t, _, at) => AtAsync(t, bin, _ => ReportInfrastructure.Of(bin, by.Id, devices, learners, connectivity, at), cancel), cancel);

    /// <param name="system">Null: every system.</param>
    public Task<Outcome<ClassAi>> SwitchOffAsync(Actor by, Role? role, Bin bin, string className, string? system, CancellationToken cancel) =>
        Ai.OnlyAsync(
            by, role, SchoolStreams.Class, SchoolStreams.ClassOf(bin, className), bin, null,
            (_, now, at) => Task.FromResult(SwitchOffAi.Of(now, bin, className, by.Id, system, at)), cancel);

    /// <param name="isGone">Whether the teacher whose switch it is teaches here no more.</param>
    public Task<Outcome<ClassAi>> SwitchOnAsync(
        Actor by, Role? role, Bin bin, string className, string switchedBy, string? system, bool isGone, CancellationToken cancel) => Ai.ActAsync(
            by, role, SchoolStreams.Class, SchoolStreams.ClassOf(bin, className), bin, null,
            (now, at) => SwitchOnAi.Of(now, by.Id, switchedBy, system, isGone, at), cancel);

    /// <summary>The eight elements as they would be agreed to at this moment.</summary>
    public Outcome<ConsentElements> Offer(SchoolNow school, SchoolPerson learner, AiSystem system, Language language) => GiveConsent.Elements(
        For(learner), school.School.Name.In(language), school.School.Bin, system, school.Tool(system.Id), school.InForce, Register.Value.DataIn, school.Today);

    /// <summary>Changes with everything that an offer is made of; a form names the one that was on the screen.</summary>
    public static string Edition(SchoolNow school, AiSystem system) =>
        FormattableString.Invariant($"{system.Version}-{school.Tools?.Version}-{school.InForce.Own?.Number}");

    /// <param name="id">The form was shown with it (<see cref="EventStore.NewId"/>): sent twice, it gives one consent.</param>
    /// <param name="shown"><see cref="Edition"/> of what was on the screen.</param>
    /// <param name="paper">Number and day of a signed paper; null when a parent acts.</param>
    public async Task<Outcome<ParentalConsent>> ConsentAsync(
        Actor by, Role? role, SchoolPerson learner, string systemId, string id, string shown, DateOnly until, IReadOnlyList<AiPurpose> purposes,
        string? paper, Language language, CancellationToken cancel)
    {
        SchoolNow? school;
        AiSystem? system;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            school = await ReadAsync(connection, learner.School, cancel);
            system = await SystemAsync(connection, systemId, cancel);
        }

        if (school is null || system is null || SchoolStreams.Consent.IdOf(id) is null)
        {
            return new Problem("ai/not-there", "There is no such entry, or it is not yours.");
        }

        // Whatever changes between this look and the act counts all the same: who may use what is asked anew at each use.
        return shown != Edition(school, system)
            ? new Problem("ai-school/offer-changed", "What is offered changed meanwhile: look once more, nothing was agreed to.")
            : !Offer(school, learner, system, language).TryGet(out var offered, out var problem) ? problem
            : await Ai.OpenAsync(
                by, role, SchoolStreams.Consent, learner.School,
                at => GiveConsent.Of(
                    For(learner), by.Id, systemId, offered, until, purposes, paper, Register.Value.ConsentUntilAge, school.Today, at),
                cancel, id: id);
    }

    /// <param name="isForSchool">The school records what a parent said or wrote.</param>
    public Task<Outcome<ParentalConsent>> WithdrawAsync(
        Actor by, Role? role, SchoolPerson learner, string consent, bool isForSchool, CancellationToken cancel) => Ai.ActAsync(
            by, role, SchoolStreams.Consent, consent, learner.School, null,
            (now, at) => now.Given.Learner != learner.Id
                ? new Problem("ai/not-there", "There is no such entry, or it is not yours.")
                : WithdrawConsent.Of(now, by.Id, learner.Guardians, isForSchool, at),
            cancel);

    public Task<Outcome<LearnerAi>> ReadNoticeAsync(
        Actor by, Role? role, SchoolPerson learner, string systemId, string edition, CancellationToken cancel) => ChooseAsync(
            by, role, learner,
            async (t, now, at) => await ReadAsync(t, learner.School, cancel) is { } school && await SystemAsync(t, systemId, cancel) is { } system
                && Notice(school, system) is { } notice
                ? ReadNotice.Of(now, learner.Id, by.Id, notice, edition, at)
                : new Problem("ai/not-there", "There is no such entry, or it is not yours."),
            cancel);

    /// <param name="system">Null: all AI.</param>
    public Task<Outcome<LearnerAi>> RefuseAsync(Actor by, Role? role, SchoolPerson learner, string? system, CancellationToken cancel) => ChooseAsync(
        by, role, learner, (_, now, at) => Task.FromResult(RefuseAi.Of(now, learner.Id, by.Id, system, at)), cancel);

    public Task<Outcome<LearnerAi>> TakeBackAsync(Actor by, Role? role, SchoolPerson learner, string? system, CancellationToken cancel) => ChooseAsync(
        by, role, learner,
        (_, now, at) => Task.FromResult(now is null
            ? new Problem("ai-school/not-refused", "That was not refused.")
            : RefuseAi.TakeBack(now, by.Id, system, at)),
        cancel);

    private async Task<(UseAsked Asked, UseGrounds Grounds)> AskAsync(
        ReadFrom from, SchoolNow school, SchoolPerson who, AiSystem system, AiPurpose purpose, bool isSupervised, CancellationToken cancel)
    {
        var isLearner = who.Kind == SchoolPersonKind.Learner;
        var user = new AiUser(who.Id, isLearner ? ToolRole.Learner : ToolRole.Teacher, who.Words?.BirthDate, isLearner ? who.Class : null);
        var grounds = new UseGrounds(
            Register.Value, school.InForce, school.Tool(system.Id),
            isLearner ? (await Ai.Events.FindAsync(from, SchoolStreams.Class, SchoolStreams.ClassOf(who.School, who.Class), cancel))?.Now : null,
            isLearner ? await LearnerAsync(from, who.Id, cancel) : null, isLearner ? await ConsentsAsync(from, who.Id, cancel) : [],
            Notice(school, system))
        { School = school.School.Bin };
        return (new UseAsked(user, system, purpose, isSupervised, school.Today), grounds);
    }

    private static ConsentFor For(SchoolPerson learner) => new(learner.Id, learner.Words?.Name ?? learner.Id, learner.Words?.BirthDate, learner.Guardians);

    private Task<Outcome<LearnerAi>> ChooseAsync(
        Actor by, Role? role, SchoolPerson learner, Func<DbTransaction, LearnerAi?, DateTimeOffset, Task<Outcome<LearnerAiEvent>>> act,
        CancellationToken cancel) => Ai.OnlyAsync(
            by, role, SchoolStreams.Learner, SchoolStreams.LearnerOf(learner.Id), learner.School, null, act, cancel);

    private async Task<Outcome<TEvent>> AtAsync<TEvent>(
        ReadFrom from, Bin bin, Func<SchoolNow, Outcome<TEvent>> act, CancellationToken cancel) =>
        await ReadAsync(from, bin, cancel) is { } school ? act(school) : new Problem("ai/not-there", "There is no such entry, or it is not yours.");
}
