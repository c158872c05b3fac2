using System.Globalization;
using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Demo;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Journey.Tests.Work;

/// <summary>The pages of the recognition body: each of its people on their own page of a case, and nobody on another's.</summary>
public sealed partial class RecognitionDeskTests(RecognitionSite site) : IClassFixture<RecognitionSite>
{
    private const string Cases = "/en/console/recognition/cases/";

    [Fact, Trait("Requirement", "RQ-5"), Trait("Requirement", "RQ-8"), Trait("Requirement", "RQ-9")]
    public async Task An_officer_asks_once_assigns_finds_authenticity_and_the_right_of_the_institution()
    {
        using var officer = await site.SignedInAsync("officer");
        var one = await site.CaseAsync(CaseStage.Intake);
        var page = await officer.PageAsync(Cases + one.Id);
        Assert.Contains(RecognitionSite.HolderName, page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("input[name=missing]"));

        var nothing = await PostAsync(officer, one.Id, "/missing");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nothing.StatusCode);
        var item = page.QuerySelector("input[name=missing]")!.GetAttribute("value")!;
        var withoutWords = await PostAsync(officer, one.Id, "/missing", ("missing", item));
        Assert.NotNull((await ReadAsync(withoutWords)).QuerySelector($"input[name=missing][value='{item}'][checked]"));
        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync(officer, one.Id, "/missing", ("missing", item), ("why." + item, "The page is torn."))).StatusCode);
        Assert.Equal(CaseStage.Incomplete, (await site.FindAsync(one.Id)).Stage);

        await site.ActAsync("applicant", one.Id, (c, at) => AnswerMissing.Of(c, site.Applicant.Id, at));
        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync(officer, one.Id, "/complete")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(officer, one.Id, "/assign", ("evaluator", site.First.Id), ("second", site.First.Id), ("maker", site.Maker.Id))).StatusCode);
        // An account without the role is nobody.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(officer, one.Id, "/assign", ("evaluator", site.Applicant.Id))).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync(officer, one.Id, "/assign", ("evaluator", site.First.Id), ("second", site.Second.Id), ("maker", site.Maker.Id))).StatusCode);

        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync(officer, one.Id, "/wait", ("whom", "issuer"), ("about", "Is the number yours?"))).StatusCode);
        var waiting = await officer.PageAsync(Cases + one.Id);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(officer, one.Id, "/authenticity", ("result", "confirmed"), ("way", "letter"), ("evidence", "document-diploma"))).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync(officer, one.Id, "/answered", ("wait", waiting.QuerySelector("input[name=wait]")!.GetAttribute("value")!))).StatusCode);
        var unproved = await PostAsync(officer, one.Id, "/authenticity", ("result", "confirmed"), ("way", "letter"), ("note", "seen"));
        Assert.Contains("seen", (await ReadAsync(unproved)).QuerySelector("#authenticity-note")!.TextContent, StringComparison.Ordinal);
        // The applicant's own scan confirms nothing, and a line that somebody types is no entry of a register.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(officer, one.Id, "/authenticity", ("result", "confirmed"), ("way", "letter"), ("evidence", "document-diploma"))).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await SendAsync(officer, one.Id, "They know the number."u8.ToArray())).StatusCode);
        var answer = (await site.FindAsync(one.Id)).Documents[^1].Id;
        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync(officer, one.Id, "/authenticity", ("result", "confirmed"), ("way", "letter"), ("evidence", answer))).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(officer, one.Id, "/right", ("result", "entitled"), ("entry", "register 1"))).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync(officer, one.Id, "/right", ("result", "entitled"), ("evidence", answer))).StatusCode);
        Assert.Equal(CaseStage.Evaluation, (await site.FindAsync(one.Id)).Stage);
        var stale = await officer.PostAsync(Cases + one.Id + "/remark", await TokenAsync(officer, one.Id), ("version", "1"), ("text", "kept in the form"));
        Assert.Contains("kept in the form", (await ReadAsync(stale)).GetElementById("text")!.TextContent, StringComparison.Ordinal);
    }

    [Fact, Trait("Requirement", "RQ-8"), Trait("Requirement", "RQ-9")]
    public async Task What_came_late_is_found_anew_and_what_was_written_is_set_right()
    {
        using var officer = await site.SignedInAsync("officer");
        var proposed = await site.CaseAsync(CaseStage.Decision);
        var page = await officer.PageAsync(Cases + proposed.Id);
        Assert.NotNull(page.QuerySelector("details#right form[action$='/right'] #entries"));
        Assert.NotNull(page.QuerySelector("details#authenticity form[action$='/authenticity']"));
        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync(
            officer, proposed.Id, "/authenticity", ("result", "not-confirmed"), ("way", "letter"), ("evidence", "document-register"))).StatusCode);
        var forged = await site.FindAsync(proposed.Id);
        Assert.Equal((CaseStage.Decision, null), (forged.Stage, forged.Proposal));

        var compared = await site.CaseAsync(CaseStage.Evaluation);
        Assert.Equal("2024-06-30", (await officer.PageAsync(Cases + compared.Id)).GetElementById("awarded")!.GetAttribute("value"));
        var withoutWords = await ReadAsync(await PostAsync(officer, compared.Id, "/correct", ("awarded", "2024-06-29"), ("institution.0", "-")));
        Assert.NotNull(withoutWords.QuerySelector(".errors a[href='#correct']"));
        Assert.Equal("2024-06-29", withoutWords.GetElementById("awarded")!.GetAttribute("value"));
        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync(
            officer, compared.Id, "/correct", ("awarded", "2024-06-29"), ("institution.0", "de-somewhere"), ("why", "It stands so on the document."))).StatusCode);
        var right = await site.FindAsync(compared.Id);
        Assert.Equal((CaseStage.IssuerRight, 29, "de-somewhere"), (right.Stage, right.Qualification.Awarded.Day, right.Qualification.Institutions[0].Id));
        // A link that was wrong is not for ever.
        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync(officer, compared.Id, "/correct", ("institution.0", "-"), ("why", "Another of that name."))).StatusCode);
        var unlinked = await site.FindAsync(compared.Id);
        Assert.Equal((null, 6, "0613", 180m, 3m), (unlinked.Qualification.Institutions[0].Id, unlinked.Qualification.Isced, unlinked.Qualification.Field, unlinked.Qualification.Credits, unlinked.Qualification.Years));

        // Level, subject and workload, too; what another form of the page sends leaves them alone.
        var typed = await ReadAsync(await PostAsync(officer, compared.Id, "/correct", ("credits", "many"), ("why", "So.")));
        Assert.Equal("many", typed.GetElementById("credits")!.GetAttribute("value"));
        Assert.Equal("180", (await ReadAsync(await PostAsync(officer, compared.Id, "/remark", ("text", " ")))).GetElementById("credits")!.GetAttribute("value"));
        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync(
            officer, compared.Id, "/correct", ("isced", "5"), ("field", "0715"), ("credits", "120,5"), ("years", ""), ("why", "It stands so on the document."))).StatusCode);
        var other = (await site.FindAsync(compared.Id)).Qualification;
        Assert.Equal((5, EducationLevel.SchoolOrVocational, "0715", 120.5m, null), (other.Isced, other.Level, other.Field, other.Credits, other.Years));
        Assert.NotNull((await officer.PageAsync(Cases + compared.Id)).QuerySelector("#isced option[value='5'][selected]"));
    }

    [Fact, Trait("Requirement", "RQ-20")]
    public async Task Who_compares_a_case_is_no_officer_in_it_whatever_roles_they_hold()
    {
        var id = await site.Small.MakeAsync("both@recognition.example", Role.Evaluator);
        await site.Home.Database.WriteAsync(async t => (await Memberships.GrantAsync(
            t, Actor.AtConsole("test"), id, null, Role.RecognitionOfficer, site.Home.Time.GetUtcNow())).Value);
        var (other, own) = (await site.CaseAsync(CaseStage.Evaluation), await site.CaseAsync(CaseStage.Evaluation));
        own = await site.ActAsync("officer", own.Id, (c, at) => AssignCase.Of(c, site.Officer.Id, null, id, null, at));
        using var both = new Person(site.Small.Site);
        Assert.Equal(HttpStatusCode.Redirect, (await both.SignInAsync("both@recognition.example", SmallSite.Password)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await both.GetAsync(Cases + other.Id)).StatusCode);
        foreach (var page in new[] { "", "/files/document-passport" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await both.GetAsync(Cases + own.Id + page)).StatusCode);
        }

        var found = await both.GetAsync("/en/console/recognition/number?number=" + own.Number);
        Assert.EndsWith("/compare", found.Headers.Location!.ToString(), StringComparison.Ordinal);
        var refused = await site.Desk.ActAsync(
            new Actor(ActorKind.Person, id, "Trial both", []), Role.RecognitionOfficer, own.Id, own.Version, (c, at) => AddRemark.Of(c, id, "Looked at.", false, at), default);
        Assert.Equal("recognition/sees-no-person", refused.Problem?.Code);

        // Somebody else got it since: what they learned as its evaluator stays without a person.
        await site.ActAsync("officer", own.Id, (c, at) => AssignCase.Of(c, site.Officer.Id, null, site.Second.Id, null, at));
        foreach (var page in new[] { "", "/files/document-passport", "/compare" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await both.GetAsync(Cases + own.Id + page)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await both.GetAsync("/en/console/recognition/number?number=" + own.Number)).StatusCode);
        var list = await both.PageAsync("/en/console/recognition?view=open");
        Assert.Null(list.QuerySelector($"a[href*='{own.Id}']"));
        Assert.NotNull(list.QuerySelector($"a[href*='{other.Id}']"));
    }

    [Fact, Trait("Requirement", "RQ-14")]
    public async Task The_body_adds_evidence_of_its_own_and_a_file_that_is_none_is_refused()
    {
        using var officer = await site.SignedInAsync("officer");
        var one = await site.CaseAsync(CaseStage.Authenticity);
        async Task<HttpResponseMessage> Send(byte[] bytes) => await SendAsync(officer, one.Id, bytes);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Send([])).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await Send("A page of the register."u8.ToArray())).StatusCode);
        Assert.Equal(2, (await site.FindAsync(one.Id)).Documents.Count(d => d.Source == EvidenceSource.Authority));
    }

    [Fact, Trait("Requirement", "RQ-20"), Trait("Requirement", "RQ-13")]
    public async Task An_evaluator_sees_nothing_of_the_person_and_nothing_of_the_other_before_both_have_finished()
    {
        using var first = await site.SignedInAsync("first");
        using var second = await site.SignedInAsync("second");
        var one = await site.CaseAsync(CaseStage.Evaluation);
        var bytes = await (await first.GetAsync(Cases + one.Id + "/compare?document=document-diploma")).Content.ReadAsStringAsync();
        foreach (var part in new[] { "Aigerim", "Samplekyzy", "SAMPLEKYZY", "female", "1999", "passport", site.Applicant.Id })
        {
            Assert.DoesNotContain(part, bytes, StringComparison.Ordinal);
        }

        Assert.Contains("Informatics", bytes, StringComparison.Ordinal);
        // Not by the address of a document either, nor in any list.
        Assert.DoesNotContain("Passport", await (await first.GetAsync(Cases + one.Id + "/compare?document=document-passport")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("Samplekyzy", await (await first.GetAsync("/en/console/recognition?view=open")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await first.GetAsync(Cases + one.Id)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await first.GetAsync(Cases + one.Id + "/files/document-passport")).StatusCode);

        Assert.Equal(HttpStatusCode.SeeOther, (await CompareAsync(second, one.Id, "finish", Difference.None, "only the second thinks so")).StatusCode);
        Assert.DoesNotContain("only the second thinks so", await (await first.GetAsync(Cases + one.Id + "/compare")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await CompareAsync(first, one.Id, "finish", Difference.None, "the first")).StatusCode);
        Assert.Contains("only the second thinks so", await (await first.GetAsync(Cases + one.Id + "/compare")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact, Trait("Requirement", "RQ-13")]
    public async Task Two_evaluators_save_at_once_and_two_windows_of_one_lose_nothing_that_was_typed()
    {
        using var first = await site.SignedInAsync("first");
        using var second = await site.SignedInAsync("second");
        var one = await site.CaseAsync(CaseStage.Evaluation);
        var (mine, theirs, late) = (await FormAsync(first, one.Id), await FormAsync(second, one.Id), await FormAsync(first, one.Id));
        var both = await Task.WhenAll(
            SaveAsync(first, one.Id, mine, "save", Difference.None, "first words"), SaveAsync(second, one.Id, theirs, "save", Difference.None, "second words"));
        Assert.All(both, answer => Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode));
        Assert.Equal(2, (await site.FindAsync(one.Id)).Assessments.Count);

        var refused = await SaveAsync(first, one.Id, late, "save", Difference.Minor, "typed in another window");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("typed in another window", (await ReadAsync(refused)).QuerySelector("#here-level")!.GetAttribute("value"), StringComparison.Ordinal);
    }

    [Fact, Trait("Requirement", "RQ-14"), Trait("Requirement", "RQ-15")]
    public async Task A_refusal_without_an_evidenced_difference_is_shown_to_be_impossible_and_refused_when_it_is_sent()
    {
        using var first = await site.SignedInAsync("first");
        using var second = await site.SignedInAsync("second");
        var one = await site.CaseAsync(CaseStage.Evaluation);
        // Substantial, on the applicant's papers alone; then by length alone: neither is finished.
        foreach (var fields in new (string, string)[][] { [("evidence.profile", "document-diploma"), ("ground.profile", "content")], [("evidence.profile", "document-register"), ("ground.profile", "duration")] })
        {
            var weak = await SaveAsync(first, one.Id, await FormAsync(first, one.Id), "finish", Difference.None, "6B061", [("difference.profile", "substantial"), ("why.profile", "It matters."), .. fields]);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, weak.StatusCode);
            Assert.Contains("Profile", (await ReadAsync(weak)).QuerySelector(".errors")!.TextContent, StringComparison.Ordinal);
        }

        foreach (var evaluator in new[] { first, second })
        {
            Assert.Equal(HttpStatusCode.SeeOther, (await CompareAsync(evaluator, one.Id, "finish", Difference.None, "6B061")).StatusCode);
        }

        var page = await first.PageAsync(Cases + one.Id + "/compare");
        var refusal = page.QuerySelector("input[name=outcome][value=refusal]")!;
        Assert.True(refusal.HasAttribute("disabled"));
        Assert.Contains("burden of proof", page.GetElementById(refusal.GetAttribute("aria-describedby")!)!.TextContent, StringComparison.Ordinal);
        Assert.False(page.QuerySelector("input[name=outcome][value=full]")!.HasAttribute("disabled"));
        var sent = await ProposeAsync(first, one.Id, ("outcome", "refusal"), ("measure.profile", "Study more."));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, sent.StatusCode);
        Assert.Equal(CaseStage.Evaluation, (await site.FindAsync(one.Id)).Stage);
        Assert.Equal(HttpStatusCode.SeeOther, (await ProposeAsync(first, one.Id, ("outcome", "full"))).StatusCode);
        Assert.Equal(CaseStage.Decision, (await site.FindAsync(one.Id)).Stage);
    }

    [Fact, Trait("Requirement", "RQ-19")]
    public async Task A_refugee_is_interviewed_in_place_of_documents()
    {
        using var first = await site.SignedInAsync("first");
        var one = await site.CaseAsync(CaseStage.Evaluation, HolderKind.Refugee);
        async Task<HttpResponseMessage> Keep(string words, int version) => await PostToAsync(
            first, one.Id, "/compare", "/compare/interview", ("version", $"{version}"), ("record", words));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Keep(" ", one.Version)).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await Keep("Explained three courses in detail.", one.Version)).StatusCode);
        var held = await site.FindAsync(one.Id);
        Assert.Equal(DocumentItems.Interview, held.Document(held.Interview!)!.Item);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostToAsync(first, one.Id, "/compare", "/compare/interview/confirm", ("version", $"{held.Version}"))).StatusCode);
        using var second = await site.SignedInAsync("second");
        Assert.Equal(HttpStatusCode.SeeOther, (await PostToAsync(second, one.Id, "/compare", "/compare/interview/confirm", ("version", $"{held.Version}"))).StatusCode);
        Assert.True((await site.FindAsync(one.Id)).IsInterviewConfirmed);
        var other = await site.CaseAsync(CaseStage.Evaluation);
        Assert.Null((await first.PageAsync(Cases + other.Id + "/compare")).GetElementById("interview"));
    }

    [Fact, Trait("Requirement", "RQ-16"), Trait("Requirement", "RQ-29")]
    public async Task A_decision_maker_sends_back_and_ends_a_forgery_only_after_proving_who_they_are()
    {
        using var maker = await site.SignedInAsync("maker");
        var one = await site.CaseAsync(CaseStage.Decision);
        var page = await maker.PageAsync(Cases + one.Id + "/decide");
        Assert.Contains("Pass the course in safety", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostToAsync(maker, one.Id, "/decide", "/decide/return", ("version", $"{one.Version}"), ("back", ""))).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await PostToAsync(maker, one.Id, "/decide", "/decide/return", ("version", $"{one.Version}"), ("back", "Look at the courses."))).StatusCode);
        Assert.Equal(CaseStage.Evaluation, (await site.FindAsync(one.Id)).Stage);

        var forged = await site.CaseAsync(CaseStage.Authenticity);
        forged = await site.ActAsync("officer", forged.Id, (c, at) => FindAuthenticity.Of(
            c, site.Officer.Id, new AuthenticityFinding(Authenticity.NotConfirmed, AuthenticityWay.IssuerRegister, ["document-register"], ""), at));
        // Found out, nobody takes it back: the page says so, and leads nowhere else.
        using var found = await site.SignedInAsync("applicant");
        Assert.Null((await found.PageAsync("/en/me/cases/" + forged.Id)).QuerySelector("a[href$='/withdraw']"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await found.PostAsync(
            $"/en/me/cases/{forged.Id}/withdraw", await found.TokenAsync("/en/me/cases/new"), ("version", $"{forged.Version}"))).StatusCode);
        site.Small.Time.Pass(TimeSpan.FromMinutes(16));
        async Task<HttpResponseMessage> End(string password) => await PostToAsync(
            maker, forged.Id, "/decide", "/decide", ("version", $"{forged.Version}"), ("act", "not-authentic"), ("reason", "The register has another holder."), ("password", password));
        var wrong = await End("not the password");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Contains("The register has another holder.", (await ReadAsync(wrong)).GetElementById("reason")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await End(SmallSite.Password)).StatusCode);
        Assert.Equal(CaseStage.NotAuthentic, (await site.FindAsync(forged.Id)).Stage);

        // The applicant may contest it. Whoever reviews that lets it stand or sends it back: nothing was compared yet that could be changed.
        using var applicant = await site.SignedInAsync("applicant");
        var form = (await applicant.PageAsync("/en/me/cases/" + forged.Id)).QuerySelector("form[action$='/appeal']")!;
        Assert.Equal(HttpStatusCode.Redirect, (await applicant.PostAsync(
            form.GetAttribute("action")!, form.QuerySelector("input[name=form]")!.GetAttribute("value")!,
            ("version", form.QuerySelector("input[name=version]")!.GetAttribute("value")!), ("words", "Ask the archive."))).StatusCode);
        await site.ActAsync("reviewer", forged.Id, (c, at) => TakeAppeal.Of(c, site.Reviewer.Id, at));
        using var reviewer = await site.SignedInAsync("reviewer");
        var review = await reviewer.PageAsync(Cases + forged.Id + "/appeal");
        Assert.Equal(["uphold", "return"], review.QuerySelectorAll("input[name=appeal]").Select(i => i.GetAttribute("value")));
        Assert.Empty(review.QuerySelectorAll("input[name=outcome]"));
        await site.ActAsync("applicant", forged.Id, (c, at) => WithdrawAppeal.Of(c, site.Applicant.Id, at));

        // Nobody is told while an appeal may take it back. Then the institution is, by a letter, for no centre of its country is known; it says
        // which document it is and no more.
        using var officer = await site.SignedInAsync("officer");
        Assert.Null((await officer.PageAsync(Cases + forged.Id)).QuerySelector("#inquiries a"));
        await site.UpholdAsync(forged.Id);
        var notice = (await officer.PageAsync(Cases + forged.Id)).QuerySelector("#inquiries a")!.GetAttribute("href")!;
        var told = (await officer.PageAsync(notice)).QuerySelector("main")!;
        Assert.Contains("University of Somewhere", told.TextContent, StringComparison.Ordinal);
        Assert.Contains("letter by post", told.TextContent, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\b1999\b", told.TextContent);
        Assert.Null(told.QuerySelector("textarea"));
        await DemoRecognitionBody.EnterAsync(site.Home, new DiplomaFlow(site.Home), CancellationToken.None);
        await IsPdfAsync(officer, notice + "/letter.pdf");
        Assert.Equal(HttpStatusCode.Redirect, (await officer.PostAsync(notice + "/posted", await officer.TokenAsync(notice))).StatusCode);
        Assert.Null((await officer.PageAsync(notice)).QuerySelector("form[action$='/posted']"));

        // The applicant has a letter with reasons and appeal, and no certificate.
        Assert.NotNull((await applicant.PageAsync("/en/me/cases/" + forged.Id)).QuerySelector("a[href$='letter.pdf']"));
        await IsPdfAsync(applicant, $"/en/me/cases/{forged.Id}/letter.pdf");
        Assert.Equal(HttpStatusCode.NotFound, (await applicant.GetAsync($"/en/me/cases/{forged.Id}/certificate")).StatusCode);
    }

    private static async Task IsPdfAsync(Person person, string address)
    {
        var answer = await person.GetAsync(address);
        Assert.Equal("application/pdf", answer.Content.Headers.ContentType?.MediaType);
        Assert.True((await answer.Content.ReadAsByteArrayAsync()).AsSpan().StartsWith("%PDF-"u8));
    }

    [Fact, Trait("Requirement", "RQ-18")]
    public async Task A_reviewer_who_took_no_part_takes_an_appeal_and_never_makes_it_worse()
    {
        using var reviewer = await site.SignedInAsync("reviewer");
        var one = await site.CaseAsync(CaseStage.Appealed);
        var page = await reviewer.PageAsync(Cases + one.Id + "/appeal");
        Assert.Contains("The course is in the transcript.", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await reviewer.GetAsync(Cases + one.Id + "/appeal/files/document-passport")).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await PostToAsync(reviewer, one.Id, "/appeal", "/appeal/take", ("version", $"{one.Version}"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await reviewer.GetAsync(Cases + one.Id + "/appeal/files/document-passport")).StatusCode);
        page = await reviewer.PageAsync(Cases + one.Id + "/appeal");
        Assert.Null(page.QuerySelector("input[name=outcome][value=refusal]"));
        var worse = await PostToAsync(
            reviewer, one.Id, "/appeal", "/appeal", ("version", $"{one.Version + 1}"), ("appeal", "change"), ("outcome", "refusal"), ("reason", "No."), ("password", SmallSite.Password));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, worse.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await PostToAsync(
            reviewer, one.Id, "/appeal", "/appeal", ("version", $"{one.Version + 1}"), ("appeal", "uphold"), ("reason", "The course is another one."))).StatusCode);
        Assert.Equal(CaseStage.Closed, (await site.FindAsync(one.Id)).Stage);
    }

    [Fact, Trait("Requirement", "RQ-18")]
    public async Task On_appeal_the_contested_scope_and_the_one_that_takes_its_place_have_names_of_their_own()
    {
        var one = await site.CaseAsync(CaseStage.Evaluation);
        await site.ActAsync("first", one.Id, (c, at) => AssessCase.Of(c, site.First.Id, RecognitionSite.Findings(), true, at));
        await site.ActAsync("second", one.Id, (c, at) => AssessCase.Of(c, site.Second.Id, RecognitionSite.Findings(), true, at));
        var draft = RecognitionSite.Conditional with { Outcome = RecognitionOutcome.Partial, Scope = "The first two years." };
        await site.ActAsync("first", one.Id, (c, at) => ProposeDecision.Of(c, site.First.Id, draft, [], site.Desk.Today(), at));
        await site.FromDecisionAsync(one.Id);
        await site.ActAsync("reviewer", one.Id, (c, at) => TakeAppeal.Of(c, site.Reviewer.Id, at));
        using var reviewer = await site.SignedInAsync("reviewer");
        var page = await reviewer.PageAsync(Cases + one.Id + "/appeal");
        Assert.Equal(
            "What the contested decision recognises (if partial): The first two years.",
            Assert.Single(page.QuerySelectorAll("main p"), p => p.TextContent.Contains("The first two years.", StringComparison.Ordinal)).TextContent);
        Assert.Equal("What is recognised in its place (if partial)", page.QuerySelector("label[for=scope]")!.TextContent);
        Assert.Null(page.QuerySelector("#scope[value*='two years']"));
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task Whoever_has_no_place_in_a_case_finds_no_case()
    {
        using var maker = await site.SignedInAsync("maker");
        using var first = await site.SignedInAsync("first");
        using var reviewer = await site.SignedInAsync("reviewer");
        using var applicant = await site.SignedInAsync("applicant");
        using var officer = await site.SignedInAsync("officer");
        var fresh = await site.CaseAsync(CaseStage.Intake);
        Assert.Equal(HttpStatusCode.NotFound, (await first.GetAsync(Cases + fresh.Id + "/compare")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await maker.GetAsync(Cases + fresh.Id + "/decide")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await maker.GetAsync(Cases + fresh.Id + "/decide/files/document-passport")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await reviewer.GetAsync(Cases + fresh.Id + "/appeal")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await applicant.GetAsync(Cases + fresh.Id)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync(Cases + (await site.CaseAsync(CaseStage.Draft)).Id)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await maker.GetAsync("/en/console/recognition/number?number=" + fresh.Number)).StatusCode);
        Assert.EndsWith(fresh.Id, (await officer.GetAsync("/en/console/recognition/number?number=" + fresh.Number)).Headers.Location!.ToString(), StringComparison.Ordinal);
        var list = await officer.PageAsync("/en/console/recognition?view=open&stage=intake&country=DE&unassigned=yes");
        Assert.NotNull(list.QuerySelector($"a[href$='{fresh.Id}']"));
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task A_draft_that_was_taken_back_is_its_applicants_alone()
    {
        using var officer = await site.SignedInAsync("officer");
        using var applicant = await site.SignedInAsync("applicant");
        var draft = await site.CaseAsync(CaseStage.Draft);
        await site.AddAsync("applicant", draft.Id, "identity", "passport.txt", "text/plain", "A passport."u8.ToArray(), "document-passport");
        draft = await site.ActAsync("applicant", draft.Id, (c, at) => WithdrawCase.Of(c, site.Applicant.Id, at));
        foreach (var page in new[] { "", "/files/document-passport", "/letter.pdf" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync(Cases + draft.Id + page)).StatusCode);
        }

        var remark = await site.Desk.ActAsync(
            site.Officer, Role.RecognitionOfficer, draft.Id, draft.Version, (c, at) => AddRemark.Of(c, site.Officer.Id, "Looked at.", false, at), default);
        Assert.Equal("recognition/no-case", remark.Problem?.Code);
        Assert.DoesNotContain(
            draft.Id, await (await officer.GetAsync("/en/console/recognition?view=decided&stage=withdrawn")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await applicant.GetAsync("/en/me/cases/" + draft.Id)).StatusCode);
    }

    private static async Task<IDocument> ReadAsync(HttpResponseMessage answer) => await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());

    private static async Task<string> TokenAsync(Person who, string id, string page = "") =>
        (await who.PageAsync(Cases + id + page)).QuerySelector("input[name=form]")!.GetAttribute("value")!;

    [Fact, Trait("Requirement", "RQ-30"), Trait("Requirement", "RQ-27")]
    public async Task Figures_are_open_to_all_closed_cases_to_officers_and_a_proposal_of_a_tool_waits_for_an_evaluator()
    {
        using var anybody = new HttpClient { BaseAddress = new Uri(site.Small.Site) };
        using (var figures = System.Text.Json.JsonDocument.Parse(await anybody.GetStringAsync("/api/v1/recognition/statistics")))
        {
            Assert.Equal(CountSheet.SmallestShown, figures.RootElement.GetProperty("smallestShown").GetInt32());
            Assert.Equal(System.Text.Json.JsonValueKind.Array, figures.RootElement.GetProperty("rows").ValueKind);
        }

        Assert.StartsWith("group,key,decided,medianWorkingDays", await anybody.GetStringAsync("/api/v1/recognition/statistics?format=csv"), StringComparison.Ordinal);

        // A closed case is a row without number, day or person.
        var closed = await site.CaseAsync(CaseStage.Appealed);
        await site.ActAsync("reviewer", closed.Id, (c, at) => TakeAppeal.Of(c, site.Reviewer.Id, at));
        await site.ActAsync("reviewer", closed.Id, (_, at) => Foundation.Outcome<CaseEvent>.From(
            DecideAppeal.Event(site.Reviewer.Id, AppealOutcome.Uphold, "It is not there.", null, at)));
        using var officer = await site.SignedInAsync("officer");
        using var first = await site.SignedInAsync("first");
        const string export = "/en/console/recognition/closed";
        var csv = await (await officer.GetAsync(export + ".csv")).Content.ReadAsStringAsync();
        Assert.Contains(",DE,6,0613,further-study,graduate,", csv, StringComparison.Ordinal);
        var json = await (await officer.GetAsync(export + ".json")).Content.ReadAsStringAsync();
        Assert.Contains("\"outcome\":\"conditional\"", json, StringComparison.Ordinal);
        foreach (var secret in new[] { closed.Number!, RecognitionSite.HolderName, closed.Id })
        {
            Assert.DoesNotContain(secret, csv + json, StringComparison.Ordinal);
        }

        Assert.NotEqual(HttpStatusCode.OK, (await first.GetAsync(export + ".csv")).StatusCode);

        var one = await site.CaseAsync(CaseStage.Evaluation);
        Task<HttpResponseMessage> Suggest(Person who, string token) => who.PostAsync(Cases + one.Id + "/suggest", token, ("version", $"{one.Version}"));
        Assert.NotEqual(HttpStatusCode.SeeOther, (await Suggest(officer, await TokenAsync(officer, one.Id))).StatusCode);
        var form = (await FormAsync(first, one.Id)).Token;
        Assert.Equal(HttpStatusCode.SeeOther, (await Suggest(first, form)).StatusCode);
        var proposed = (await site.FindAsync(one.Id)).Suggestions;
        Assert.Contains(proposed, s => s is { Field: "credits", Value: "180", ConfirmedBy: null });
        // Asked again, nothing is proposed twice.
        Assert.Equal(HttpStatusCode.SeeOther, (await Suggest(first, form)).StatusCode);
        Assert.Equal(proposed.Count, (await site.FindAsync(one.Id)).Suggestions.Count);
    }

    /// <summary>A form of the officer over the newest version.</summary>
    private async Task<HttpResponseMessage> PostAsync(Person who, string id, string path, params (string, string)[] fields) => await who.PostAsync(
        Cases + id + path, await TokenAsync(who, id), [("version", (await site.FindAsync(id)).Version.ToString(CultureInfo.InvariantCulture)), .. fields]);

    private static async Task<HttpResponseMessage> PostToAsync(Person who, string id, string page, string path, params (string, string)[] fields) =>
        await who.PostAsync(Cases + id + path, await TokenAsync(who, id, page), fields);

    private async Task<HttpResponseMessage> ProposeAsync(Person who, string id, params (string, string)[] fields) => await PostToAsync(
        who, id, "/compare", "/compare/propose", [("version", (await site.FindAsync(id)).Version.ToString(CultureInfo.InvariantCulture)), .. fields]);

    private async Task<HttpResponseMessage> SendAsync(Person who, string id, byte[] bytes)
    {
        using var file = new ByteArrayContent(bytes);
        using var body = new MultipartFormDataContent
        {
            { new StringContent(await TokenAsync(who, id)), "form" },
            { new StringContent((await site.FindAsync(id)).Version.ToString(CultureInfo.InvariantCulture)), "version" },
            { new StringContent("register-extract"), "item" },
            { file, "file", "extract.txt" },
        };
        return await who.SendAsync(Cases + id + "/evidence", body);
    }

    private static async Task<(string Token, string Seen)> FormAsync(Person who, string id)
    {
        var page = await who.PageAsync(Cases + id + "/compare");
        return (page.QuerySelector("main input[name=form]")!.GetAttribute("value")!, page.QuerySelector("input[name=seen]")!.GetAttribute("value")!);
    }

    private static async Task<HttpResponseMessage> CompareAsync(Person who, string id, string act, Difference difference, string comparator) =>
        await SaveAsync(who, id, await FormAsync(who, id), act, difference, comparator);

    private static Task<HttpResponseMessage> SaveAsync(
        Person who, string id, (string Token, string Seen) form, string act, Difference difference, string comparator, (string, string)[]? also = null)
    {
        var fields = new List<(string, string)> { ("seen", form.Seen), ("act", act) };
        foreach (var element in Enum.GetValues<Mortanba.Recognition.Element>())
        {
            var code = BasisRecord.Code(element);
            fields.Add(("here." + code, comparator));
            if (also?.Any(f => f.Item1 == "difference." + code) != true)
            {
                fields.Add(("difference." + code, BasisRecord.Code(difference)));
                fields.Add(("evidence." + code, "document-diploma"));
            }
        }

        return who.PostAsync(Cases + id + "/compare", form.Token, [.. fields, .. also ?? []]);
    }
}
