using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// Acts on competences, each with the rules of the day: portfolios of teachers, records of learners, courses, the map of topics. What is certified
/// is certified in one transaction with its certificate and its ledger entry.
/// </summary>
public sealed class CompetenceDesk(Installation home, DiplomaFlow flow)
{
    /// <summary>Reason code of a certificate whose evidence was not what it seemed.</summary>
    private const string RevokedReason = "evidence-revoked";

    internal static Problem NoOutcome { get; } = new("competences/no-outcome", "Say whether the evidence shows the block.");

    internal static Problem NoDay { get; } = new("competences/no-day", "Give the day.");

    public AiDesk Ai { get; } = new(home);

    public Resolved<CompetenceFramework> Teachers => Rule(RuleKeys.TeacherCompetences);

    public Resolved<CompetenceFramework> Learners => Rule(RuleKeys.LearnerCompetences);

    public Resolved<TeacherAssessment> Assessing => Rule(RuleKeys.TeacherAssessment);

    public Resolved<TeacherQualification> Qualification => Rule(RuleKeys.TeacherQualification);

    public Resolved<CourseRules> Courses => Rule(RuleKeys.Courses);

    public Resolved<CompetenceCrosswalk> Crosswalk => Rule(RuleKeys.CompetenceCrosswalk);

    /// <summary>Where the portfolio of a teacher, or the record of a learner, is kept: each has one.</summary>
    public static string IdOf(EventKind kind, SchoolPerson person) => $"{kind.Name}-{person.Id}";

    /// <summary>Whether somebody of a place may look at the portfolios of a school: the school itself, or the department of its region.</summary>
    public async Task<bool> CoversAsync(Bin place, Bin school, CancellationToken cancel)
    {
        if (place == school)
        {
            return true;
        }

        await using var connection = await home.Database.ConnectAsync(cancel);
        return await SchoolDirectory.FindAsync(connection, place, cancel) is { IsDepartment: true, Region: var region }
            && (await SchoolDirectory.FindAsync(connection, school, cancel))?.Region == region;
    }

    /// <summary>The teacher hands in evidence; the first opens the portfolio.</summary>
    public async Task<Outcome<TeacherPortfolio>> HandInAsync(
        Actor by, Role? role, SchoolPerson teacher, string evidence, string block, string what, string? address, CancellationToken cancel)
    {
        var (kind, id) = (CompetenceStreams.Portfolio, IdOf(CompetenceStreams.Portfolio, teacher));
        var opened = await Ai.OpenAsync(
            by, role, kind, teacher.School, at => OpenPortfolio.Of(by.Id, teacher.Id, teacher.School.Value, at), cancel, id: id);
        return opened.IsDone
            ? await Ai.ActAsync(
                by, role, kind, id, teacher.School, null, (now, at) => HandInEvidence.Of(now, by.Id, evidence, block, what, address, Teachers.Value, at), cancel)
            : opened;
    }

    /// <summary>Certifies a level of a teacher.</summary>
    /// <param name="body">BIN of the organisation for which it is certified.</param>
    /// <returns>Refusals: those of <see cref="CertifyLevel"/>, <see cref="AiDesk"/> and <see cref="IssueCertificate"/>; <c>competences/no-name</c>.</returns>
    public async Task<Outcome<IssuedCertificate>> CertifyLevelAsync(
        Actor by, Role? role, Bin body, string id, int version, string level, CancellationToken cancel)
    {
        var (framework, rules) = (Teachers, Assessing.Value);
        if (await Ai.FindAsync(CompetenceStreams.Portfolio, id, null, cancel) is not { Now: var read, School: { } school })
        {
            return new Problem("ai/not-there", "There is no such entry, or it is not yours.");
        }

        if (CertifyLevel.Check(read, by.Id, body.Value, level, framework.Value, rules) is { } refused)
        {
            return refused;
        }

        return await IssueAsync(
            read.Teacher, body, (name, assessed) => CompetenceAward.OfLevel(read, name, level, framework, by.Name, assessed, Ai.Today()),
            (t, issued) => Ai.InAsync(
                t, by, role, CompetenceStreams.Portfolio, id, school, version,
                (_, now, _) => Task.FromResult<Outcome<PortfolioEvent>>(
                    CertifyLevel.Check(now.Now, by.Id, body.Value, level, framework.Value, rules) is { } problem
                        ? problem
                        : new LevelCertified(issued.At, by.Id, level, issued.Asset.ToString(), issued.Number, issued.Body.Value)),
                issued.At, cancel),
            cancel);
    }

