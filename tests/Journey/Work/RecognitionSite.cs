using System.Globalization;
using System.Net;
using System.Text;
using Mortanba.Accounts;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Journey.Tests.Work;

/// <summary>
/// A recognition body that has set its terms (30 working days; appeals 20, decided in 15; a look at a filing 5, an answer 10), with five people of it and an applicant.
/// Cases are brought to any stage by the acts themselves. The clock stands at 1 July 2026 and has to be passed by hand.
/// </summary>
public sealed class RecognitionSite : IAsyncLifetime
{
    /// <summary>Name of the holder in every case: no evaluator may ever read it.</summary>
    public const string HolderName = "Aigerim Samplekyzy";

    private const string BodyPack = """
        pack: body.recognition
        version: "2026.1"
        title: Terms of the body
        validFrom: 2020-01-01
        rules:
          - id: recognition-body-terms
            tag: D
            confidence: low
            source: {act: Order of the body, article: "1", read: 2026-01-01}
            value: {workingDays: 30, appealFileWorkingDays: 20, appealDecideWorkingDays: 15, feeIndices: 0,
              intakeWorkingDays: 5, answerWorkingDays: 10, withoutDocumentsValidMonths: 60}
          - id: recognition-retention
            tag: D
            confidence: low
            source: {act: Order of the body, article: "2", read: 2026-01-01}
            value: {terms: [{code: archive, years: 10, except: [court-order]}]}
        """;

    private readonly Dictionary<string, (Actor Actor, Role? Role)> people = [];

    internal SmallSite Small { get; }

    internal Installation Home => Small.Home;

    internal CaseDesk Desk { get; private set; } = null!;

    internal Actor Applicant => people["applicant"].Actor;

    internal Actor Officer => people["officer"].Actor;

    internal Actor First => people["first"].Actor;

    internal Actor Second => people["second"].Actor;

    internal Actor Maker => people["maker"].Actor;

    internal Actor Reviewer => people["reviewer"].Actor;

    public RecognitionSite() => Small = new SmallSite
    {
        Also = settings =>
        {
            var folder = Directory.CreateDirectory(Path.Combine(Small!.Directory, Installation.OwnRulesFolder)).FullName;
            File.WriteAllText(Path.Combine(folder, "body.recognition.yaml"), BodyPack);
            return settings with { InformationCentres = [] };
        },
    };

    public async ValueTask InitializeAsync()
    {
        await Small.InitializeAsync();
        Desk = new CaseDesk(Home);
        foreach (var (name, role) in new (string, Role?)[]
        {
            ("applicant", null), ("officer", Role.RecognitionOfficer), ("first", Role.Evaluator), ("second", Role.Evaluator),
            ("maker", Role.DecisionMaker), ("reviewer", Role.AppealReviewer),
        })
        {
            var id = await Small.MakeAsync($"{name}@recognition.example", role);
            people[name] = (new Actor(ActorKind.Person, id, "Trial " + name, []), role);
        }
    }

    public ValueTask DisposeAsync() => Small.DisposeAsync();

    /// <summary>One of the five, or the applicant, signed in: <c>officer</c>, <c>first</c>, <c>second</c>, <c>maker</c>, <c>reviewer</c>, <c>applicant</c>.</summary>
    internal async Task<Person> SignedInAsync(string name)
    {
        var person = new Person(Small.Site);
        Assert.Equal(HttpStatusCode.Redirect, (await person.SignInAsync($"{name}@recognition.example", SmallSite.Password)).StatusCode);
        return person;
    }

    internal async Task<RecognitionCase> FindAsync(string id)
    {
        await using var connection = await Home.Database.ConnectAsync();
        return (await Desk.Cases.FindAsync(connection, id))!.Case;
    }

    /// <summary>One act of one of the people, over the newest version.</summary>
    internal async Task<RecognitionCase> ActAsync(
        string who, string id, Func<RecognitionCase, DateTimeOffset, Foundation.Outcome<CaseEvent>> act, CaseDesk.With? with = null) =>
        (await Desk.ActAsync(people[who].Actor, people[who].Role, id, (await FindAsync(id)).Version, act, default, with)).Value;

