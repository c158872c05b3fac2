using System.Net;
using Mortanba.Host.Acts;
using Mortanba.Journey.Tests.EndToEnd;
using Mortanba.Recognition;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Work;

/// <summary>What an evaluator reads of documents, and what a tool proposes from them.</summary>
public sealed partial class RecognitionDeskTests
{
    [Fact, Trait("Requirement", "RQ-29")]
    public async Task A_notice_is_posted_once_and_an_officer_has_none_about_a_case_of_their_own()
    {
        var what = (await site.FindAsync((await site.CaseAsync(CaseStage.Draft)).Id)).Qualification;
        var own = (await site.Desk.OpenAsync(
            site.Officer,
            at => DescribeCase.Of(
                null, site.Officer.Id, new Holder("Trial Officer", new DateOnly(1990, 1, 1)), HolderKind.Graduate, RecognitionPurpose.Title, what,
                null, site.Desk.Today(), at),
            default)).Value;
        var (mine, other) = (await NoticeAsync(own.Id), await NoticeAsync((await site.CaseAsync(CaseStage.Intake)).Id));
        using var officer = await site.SignedInAsync("officer");
        var token = await officer.TokenAsync($"{Notices}/{other}");
        foreach (var page in new[] { "", "/letter.pdf" })
        {
            await officer.PageAsync($"{Notices}/{mine}{page}", HttpStatusCode.NotFound);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await officer.PostAsync($"{Notices}/{mine}/posted", token)).StatusCode);
        foreach (var _ in new[] { 1, 2 })
        {
            Assert.Equal(HttpStatusCode.Redirect, (await officer.PostAsync($"{Notices}/{other}/posted", token)).StatusCode);
        }

        Assert.Equal((CentreMessageState.Waiting, 0), await StateAsync(mine));
        Assert.Equal((CentreMessageState.Sent, 1), await StateAsync(other));
    }

    private const string Notices = "/en/console/recognition/inquiries/of";

    /// <summary>A notice that waits to be posted.</summary>
    private async Task<string> NoticeAsync(string about)
    {
        var at = site.Home.Time.GetUtcNow();
        return (await site.Home.Database.WriteAsync(t => new InquiryStore(site.Home.Vault).NoticeAsync(
            t,
            new NewInquiry(
                InquiryStore.NewId(at), about, "University of Somewhere", InquiryWay.Post, "here", EvidenceQuestion.Genuine, "It is not authentic.",
                new Dictionary<string, string> { ["number"] = "A 17" }),
            at))).Id;
    }

    /// <summary>Its message, and how often it was noted as posted.</summary>
    private async Task<(CentreMessageState State, int Noted)> StateAsync(string notice)
    {
        await using var connection = await site.Home.Database.ConnectAsync();
        var entries = (await new InquiryStore(site.Home.Vault).FindAsync(connection, notice))!.Value.Entries;
        return (Assert.Single(entries).State, (await connection.QueryAsync(
            "SELECT 1 FROM trail WHERE what = 'recognition/notice-posted' AND subject = @id", r => 1, default, ("id", notice))).Count);
    }

    [Fact, Trait("Requirement", "RQ-27")]
    public async Task A_tool_proposes_when_it_is_asked_with_the_words_it_read_and_a_person_answers()
    {
        using var first = await site.SignedInAsync("first");
        var one = await site.CaseAsync(CaseStage.Evaluation);
        async Task<HttpResponseMessage> Ask() => await PostToAsync(
            first, one.Id, "/compare", "/suggest?document=document-diploma", ("version", $"{(await site.FindAsync(one.Id)).Version}"));
        var asked = await Ask();
        Assert.Equal(HttpStatusCode.SeeOther, asked.StatusCode);
        Assert.Contains("proposed=3", asked.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Contains("proposed=0", (await Ask()).Headers.Location!.ToString(), StringComparison.Ordinal);

        var page = await first.PageAsync(Cases + one.Id + "/compare?document=document-diploma");
        Assert.Equal(["Bachelor of", "Informatics", "180 ECTS"], page.QuerySelectorAll("#evidence q").Select(q => q.TextContent));
        var form = page.QuerySelector("form[action*='/suggestion']")!;
        var answered = await first.PostAsync(
            form.GetAttribute("action")!, form.QuerySelector("input[name=form]")!.GetAttribute("value")!,
            [.. form.QuerySelectorAll("input[type=hidden]").Skip(1).Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!)), ("answer", "confirm")]);
        Assert.Equal(HttpStatusCode.SeeOther, answered.StatusCode);
        Assert.Single((await site.FindAsync(one.Id)).Suggestions, s => s.ConfirmedBy == site.First.Id);
    }

    [Fact, Trait("Requirement", "RQ-20"), Trait("Requirement", "RQ-26")]
    public async Task The_text_of_a_PDF_is_read_without_the_person_and_a_scan_says_that_it_has_none()
    {
        using var first = await site.SignedInAsync("first");
        var one = await site.CaseAsync(CaseStage.Evaluation);
        foreach (var (name, words) in new[] { ("document-annex", "Annex of Aigerim Samplekyzy, Module on safety, 12 ECTS"), ("document-scan", "") })
        {
            await site.AddAsync("officer", one.Id, DocumentItems.Other, name + ".pdf", "application/pdf", OnePagePdf.Of(words), name);
        }

        var text = (await first.PageAsync(Cases + one.Id + "/compare?document=document-annex")).QuerySelector("#evidence .sheet-of-paper")!.TextContent;
        Assert.Contains("Module on safety, 12 ECTS", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Samplekyzy", text, StringComparison.Ordinal);
        var scan = (await first.PageAsync(Cases + one.Id + "/compare?document=document-scan")).QuerySelector("#evidence")!;
        Assert.Null(scan.QuerySelector(".sheet-of-paper"));
        Assert.Contains("This PDF has no text", scan.TextContent, StringComparison.Ordinal);

        // Read once: what was kept answers, whatever the bytes say by then.
        await using var connection = await site.Home.Database.ConnectAsync();
        var open = (await site.Desk.Cases.FindAsync(connection, one.Id))!;
        var kept = new CaseText(site.Home, site.Desk);
        foreach (var (name, words) in new[] { ("document-annex", "Module on safety, 12 ECTS"), ("document-scan", null) })
        {
            var read = await kept.OfAsync(open, open.Case.Document(name)!, OnePagePdf.Of("Other words"), default);
            Assert.Equal((words is null, false), (read.Text is null, read.IsUnreadable));
            Assert.Contains(words ?? "", read.Text ?? "", StringComparison.Ordinal);
        }
    }
}
