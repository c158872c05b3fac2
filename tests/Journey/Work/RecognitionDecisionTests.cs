using System.Net;
using System.Text;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Host.Acts;
using Mortanba.Host.Beats;
using Mortanba.Host.Demo;
using Mortanba.Issuance;
using Mortanba.Recognition;
using Mortanba.Storage;
using Mortanba.Verification;

namespace Mortanba.Journey.Tests.Work;

/// <summary>A case decided, appealed and decided anew: certificates, letter, and what the public is told by number, code and file.</summary>
public sealed class RecognitionDecisionTests(RecognitionSite site) : IClassFixture<RecognitionSite>
{
    private const string Reason = "One course is missing.";

    [Fact]
    [Trait("Requirement", "RQ-16")]
    [Trait("Requirement", "RQ-18")]
    [Trait("Requirement", "RQ-22")]
    public async Task A_decision_is_public_by_number_and_code_until_an_appeal_puts_another_in_its_place()
    {
        var flow = new DiplomaFlow(site.Home);
        await DemoRecognitionBody.EnterAsync(site.Home, flow, CancellationToken.None);
        var decide = new DecideRecognition(site.Home, flow, site.Desk);
        var now = await site.CaseAsync(CaseStage.Authenticity);
        // The diploma that was filed is one of this platform: it is cited with the receipt of its verification.
        var (diploma, receipt) = (AssetId.NewRandom().ToString(), new string('b', 64));
        await site.ActAsync("applicant", now.Id, (c, at) => AddDocument.Of(
            c, site.Applicant.Id,
            new CaseDocument("doc-verified", DocumentItems.Qualification, "diploma.json", "application/json", 1, receipt, EvidenceSource.Applicant, at, receipt, Diploma: diploma), at));
        now = await site.FromAuthenticityAsync(now.Id, CaseStage.Decision);
        var wrongVersion = await decide.RunAsync(site.Maker, Role.DecisionMaker, now.Id, now.Version - 1, null, [], Reason);
        Assert.Equal("recognition/changed-meanwhile", wrongVersion.Problem?.Code);
        Assert.Empty(await CertificatesAsync(now.Id));
        var decided = (await decide.RunAsync(site.Maker, Role.DecisionMaker, now.Id, now.Version, null, [], Reason)).Value;
        Assert.Equal(CaseStage.Issued, decided.Stage);
        var first = Assert.Single(await CertificatesAsync(now.Id));
        Assert.Equal(first.Asset.ToString(), decided.Decision!.Certificate);
        var signed = Encoding.UTF8.GetString((await ContentAsync(first.Asset))!.Vc);
        Assert.All(new[] { diploma, receipt, "profile/content" }, cited => Assert.Contains(cited, signed, StringComparison.Ordinal));

        using (var maker = await site.SignedInAsync("maker"))
        {
            var page = $"/en/console/recognition/cases/{now.Id}/decide";
            Assert.NotNull((await maker.PageAsync(page)).QuerySelector("a[href$='/decide/certificate']"));
            Assert.StartsWith("%PDF", await (await maker.GetAsync(page + "/letter.pdf")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Forbidden, (await maker.GetAsync($"/en/console/recognition/cases/{now.Id}/letter.pdf")).StatusCode);
        }

        using var client = new HttpClient { BaseAddress = new Uri(site.Small.Site) };
        var byNumber = WebUtility.HtmlDecode(await client.GetStringAsync($"/en/n/{first.Number.Replace(" ", "", StringComparison.Ordinal)}"));
        Assert.Contains("Recognition decision, in force", byNumber, StringComparison.Ordinal);
        Assert.DoesNotContain("Aigerim", byNumber, StringComparison.OrdinalIgnoreCase);
        var byCode = await ByCodeAsync(client, first.Asset);
        Assert.Contains("Recognition decision, in force", byCode, StringComparison.Ordinal);
        Assert.Contains("Recognised on conditions", byCode, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\b1999\b", byCode);

        var type = await client.GetStringAsync("/types/recognition");
        Assert.Contains("\"certificate_number\"", type, StringComparison.Ordinal);
        Assert.DoesNotContain("\"gpa\"", type, StringComparison.Ordinal);

        var lookup = new CertificateLookup(site.Home);
        var letter = (await lookup.LetterAsync(first.Asset))!;
        var trust = await TrustBundles.CurrentAsync(site.Home);
        var offline = await new Verifier(site.Home.Time).VerifyAsync(letter, trust, null, CancellationToken.None);
        Assert.Equal((Verdict.InForce, "pdf", true), (offline.Verdict, offline.Form, offline.IsRecognition));

        await site.ActAsync("applicant", now.Id, (c, at) => FileAppeal.Of(c, site.Applicant.Id, "It is in the transcript.", site.Desk.Today(), at));
        var taken = await site.ActAsync("reviewer", now.Id, (c, at) => TakeAppeal.Of(c, site.Reviewer.Id, at));
        var changed = (await new DecideRecognitionAppeal(site.Home, flow, site.Desk).RunAsync(
            site.Reviewer, Role.AppealReviewer, now.Id, taken.Version, AppealOutcome.Change, "The course is there.",
            new DecisionDraft(RecognitionOutcome.Full, []), RecognitionSite.Findings(Difference.None), [])).Value;
        var second = (await CertificatesAsync(now.Id)).Single(c => c.Asset != first.Asset);
        Assert.Equal((first.Asset, second.Asset.ToString()), (second.Replaces!.Value, changed.Decision!.Certificate));

        var old = WebUtility.HtmlDecode(await client.GetStringAsync($"/en/n/{first.Number.Replace(" ", "", StringComparison.Ordinal)}"));
        Assert.Contains(second.Number, old, StringComparison.Ordinal);
        Assert.Contains("Recognition decision, not in force", await ByCodeAsync(client, first.Asset), StringComparison.Ordinal);
        Assert.Contains("Recognised in full", await ByCodeAsync(client, second.Asset), StringComparison.Ordinal);
        Assert.DoesNotContain(
            (await Audit.RunAsync(site.Home)).Findings, f => f.Code.Contains("certificate", StringComparison.Ordinal) || f.Code.Contains("status", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "RQ-16")]
    [Trait("Requirement", "RQ-22")]
    public async Task Conditions_are_proved_on_the_page_and_a_person_puts_a_full_certificate_in_the_place_of_the_conditional_one()
    {
        var (flow, decided) = await ConditionalAsync(site.Desk.Today().AddDays(10));
        using (var applicant = await site.SignedInAsync("applicant"))
        {
            var address = $"/en/me/cases/{decided.Id}";
            var page = await applicant.PageAsync(address);
            using var file = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes("Passed: safety of systems. " + decided.Id));
            using var body = new MultipartFormDataContent
            {
                { new StringContent(page.QuerySelector("main input[name=form]")!.GetAttribute("value")!), "form" },
                { new StringContent(DocumentItems.ConditionOf(Mortanba.Recognition.Element.Profile)), "item" },
                { file, "file", "passed.txt" },
            };
            Assert.Equal(HttpStatusCode.Redirect, (await applicant.SendAsync(address + "/documents", body)).StatusCode);
            var version = (await site.FindAsync(decided.Id)).Version;
            Assert.Equal(
                HttpStatusCode.Redirect, (await applicant.PostAsync(address + "/conditions", await applicant.TokenAsync(address), ("version", $"{version}"))).StatusCode);
        }

        // Who decided may be gone by now: another is given what lies before them, and nobody the comparison that is over.
        using (var officer = await site.SignedInAsync("officer"))
        {
            var people = (await officer.PageAsync($"/en/console/recognition/cases/{decided.Id}")).GetElementById("people")!;
            Assert.NotNull(people.QuerySelector("select[name=maker]"));
            Assert.Null(people.QuerySelector("select[name=evaluator]"));
        }

        using (var maker = await site.SignedInAsync("maker"))
        {
            var address = $"/en/console/recognition/cases/{decided.Id}/decide";
            var page = await maker.PageAsync(address);
            Assert.Contains("passed.txt", page.GetElementById("conditions")!.TextContent, StringComparison.Ordinal);
            var version = (await site.FindAsync(decided.Id)).Version;
            var token = page.QuerySelector("#conditions input[name=form]")!.GetAttribute("value")!;
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await maker.PostAsync(address + "/conditions", token, ("version", $"{version}"), ("act", "fulfilled"), ("reason", ""))).StatusCode);
            Assert.Equal(HttpStatusCode.SeeOther, (await maker.PostAsync(
                address + "/conditions", token, ("version", $"{version}"), ("act", "fulfilled"), ("reason", "The course was passed."))).StatusCode);
        }

        var (first, second) = await CertificatesAsync(decided.Id) is { Count: 2 } both
            ? (both.Single(c => c.Replaces is null), both.Single(c => c.Replaces is not null))
            : throw new InvalidOperationException("There are not two certificates.");
        Assert.Equal((DiplomaState.Superseded, IssueRecognition.ConditionFulfilled, second.Asset), (first.State, first.Reason, first.ReplacedBy!.Value));
        Assert.Equal(second.Asset.ToString(), (await site.FindAsync(decided.Id)).Decision!.Certificate);
        using var client = new HttpClient { BaseAddress = new Uri(site.Small.Site) };
        Assert.Contains("Recognised in full", await ByCodeAsync(client, second.Asset), StringComparison.Ordinal);
        Assert.Contains("Conditions to be fulfilled by", await ByCodeAsync(client, first.Asset), StringComparison.Ordinal);
        // Nobody appealed: the page does not say so.
        using var holder = await site.SignedInAsync("applicant");
        var own = (await holder.PageAsync($"/en/me/cases/{decided.Id}")).QuerySelector("main")!.TextContent;
        Assert.Contains("now that its conditions are fulfilled", own, StringComparison.Ordinal);
        Assert.DoesNotContain("after the appeal", own, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "RQ-16")]
    public async Task Conditions_that_ran_out_go_to_a_person_and_the_certificate_ends_after_the_term_of_appeal()
    {
        var (flow, decided) = await ConditionalAsync(site.Desk.Today().AddDays(3));
        var mail = site.Small.Services.GetRequiredService<CaseMail>();
        await CaseEnding.LapseAsync(site.Home, flow, mail, default);
        Assert.Equal(CaseStage.Issued, (await site.FindAsync(decided.Id)).Stage);
        // The last day is over, but the decision that set the conditions can still be appealed.
        site.Small.Time.Pass(TimeSpan.FromDays(4));
        await CaseEnding.LapseAsync(site.Home, flow, mail, default);
        Assert.Equal(CaseStage.Issued, (await site.FindAsync(decided.Id)).Stage);
        site.Small.Time.Pass(TimeSpan.FromDays(35));
        await LapseUntilAsync(flow, mail, async () => (await site.FindAsync(decided.Id)).Stage == CaseStage.Condition);
        var lapsed = await site.FindAsync(decided.Id);
        Assert.Equal(DiplomaState.Active, Assert.Single(await CertificatesAsync(decided.Id)).State);

        var refused = (await new DecideRecognitionConditions(site.Home, flow, site.Desk).RunAsync(
            site.Maker, Role.DecisionMaker, decided.Id, lapsed.Version, false, "Nothing was brought.")).Value;
        Assert.Equal(CaseStage.Issued, refused.Stage);
        await site.ActAsync("applicant", decided.Id, (c, at) => FileAppeal.Of(c, site.Applicant.Id, "I was ill.", site.Desk.Today(), at));
        using (var reviewer = await site.SignedInAsync("reviewer"))
        {
            var contested = (await reviewer.PageAsync($"/en/console/recognition/cases/{decided.Id}/appeal")).GetElementById("conditions")!.TextContent;
            Assert.All(["Nothing was brought.", "Trial maker", "no proof"], words => Assert.Contains(words, contested, StringComparison.Ordinal));
        }

        await site.ActAsync("applicant", decided.Id, (c, at) => WithdrawAppeal.Of(c, site.Applicant.Id, at));
        await CaseEnding.LapseAsync(site.Home, flow, mail, default);
        Assert.Equal(DiplomaState.Active, Assert.Single(await CertificatesAsync(decided.Id)).State);
        site.Small.Time.Pass(TimeSpan.FromDays(40));
        await CaseEnding.EndAsync(site.Home, default);
        await LapseUntilAsync(
            flow, mail, async () => Assert.Single(await CertificatesAsync(decided.Id)).State == DiplomaState.Annulled
                && (await site.FindAsync(decided.Id)).Conditions[^1].EndedAt is not null);
        var ended = Assert.Single(await CertificatesAsync(decided.Id));
        Assert.Equal((DiplomaState.Annulled, EndCertificate.ConditionNotFulfilled), (ended.State, ended.Reason));
        Assert.NotNull((await site.FindAsync(decided.Id)).Conditions[^1].EndedAt);
        // Told of the last day, and of the end.
        Assert.Equal(2, await MessagesAsync(decided.Id));
        Assert.Equal(0, await CaseEnding.LapseAsync(site.Home, flow, mail, default));
    }