    /// <summary>The applicant appeals; the reviewer upholds the decision.</summary>
    internal async Task UpholdAsync(string id)
    {
        await ActAsync("applicant", id, (c, at) => FileAppeal.Of(c, Applicant.Id, "It is mine.", Desk.Today(), at));
        var taken = await ActAsync("reviewer", id, (c, at) => TakeAppeal.Of(c, Reviewer.Id, at));
        var decided = await new DecideRecognitionAppeal(Home, new DiplomaFlow(Home), Desk).RunAsync(
            Reviewer, Role.AppealReviewer, id, taken.Version, AppealOutcome.Uphold, "The register is right.", null, [], []);
        Assert.Equal(CaseStage.Closed, decided.Value.Stage);
    }

    /// <summary>Adds a file, with its bytes.</summary>
    internal async Task<RecognitionCase> AddAsync(string who, string id, string item, string fileName, string mediaType, byte[] bytes, string? document = null)
    {
        using var body = new MemoryStream(bytes);
        var taken = (await CaseFiles.TakeAsync(body)).Value;
        var name = document ?? CaseDesk.NewId("document");
        var source = who == "applicant" ? EvidenceSource.Applicant : EvidenceSource.Authority;
        return await ActAsync(
            who, id,
            (now, at) => AddDocument.Of(
                now, people[who].Actor.Id, new CaseDocument(name, item, fileName, mediaType, taken.Length, taken.Sha256, source, at), at),
            (t, now, cancel) => CaseFiles.PutAsync(t, now, name, taken, cancel));
    }

    /// <summary>A case at a stage, with everything that leads there: a German bachelor, a conditional decision, an appeal.</summary>
    internal async Task<RecognitionCase> CaseAsync(CaseStage stage, HolderKind kind = HolderKind.Graduate)
    {
        var what = new Qualification(
            "Bachelor of Science", [new AwardingInstitution("University of Somewhere", "DE")], new DateOnly(2024, 6, 30), EducationLevel.Higher, 6, "0613",
            Credits: 180, Years: 3);
        var id = (await Desk.OpenAsync(
            Applicant,
            at => DescribeCase.Of(
                null, Applicant.Id, new Holder(HolderName, new DateOnly(1999, 3, 4), "KZ", "female"), kind, RecognitionPurpose.FurtherStudy, what,
                null, Desk.Today(), at),
            default)).Value.Id;
        if (stage == CaseStage.Draft)
        {
            return await FindAsync(id);
        }

        await AddAsync(
            "applicant", id, "document", "diploma.txt", "text/plain",
            Encoding.UTF8.GetBytes($"Diploma of {HolderName}. Bachelor of Science in Informatics, 180 ECTS. Aigerim SAMPLEKYZY wrote a thesis."), "document-diploma");
        await AddAsync("applicant", id, "identity", "passport.txt", "text/plain", Encoding.UTF8.GetBytes($"Passport {HolderName}, female, born 4 March 1999"), "document-passport");
        var now = await FindAsync(id);
        await Desk.ActAsync(
            Applicant, null, id, now.Version,
            async (t, one, cancel) => SubmitCase.Of(
                one.Case, Applicant.Id,
                RecognitionGuide.For(Home.Rules, one.Case.Ask(), Desk.Today()).Value,
                await CaseStore.NextNumberAsync(t, Desk.Today().Year, cancel), Home.Time.GetUtcNow()),
            Home.Time.GetUtcNow(), default);
        return stage == CaseStage.Intake ? await FindAsync(id) : await BeyondIntakeAsync(id, stage);
    }