    /// <summary>Takes an assessment back; certificates that rested on it are annulled in the same transaction.</summary>
    /// <param name="body">BIN of the organisation for which it is taken back.</param>
    public async Task<Outcome<TeacherPortfolio>> RevokeAsync(
        Actor by, Role? role, Bin body, string id, int version, string evidence, string reason, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        var revoked = await flow.WithLedgerAsync<TeacherPortfolio>(
            async (t, append) =>
            {
                IReadOnlyList<string> annulled = [];
                var done = await Ai.InAsync(
                    t, by, role, CompetenceStreams.Portfolio, id, null, version,
                    (_, now, _) =>
                    {
                        var happened = RevokeAssessment.Of(now.Now, by.Id, body.Value, evidence, reason, Teachers.Value, Assessing.Value, at);
                        annulled = happened.TryGet(out var one, out var _) ? ((AssessmentRevoked)one).Annulled : [];
                        return Task.FromResult(happened);
                    },
                    at, cancel);
                foreach (var certificate in annulled)
                {
                    if ((await home.Certificates.EndAsync(
                        t, append, AssetId.Parse(certificate), DiplomaState.Annulled, RevokedReason, at, cancel: cancel)).Problem is { } refused)
                    {
                        return refused;
                    }
                }

                return done;
            },
            cancel);
        if (revoked.IsDone)
        {
            await flow.PublishAsync(cancel: cancel);
        }

        return revoked;
    }

    /// <summary>Certifies that somebody of a group completed its course; a course that raises a teacher's qualification is noted in the portfolio.</summary>
    public async Task<Outcome<IssuedCertificate>> CertifyCourseAsync(
        Actor by, Role? role, Bin school, string id, int version, string person, CancellationToken cancel)
    {
        if (await Ai.FindAsync(CompetenceStreams.Group, id, school, cancel) is not { Now: var read }
            || await Ai.FindAsync(CompetenceStreams.Course, read.Opened.Course, null, cancel) is not { Now.Terms: var terms })
        {
            return new Problem("ai/not-there", "There is no such entry, or it is not yours.");
        }

        var own = (await PersonAsync(person, cancel))?.Account;
        if (CertifyCourse.Check(read, by.Id, own, person) is { } refused)
        {
            return refused;
        }

        var raises = Courses.Value.Series.Any(s => s.Id == terms.Series && s.RaisesQualification);
        return await IssueAsync(
            person, school,
            (name, assessed) => CompetenceAward.OfCourse(read, terms, name, read.Opened.ForTeachers ? Teachers : Learners, by.Name, assessed, Ai.Today()),
            async (t, issued) =>
            {
                var certified = await Ai.InAsync(
                    t, by, role, CompetenceStreams.Group, id, school, version,
                    (_, now, _) => Task.FromResult<Outcome<CourseGroupEvent>>(
                        CertifyCourse.Check(now.Now, by.Id, own, person) is { } problem
                            ? problem
                            : new CourseCertified(issued.At, by.Id, person, issued.Asset.ToString(), issued.Number, issued.Body.Value)),
                    issued.At, cancel);
                var portfolio = $"{CompetenceStreams.Portfolio.Name}-{person}";
                if (certified.IsDone && raises && own is not null)
                {
                    // A course may come before the first evidence.
                    var opened = await Ai.OpenInAsync(
                        t, by, role, CompetenceStreams.Portfolio, school, () => OpenPortfolio.Of(own, person, school.Value, issued.At), issued.At, cancel,
                        id: portfolio);
                    if (opened.Problem is { } closed)
                    {
                        return closed;
                    }

                    var noted = await Ai.InAsync(
                        t, by, role, CompetenceStreams.Portfolio, portfolio, school, null,
                        (_, now, _) => Task.FromResult(RaiseQualification.Of(now.Now, by.Id, read.Held.Values.Max(), terms.Name.En, Ai.Today(), issued.At)),
                        issued.At, cancel);
                    return noted.Problem is { Code: not "competences/counted-already" } refusal ? refusal : certified;
                }

                return certified;
            },
            cancel);
    }

    public async Task<SchoolPerson?> PersonAsync(string id, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await Ai.Directory.PersonAsync(connection, id, cancel);
    }

    private async Task<Outcome<IssuedCertificate>> IssueAsync<TState>(
        string person, Bin body, Func<string, LocalizedText, CompetenceAward> award, Func<DbTransaction, IssuedCertificate, Task<Outcome<TState>>> alongside,
        CancellationToken cancel)
    {
        if ((await PersonAsync(person, cancel))?.Words is not { Name: var name })
        {
            return new Problem("competences/no-name", "The school's directory has no name of this person.");
        }

        LocalizedText? assessed;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            assessed = (await SchoolDirectory.FindAsync(connection, body, cancel))?.Name;
        }

        var issued = await new IssueCertificate(home, flow).RunAsync(
            CompetenceCertificate.Order(home, award(name, assessed ?? LocalizedText.Same(body.Value)), body),
            async (t, certificate) => (await alongside(t, certificate)).Problem, cancel);
        if (issued.IsDone)
        {
            await flow.PublishAsync(cancel: cancel);
        }

        return issued;
    }

    private Resolved<T> Rule<T>(RuleKey<T> key)
        where T : notnull => home.Rules.Resolve(key, Ai.Today()).Value;
}
