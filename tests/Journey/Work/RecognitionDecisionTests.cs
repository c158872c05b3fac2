using System.Net;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Demo;
using Mortanba.Issuance;
using Mortanba.Recognition;
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
        var now = await site.CaseAsync(CaseStage.Decision);
        var wrongVersion = await decide.RunAsync(site.Maker, Role.DecisionMaker, now.Id, now.Version - 1, null, [], Reason);
        Assert.Equal("recognition/changed-meanwhile", wrongVersion.Problem?.Code);
        Assert.Empty(await CertificatesAsync(now.Id));
        var decided = (await decide.RunAsync(site.Maker, Role.DecisionMaker, now.Id, now.Version, null, [], Reason)).Value;
        Assert.Equal(CaseStage.Issued, decided.Stage);
        var first = Assert.Single(await CertificatesAsync(now.Id));
        Assert.Equal(first.Asset.ToString(), decided.Decision!.Certificate);

        using var client = new HttpClient { BaseAddress = new Uri(site.Small.Site) };
        var byNumber = WebUtility.HtmlDecode(await client.GetStringAsync($"/en/n/{first.Number.Replace(" ", "", StringComparison.Ordinal)}"));
        Assert.Contains("Recognition decision, in force", byNumber, StringComparison.Ordinal);
        Assert.DoesNotContain("Aigerim", byNumber, StringComparison.OrdinalIgnoreCase);
        var byCode = await ByCodeAsync(client, first.Asset);
        Assert.Contains("Recognition decision, in force", byCode, StringComparison.Ordinal);
        Assert.Contains("Recognised on conditions", byCode, StringComparison.Ordinal);
        Assert.DoesNotContain("1999", byCode, StringComparison.Ordinal);

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

    private async Task<List<CertificateSummary>> CertificatesAsync(string id)
    {
        await using var connection = await site.Home.Database.ConnectAsync();
        return await site.Home.Certificates.OfCaseAsync(connection, id);
    }

    private async Task<string> ByCodeAsync(HttpClient client, AssetId asset) =>
        WebUtility.HtmlDecode(await client.GetStringAsync("/en/q/" + await CodeAsync(asset)));

    private async Task<string> CodeAsync(AssetId asset)
    {
        await using var connection = await site.Home.Database.ConnectAsync();
        return (await site.Home.Certificates.LoadAsync(connection, asset))!.Capability;
    }
}