    private async Task<RecognitionCase> BeyondIntakeAsync(string id, CaseStage stage)
    {
        if (stage == CaseStage.Incomplete)
        {
            return await ActAsync("officer", id, (c, at) => AskForMissing.Of(c, Officer.Id, [new MissingItem("translation", "It is not there.")], at));
        }

        await ActAsync("officer", id, (c, at) => AcceptComplete.Of(c, Officer.Id, at));
        await ActAsync("officer", id, (c, at) => AssignCase.Of(c, Officer.Id, First.Id, Second.Id, Maker.Id, at));
        await AddAsync(
            "officer", id, DocumentItems.RegisterExtract, "register.txt", "text/plain", Encoding.UTF8.GetBytes("Programme without the module on safety."),
            "document-register");
        return await FromAuthenticityAsync(id, stage);
    }

    /// <summary>A case at the first of its findings, led on to a stage.</summary>
    internal async Task<RecognitionCase> FromAuthenticityAsync(string id, CaseStage stage)
    {
        var steps = new (CaseStage Reached, string Who, Func<RecognitionCase, DateTimeOffset, Foundation.Outcome<CaseEvent>> Act)[]
        {
            (CaseStage.Authenticity, "officer", (c, at) => FindAuthenticity.Of(
                c, Officer.Id, new AuthenticityFinding(Authenticity.Confirmed, AuthenticityWay.IssuerRegister, ["document-register"], ""), at)),
            (CaseStage.IssuerRight, "officer", (c, at) => FindIssuerRight.Of(
                c, Officer.Id, new IssuerRightFinding(IssuerRight.Entitled, [], ["document-register"], ""), null, at)),
            (CaseStage.Evaluation, "first", (c, at) => AssessCase.Of(c, First.Id, Findings(), true, at)),
            (CaseStage.Evaluation, "second", (c, at) => AssessCase.Of(c, Second.Id, Findings(), true, at)),
            (CaseStage.Evaluation, "first", (c, at) => ProposeDecision.Of(c, First.Id, Conditional, [], Desk.Today(), at)),
            (CaseStage.Decision, "maker", Decided),
            (CaseStage.Issued, "applicant", Appealed),
        };
        foreach (var step in steps)
        {
            if (step.Reached == stage)
            {
                break;
            }

            await ActAsync(step.Who, id, step.Act);
        }

        return await FindAsync(id);
    }

    /// <summary>What is proposed is decided, and the applicant appeals.</summary>
    internal async Task<RecognitionCase> FromDecisionAsync(string id)
    {
        await ActAsync("maker", id, Decided);
        return await ActAsync("applicant", id, Appealed);
    }

    private Foundation.Outcome<CaseEvent> Decided(RecognitionCase now, DateTimeOffset at) =>
        DecideCase.Check(now, Maker.Id, null, [], "One course is missing.", Desk.Today()).TryGet(out var decision, out var problem)
            ? Foundation.Outcome<CaseEvent>.From(DecideCase.Event(
                Maker.Id, decision, "One course is missing.", Desk.AppealUntil(now).Value, null, null, at))
            : problem;

    private Foundation.Outcome<CaseEvent> Appealed(RecognitionCase now, DateTimeOffset at) =>
        FileAppeal.Of(now, Applicant.Id, "The course is in the transcript.", Desk.Today(), at);

    /// <summary>A comparison with one evidenced substantial difference in the profile, or none.</summary>
    internal static IReadOnlyList<ElementFinding> Findings(Difference profile = Difference.Substantial) =>
    [
        .. Enum.GetValues<Element>().Select(e => e != Element.Profile || profile == Difference.None
            ? new ElementFinding(e, ["document-diploma"], "6B061", Difference.None, [], "", "")
            : new ElementFinding(e, ["document-register"], "6B061", profile, [DifferenceGround.Content], "A master builds on it.", "")),
    ];

    internal static DecisionDraft Conditional { get; } = new(
        RecognitionOutcome.Conditional,
        [new Measure(Element.Profile, "Pass the course in safety of systems.", DateOnly.ParseExact("2027-06-30", "O", CultureInfo.InvariantCulture))]);
}
