using System.Globalization;
using System.Net;
using System.Text;
using AngleSharp.Html.Parser;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Demo;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Journey.Tests.Work;

/// <summary>Cases whose law no rule pack has any more: what is refused says the way out, and the way out works.</summary>
[Trait("Requirement", "X-1")]
public sealed class RecognitionLawNotKeptTests(RecognitionSite site) : IClassFixture<RecognitionSite>
{
    private const string Cases = "/en/console/recognition/cases/";
    private const string Reason = "One course is missing.";

    [Fact]
    public async Task A_case_whose_law_is_not_kept_is_decided_once_an_officer_put_it_under_the_rules_in_force()
    {
        var flow = new DiplomaFlow(site.Home);
        await DemoRecognitionBody.EnterAsync(site.Home, flow, CancellationToken.None);
        var decide = new DecideRecognition(site.Home, flow, site.Desk);
        var one = await ProposedAsync((await WithoutLawAsync(CaseStage.Evaluation)).Id);
        var refused = (await decide.RunAsync(site.Maker, Role.DecisionMaker, one.Id, one.Version, null, [], Reason)).Problem!;
        Assert.Equal("recognition/law-not-kept", refused.Code);
        Assert.Equal("1999-01-01", refused.Args["date"]);
        using (var maker = await site.SignedInAsync("maker"))
        {
            var token = (await maker.PageAsync(Cases + one.Id + "/decide")).QuerySelector("input[name=form]")!.GetAttribute("value")!;
            var answer = await maker.PostAsync(Cases + one.Id + "/decide", token, ("version", $"{one.Version}"), ("reason", Reason));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Contains("puts the open case under the rules in force", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var officer = await site.SignedInAsync("officer");
        var form = (await officer.PageAsync(Cases + one.Id)).QuerySelector("form[action$='/rebase']")!;
        var rebased = await officer.PostAsync(
            Cases + one.Id + "/rebase", form.QuerySelector("input[name=form]")!.GetAttribute("value")!, ("version", $"{one.Version}"), ("reason", "Its rules are not kept."));
        Assert.Equal(HttpStatusCode.SeeOther, rebased.StatusCode);
        one = await ProposedAsync(one.Id);
        Assert.Equal(site.Desk.Today(), one.Terms!.LawOf());
        Assert.Equal(CaseStage.Issued, (await decide.RunAsync(site.Maker, Role.DecisionMaker, one.Id, one.Version, null, [], Reason)).Value.Stage);
    }

    [Fact]
    public async Task A_treaty_that_its_law_has_not_any_more_is_not_left_out_of_a_decision()
    {
        var flow = new DiplomaFlow(site.Home);
        await DemoRecognitionBody.EnterAsync(site.Home, flow, CancellationToken.None);
        var one = await site.CaseAsync(CaseStage.Evaluation);
        await site.ActAsync("officer", one.Id, (c, at) => Outcome<CaseEvent>.From(
            new CaseRebased(at, site.Officer.Id, c.Terms! with { Treaties = [.. c.Terms.Treaties, "nowhere-1900"] }, "Trial.")));
        one = await ProposedAsync(one.Id);
        Assert.Equal(
            "recognition/law-missing",
            (await new DecideRecognition(site.Home, flow, site.Desk).RunAsync(site.Maker, Role.DecisionMaker, one.Id, one.Version, null, [], Reason)).Problem?.Code);
    }

    [Fact]
    public async Task The_edition_of_a_ranking_is_found_for_the_new_rules_where_no_pack_has_the_day_of_the_filing()
    {
        var one = await site.CaseAsync(CaseStage.Evaluation);
        var what = one.Qualification;
        one = one with { Qualification = what with { Institutions = [what.Institutions[0] with { Id = "de-somewhere" }] } };
        var next = site.Desk.Today().AddDays(1);
        var packs = Directory.GetFiles(RuleBook.DefaultFolder, "*.yaml").Select(f => new PackFile(Path.GetFileName(f), File.ReadAllBytes(f)));
        // The pack of recognition begins the day after the filing: the one before it is gone.
        var later = RuleBook.Parse(packs.Select(p => p.Name != "kz.recognition.yaml" ? p : p with
        {
            Bytes = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(p.Bytes.Span).Replace(
                "validFrom: 2023-06-12", $"validFrom: {next.ToString("O", CultureInfo.InvariantCulture)}", StringComparison.Ordinal)),
        })).Value;
        await using var connection = await site.Home.Database.ConnectAsync();
        Assert.Equal("recognition/law-not-kept", (await CaseGuide.OwnAsync(connection, later, one, default)).Problem?.Code);
        Assert.Equal(next, (await CaseGuide.OfAsync(connection, later, one, next, default)).Value.Basis.At);
    }

    [Fact]
    public async Task A_letter_that_is_made_of_law_that_is_not_kept_is_refused_in_words_and_no_new_one_comes_to_be()
    {
        var flow = new DiplomaFlow(site.Home);
        await DemoRecognitionBody.EnterAsync(site.Home, flow, CancellationToken.None);
        var draft = new DecisionDraft(RecognitionOutcome.NoDecision, [], NoDecision: NoDecisionReason.NotAuthentic);
        var one = await WithoutLawAsync(CaseStage.Authenticity);
        one = await site.ActAsync("officer", one.Id, (c, at) => FindAuthenticity.Of(
            c, site.Officer.Id, new AuthenticityFinding(Authenticity.NotConfirmed, AuthenticityWay.IssuerRegister, ["document-register"], ""), at));
        Assert.Equal(
            "recognition/law-not-kept",
            (await new DecideRecognition(site.Home, flow, site.Desk).RunAsync(site.Maker, Role.DecisionMaker, one.Id, one.Version, draft, [], Reason)).Problem?.Code);

        // Decided while the packs had it still.
        one = await site.ActAsync("maker", one.Id, (c, at) => DecideCase.Check(c, site.Maker.Id, draft, [], Reason, site.Desk.Today()).TryGet(out var decision, out var problem)
            ? Outcome<CaseEvent>.From(DecideCase.Event(site.Maker.Id, decision, Reason, site.Desk.AppealUntil(c).Value, null, null, at))
            : problem);
        Assert.Equal(CaseStage.NotAuthentic, one.Stage);
        using var applicant = await site.SignedInAsync("applicant");
        var answer = await applicant.GetAsync($"/en/me/cases/{one.Id}/letter.pdf");
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
        Assert.Contains("The decision stands", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var refused = (await NoDecisionLetter.OfAsync(site.Home, one, one.Decision!, default))!.Value.Problem;
        Assert.Equal("recognition/letter-law-not-kept", refused?.Code);
    }

    // No pack is older than 1999.
    private async Task<RecognitionCase> WithoutLawAsync(CaseStage stage)
    {
        var one = await site.CaseAsync(stage);
        return await site.ActAsync("officer", one.Id, (c, at) => Outcome<CaseEvent>.From(
            new CaseRebased(at, site.Officer.Id, c.Terms! with { Basis = """{"at":"1999-01-01"}""" }, "Trial.")));
    }

    private async Task<RecognitionCase> ProposedAsync(string id)
    {
        foreach (var (who, account) in new[] { ("first", site.First.Id), ("second", site.Second.Id) })
        {
            await site.ActAsync(who, id, (c, at) => AssessCase.Of(c, account, RecognitionSite.Findings(), true, at));
        }

        return await site.ActAsync("first", id, (c, at) => ProposeDecision.Of(c, site.First.Id, RecognitionSite.Conditional, [], site.Desk.Today(), at));
    }
}