    // The site's own beat comes with the hours, too, and may act on the case between the reading and the writing of this one.
    private async Task LapseUntilAsync(DiplomaFlow flow, CaseMail mail, Func<Task<bool>> isSo)
    {
        var patience = System.Diagnostics.Stopwatch.StartNew();
        do
        {
            await CaseEnding.LapseAsync(site.Home, flow, mail, default);
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(2), "The conditions did not lapse.");
        }
        while (!await isSo());
    }

    [Fact]
    [Trait("Requirement", "RQ-5")]
    [Trait("Requirement", "RQ-14")]
    public async Task An_applicant_who_is_silent_is_written_to_at_half_and_at_the_end_and_the_officer_goes_on_or_ends_it()
    {
        var mail = site.Small.Services.GetRequiredService<CaseMail>();
        var (one, other) = (await site.CaseAsync(CaseStage.Incomplete), await site.CaseAsync(CaseStage.Incomplete));
        await CaseEnding.AwaitAsync(site.Home, mail, default);
        Assert.Null((await site.FindAsync(one.Id)).RemindedAt);
        site.Small.Time.Pass(TimeSpan.FromDays(9));
        await CaseEnding.AwaitAsync(site.Home, mail, default);
        await CaseEnding.AwaitAsync(site.Home, mail, default);
        Assert.Equal(1, await MessagesAsync(one.Id));
        site.Small.Time.Pass(TimeSpan.FromDays(9));
        await CaseEnding.AwaitAsync(site.Home, mail, default);
        await CaseEnding.AwaitAsync(site.Home, mail, default);
        Assert.Equal(2, await MessagesAsync(one.Id));

        using var officer = await site.SignedInAsync("officer");
        async Task<HttpStatusCode> Post(string id, string path, params (string, string)[] fields)
        {
            var address = "/en/console/recognition/cases/" + id;
            var page = await officer.PageAsync(address);
            var version = (await site.FindAsync(id)).Version;
            return (await officer.PostAsync(
                address + path, page.QuerySelector("main input[name=form]")!.GetAttribute("value")!, [("version", $"{version}"), .. fields])).StatusCode;
        }

        Assert.Equal(HttpStatusCode.SeeOther, await Post(one.Id, "/complete"));
        Assert.Equal(CaseStage.Authenticity, (await site.FindAsync(one.Id)).Stage);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await Post(other.Id, "/unanswered", ("why", "")));
        Assert.Equal(HttpStatusCode.SeeOther, await Post(other.Id, "/unanswered", ("why", "There is no translation to read.")));
        using var applicant = await site.SignedInAsync("applicant");
        var own = await applicant.PageAsync("/en/me/cases/" + other.Id);
        Assert.Contains("This is no refusal", own.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("There is no translation to read.", own.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        async Task<HttpStatusCode> Answer(string words) => (await applicant.PostAsync(
            $"/en/me/cases/{other.Id}/answered", own.QuerySelector("main input[name=form]")!.GetAttribute("value")!,
            ("version", $"{(await site.FindAsync(other.Id)).Version}"), ("words", words))).StatusCode;
        Assert.NotNull(own.QuerySelector("form[action$='/answered'] textarea[name=words]"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await Answer(""));
        Assert.Equal(HttpStatusCode.Redirect, await Answer("The archive burnt."));
        var again = await site.FindAsync(other.Id);
        Assert.Equal((CaseStage.Intake, "The archive burnt."), (again.Stage, again.Remarks[^1].Text));

        // A question later has the same term: at its end the case waits no longer.
        await site.ActAsync("officer", one.Id, (c, at) => BeginWait.Of(c, site.Officer.Id, "wait-1", WaitFor.Applicant, "Which faculty was it?", at));
        site.Small.Time.Pass(TimeSpan.FromDays(9));
        await CaseEnding.AwaitAsync(site.Home, mail, default);
        Assert.Single((await site.FindAsync(one.Id)).OpenWaits);
        site.Small.Time.Pass(TimeSpan.FromDays(9));
        await CaseEnding.AwaitAsync(site.Home, mail, default);
        await CaseEnding.AwaitAsync(site.Home, mail, default);
        Assert.Empty((await site.FindAsync(one.Id)).OpenWaits);
        Assert.Equal(4, await MessagesAsync(one.Id));
    }

    [Fact]
    [Trait("Requirement", "RQ-6")]
    public async Task The_ceiling_of_a_treaty_is_told_to_the_officers_and_the_decision_maker()
    {
        var one = await site.CaseAsync(CaseStage.Evaluation);
        var mail = site.Small.Services.GetRequiredService<CaseMail>();
        await site.ActAsync("officer", one.Id, (c, at) => Mortanba.Foundation.Outcome<CaseEvent>.From(
            new CaseRebased(at, site.Officer.Id, c.Terms! with { LimitMonthsMax = 1 }, "A treaty applies.")));
        await CaseEnding.RaiseAsync(site.Home, mail, default);
        Assert.Null((await site.FindAsync(one.Id)).CeilingTold);
        // The site's own beat may come first; whoever does, it is told once.
        site.Small.Time.Pass(TimeSpan.FromDays(20));
        await CaseEnding.RaiseAsync(site.Home, mail, default);
        await CaseEnding.RaiseAsync(site.Home, mail, default);
        Assert.Equal((false, 2), ((await site.FindAsync(one.Id)).CeilingTold, await MessagesAsync(one.Id)));
        site.Small.Time.Pass(TimeSpan.FromDays(15));
        await CaseEnding.RaiseAsync(site.Home, mail, default);
        Assert.Equal((true, 4), ((await site.FindAsync(one.Id)).CeilingTold, await MessagesAsync(one.Id)));

        using var officer = await site.SignedInAsync("officer");
        var head = (await officer.PageAsync("/en/console/recognition?view=mine")).QuerySelector("section[aria-labelledby=near]")!;
        Assert.NotNull(head.QuerySelector($"a[href$='{one.Id}']"));
        Assert.Contains("near or reached in 1 case", head.QuerySelector("h2")!.TextContent, StringComparison.Ordinal);
        Assert.Matches($@"^{one.Number}: ceiling reached on .*2026, not decided$", head.QuerySelector("li")!.TextContent.Trim());
    }

    private async Task<int> MessagesAsync(string id)
    {
        await using var connection = await site.Home.Database.ConnectAsync();
        return (await connection.QueryAsync(
            "SELECT COUNT(*) FROM mail_queue WHERE subject_kind = @kind AND subject = @id", r => (int)r.GetInt64(0), default,
            ("kind", CaseMail.MailSubject), ("id", id)))[0];
    }

    /// <summary>A case decided with a certificate, on a condition that is to be fulfilled by a day.</summary>
    private async Task<(DiplomaFlow Flow, RecognitionCase Decided)> ConditionalAsync(DateOnly until)
    {
        var flow = new DiplomaFlow(site.Home);
        await DemoRecognitionBody.EnterAsync(site.Home, flow, CancellationToken.None);
        var now = await site.CaseAsync(CaseStage.Evaluation);
        foreach (var (who, account) in new[] { ("first", site.First.Id), ("second", site.Second.Id) })
        {
            await site.ActAsync(who, now.Id, (c, at) => AssessCase.Of(c, account, RecognitionSite.Findings(), true, at));
        }

        var draft = RecognitionSite.Conditional with { Measures = [RecognitionSite.Conditional.Measures[0] with { Until = until }] };
        now = await site.ActAsync("first", now.Id, (c, at) => ProposeDecision.Of(c, site.First.Id, draft, [], site.Desk.Today(), at));
        return (flow, (await new DecideRecognition(site.Home, flow, site.Desk).RunAsync(
            site.Maker, Role.DecisionMaker, now.Id, now.Version, null, [], Reason)).Value);
    }

    [Fact]
    [Trait("Requirement", "RQ-29")]
    [Trait("Requirement", "DA-19")]
    public async Task A_case_is_erased_when_it_is_over_and_need_not_be_kept_and_its_certificate_says_so()
    {
        const string page = "/en/console/platform/requests/cases";
        var flow = new DiplomaFlow(site.Home);
        await DemoRecognitionBody.EnterAsync(site.Home, flow, CancellationToken.None);
        var now = await site.CaseAsync(CaseStage.Decision);
        var decided = (await new DecideRecognition(site.Home, flow, site.Desk).RunAsync(site.Maker, Role.DecisionMaker, now.Id, now.Version, null, [], Reason)).Value;
        var certificate = Assert.Single(await CertificatesAsync(now.Id));
        await site.Small.MakeAsync("dpo@recognition.example", Role.DataProtectionOfficer);
        using var officer = await site.SignedInAsync("dpo");
        async Task<string> EraseAsync(string reason, string password = "")
        {
            var answer = await officer.PostAsync(
                page, await officer.TokenAsync("/en/console/platform/requests"), ("number", decided.Number!), ("reason", reason), ("basis", "Letter 7"), ("password", password));
            return answer.StatusCode == HttpStatusCode.Redirect ? "" : WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        }

        Assert.Contains("not over yet", await EraseAsync("court-order"), StringComparison.Ordinal);
        await site.ActAsync("applicant", now.Id, (c, at) => FileAppeal.Of(c, site.Applicant.Id, "It is in the transcript.", site.Desk.Today(), at));
        var taken = await site.ActAsync("reviewer", now.Id, (c, at) => TakeAppeal.Of(c, site.Reviewer.Id, at));
        _ = (await new DecideRecognitionAppeal(site.Home, flow, site.Desk).RunAsync(
            site.Reviewer, Role.AppealReviewer, now.Id, taken.Version, AppealOutcome.Uphold, "It is not there.", null, [], [])).Value;
        // Its condition is open still; once that is fulfilled, nothing more can follow.
        Assert.Contains("condition of the decision is still open", await EraseAsync("court-order"), StringComparison.Ordinal);
        var kept = (await officer.PageAsync($"{page}?number={decided.Number}")).QuerySelector("main")!;
        Assert.Null(kept.QuerySelector("select[name=reason]"));
        Assert.Contains("condition of the decision is still open", kept.TextContent, StringComparison.Ordinal);
        await site.AddAsync("applicant", now.Id, DocumentItems.ConditionOf(Mortanba.Recognition.Element.Profile), "passed.txt", "text/plain", Encoding.UTF8.GetBytes("Passed. " + now.Id));
        var brought = await site.ActAsync("applicant", now.Id, (c, at) => BringConditions.Of(c, site.Applicant.Id, site.Desk.Today(), at));
        _ = (await new DecideRecognitionConditions(site.Home, flow, site.Desk).RunAsync(
            site.Maker, Role.DecisionMaker, now.Id, brought.Version, true, "The course was passed.")).Value;
        var shown = (await officer.PageAsync($"{page}?number={decided.Number}")).QuerySelector("main")!.TextContent;
        Assert.Contains("31 December 2036", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(RecognitionSite.HolderName, shown, StringComparison.Ordinal);
        Assert.Contains("must be kept until", await EraseAsync("holder-request"), StringComparison.Ordinal);
        // Who signed in a while ago is asked again.
        site.Small.Time.Pass(Host.Web.Sessions.FreshMax);
        Assert.Contains("Confirm that it is you", await EraseAsync("court-order"), StringComparison.Ordinal);
        Assert.NotNull((await officer.PageAsync($"{page}?number={decided.Number}")).QuerySelector("input[name=password]"));
        Assert.NotNull(await ContentAsync(certificate.Asset));

        Assert.Equal("", await EraseAsync("court-order", SmallSite.Password));
        Assert.Contains("was erased", await EraseAsync("court-order"), StringComparison.Ordinal);
        Assert.Null(await ContentAsync(certificate.Asset));
        using var client = new HttpClient { BaseAddress = new Uri(site.Small.Site) };
        Assert.Contains("erased", await client.GetStringAsync($"/en/n/{certificate.Number.Replace(" ", "", StringComparison.Ordinal)}"), StringComparison.Ordinal);
        using var applicant = await site.SignedInAsync("applicant");
        await applicant.PageAsync("/en/me/cases/" + now.Id, HttpStatusCode.NotFound);
        await using var connection = await site.Home.Database.ConnectAsync();
        Assert.Empty(await site.Desk.Cases.EventsAsync(connection, now.Id));
        Assert.Equal(
            [("conditional", "", 0, 0)],
            await connection.QueryAsync(
                """
                SELECT outcome, applicant, (SELECT COUNT(*) FROM recognition_files f WHERE f.case_id = c.id),
                    (SELECT COUNT(*) FROM mail_queue WHERE subject_kind = 'recognition-case' AND subject = c.id)
                FROM recognition_cases c WHERE id = @id
                """,
                r => (r.GetString(0), r.GetString(1), r.GetInt32(2), r.GetInt32(3)), default, ("id", now.Id)));
        Assert.DoesNotContain(
            (await Audit.RunAsync(site.Home)).Findings, f => f.Code.Contains("certificate", StringComparison.Ordinal) || f.Code.Contains("status", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "RQ-18")]
    public async Task What_is_decided_anew_after_a_return_takes_the_place_of_the_certificate_that_was_contested()
    {
        var flow = new DiplomaFlow(site.Home);
        await DemoRecognitionBody.EnterAsync(site.Home, flow, CancellationToken.None);
        var now = await ReturnedAsync(flow);
        var decide = new DecideRecognition(site.Home, flow, site.Desk);
        var contested = Assert.Single(await CertificatesAsync(now.Id)).Asset;
        await site.ActAsync("first", now.Id, (c, at) => AssessCase.Of(c, site.First.Id, RecognitionSite.Findings(), true, at));
        await site.ActAsync("second", now.Id, (c, at) => AssessCase.Of(c, site.Second.Id, RecognitionSite.Findings(), true, at));
        now = await site.ActAsync("first", now.Id, (c, at) => ProposeDecision.Of(c, site.First.Id, RecognitionSite.Conditional, [], site.Desk.Today(), at));
        now = (await decide.RunAsync(site.Maker, Role.DecisionMaker, now.Id, now.Version, null, [], Reason)).Value;
        var all = await CertificatesAsync(now.Id);
        Assert.Equal(2, all.Count);
        Assert.Equal(DiplomaState.Superseded, all.Single(c => c.Asset == contested).State);
        Assert.Equal((DiplomaState.Active, now.Decision!.Certificate), all.Where(c => c.Asset != contested).Select(c => (c.State, c.Asset.ToString())).Single());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Requirement", "RQ-18")]
    public async Task The_certificate_that_was_contested_ends_when_the_returned_case_ends_without_a_decision(bool isWithdrawn)
    {
        var flow = new DiplomaFlow(site.Home);
        await DemoRecognitionBody.EnterAsync(site.Home, flow, CancellationToken.None);
        var now = await ReturnedAsync(flow);
        var contested = Assert.Single(await CertificatesAsync(now.Id)).Asset;
        if (isWithdrawn)
        {
            using var applicant = await site.SignedInAsync("applicant");
            var page = await applicant.PageAsync($"/en/me/cases/{now.Id}/withdraw");
            Assert.Contains("certificate", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
            var sent = await applicant.PostAsync(
                $"/en/me/cases/{now.Id}/withdraw", page.QuerySelector("form.panel input[name=form]")!.GetAttribute("value")!,
                ("version", $"{now.Version}"));
            Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        }
        else
        {
            now = await site.ActAsync("officer", now.Id, (c, at) => FindAuthenticity.Of(
                c, site.Officer.Id, new AuthenticityFinding(Authenticity.NotConfirmed, AuthenticityWay.Letter, ["document-register"], ""), at));
            _ = (await new DecideRecognition(site.Home, flow, site.Desk).RunAsync(
                site.Maker, Role.DecisionMaker, now.Id, now.Version,
                new DecisionDraft(RecognitionOutcome.NoDecision, [], NoDecision: NoDecisionReason.NotAuthentic), [], Reason)).Value;
        }

        var ended = Assert.Single(await CertificatesAsync(now.Id));
        Assert.Equal((contested, DiplomaState.Annulled), (ended.Asset, ended.State));
        Assert.DoesNotContain(
            (await Audit.RunAsync(site.Home)).Findings, f => f.Code.Contains("certificate", StringComparison.Ordinal) || f.Code.Contains("status", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "DA-19")]
    public async Task A_draft_that_was_withdrawn_is_erased_by_its_id_and_nothing_keeps_it()
    {
        const string page = "/en/console/platform/requests/cases";
        var draft = await site.CaseAsync(CaseStage.Draft);
        await site.AddAsync("applicant", draft.Id, "identity", "passport.txt", "text/plain", Encoding.UTF8.GetBytes("A passport."));
        await site.Small.MakeAsync("dpo-of-drafts@recognition.example", Role.DataProtectionOfficer);
        using var officer = await site.SignedInAsync("dpo-of-drafts");
        Assert.Null((await officer.PageAsync($"{page}?number={draft.Id}", HttpStatusCode.UnprocessableEntity)).QuerySelector("select[name=reason]"));
        await site.ActAsync("applicant", draft.Id, (c, at) => WithdrawCase.Of(c, site.Applicant.Id, at));
        var form = (await officer.PageAsync($"{page}?number={draft.Id}")).QuerySelector("form[method=post]:has(select[name=reason])")!;
        var erased = await officer.PostAsync(
            page, form.QuerySelector("input[name=form]")!.GetAttribute("value")!,
            ("number", form.QuerySelector("input[name=number]")!.GetAttribute("value")!), ("reason", "holder-request"), ("basis", "Letter 8"));
        Assert.Equal(HttpStatusCode.Redirect, erased.StatusCode);
        await using var connection = await site.Home.Database.ConnectAsync();
        Assert.Empty(await site.Desk.Cases.EventsAsync(connection, draft.Id));
        Assert.Empty(await connection.QueryAsync("SELECT document FROM recognition_files WHERE case_id = @id", r => r.GetString(0), default, ("id", draft.Id)));
    }

    // Decided, contested, and sent back by the reviewer: the certificate is in force still.
    private async Task<RecognitionCase> ReturnedAsync(DiplomaFlow flow)
    {
        var now = await site.CaseAsync(CaseStage.Decision);
        now = (await new DecideRecognition(site.Home, flow, site.Desk).RunAsync(
            site.Maker, Role.DecisionMaker, now.Id, now.Version, null, [], Reason)).Value;
        await site.ActAsync("applicant", now.Id, (c, at) => FileAppeal.Of(c, site.Applicant.Id, "It is in the transcript.", site.Desk.Today(), at));
        now = await site.ActAsync("reviewer", now.Id, (c, at) => TakeAppeal.Of(c, site.Reviewer.Id, at));
        return (await new DecideRecognitionAppeal(site.Home, flow, site.Desk).RunAsync(
            site.Reviewer, Role.AppealReviewer, now.Id, now.Version, AppealOutcome.Return, "Compare the transcript.", null, [], [])).Value;
    }

    private async Task<List<CertificateSummary>> CertificatesAsync(string id)
    {
        await using var connection = await site.Home.Database.ConnectAsync();
        return await site.Home.Certificates.OfCaseAsync(connection, id);
    }

    private async Task<string> ByCodeAsync(HttpClient client, AssetId asset) =>
        WebUtility.HtmlDecode(await client.GetStringAsync("/en/q/" + await CodeAsync(asset)));

    private async Task<string> CodeAsync(AssetId asset) => (await ContentAsync(asset))!.Capability;

    private async Task<CertificateContent?> ContentAsync(AssetId asset)
    {
        await using var connection = await site.Home.Database.ConnectAsync();
        return await site.Home.Certificates.LoadAsync(connection, asset);
    }
}
