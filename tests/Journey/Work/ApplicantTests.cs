using System.Net;
using Mortanba.Recognition;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Work;

/// <summary>Recognition from the applicant's side: an account, a case in its steps, and nobody else's.</summary>
public sealed class ApplicantTests(ApplicantTests.Shared shared) : IClassFixture<ApplicantTests.Shared>
{
    public sealed class Shared : IAsyncLifetime
    {
        internal RecognitionSite Site { get; } = new();

        internal Person Applicant { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await Site.InitializeAsync();
            Applicant = await Site.SignedInAsync("applicant");
        }

        public ValueTask DisposeAsync()
        {
            Applicant?.Dispose();
            return Site.DisposeAsync();
        }
    }

    private RecognitionSite Site => shared.Site;

    private Person Applicant => shared.Applicant;

    [Fact, Trait("Requirement", "RQ-5"), Trait("Requirement", "RQ-7"), Trait("Requirement", "RQ-28")]
    public async Task A_case_is_filled_in_filed_once_and_watched()
    {
        var opened = await FillInAsync(("title", "Bachelor of Trials"));
        Assert.Equal(HttpStatusCode.Redirect, opened.StatusCode);
        var address = opened.Headers.Location!.OriginalString;
        var id = address.Split('/')[4];
        // The form came twice: one case.
        Assert.Equal(address, (await FillInAsync(("title", "Bachelor of Trials"))).Headers.Location!.OriginalString);

        var documents = await Applicant.PageAsync(address);
        Assert.Equal(5, documents.QuerySelectorAll("input[type=file]").Length);
        Assert.Equal(HttpStatusCode.Redirect, (await AddAsync(id, "document", "..\\..\\dip\u202elom.pdf", "%PDF-1.7 of nothing"u8.ToArray())).StatusCode);
        documents = await Applicant.PageAsync(address);
        Assert.Contains("diplom.pdf", documents.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Received", documents.Body.TextContent, StringComparison.Ordinal);

        var filing = $"/en/me/cases/{id}/file";
        var look = await Applicant.PageAsync(filing);
        Assert.Contains("30 working days", look.Body!.TextContent, StringComparison.Ordinal);
        var version = look.QuerySelector("input[name=version]")!.GetAttribute("value")!;
        var token = await Applicant.TokenAsync(filing);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Applicant.PostAsync(filing, token, ("version", version))).StatusCode);
        var before = await MessagesAsync(id);
        Assert.Equal($"/en/me/cases/{id}", (await Applicant.PostAsync(filing, token, ("version", version), ("read", "yes"))).Headers.Location!.OriginalString);
        Assert.Equal($"/en/me/cases/{id}", (await Applicant.PostAsync(filing, token, ("version", version), ("read", "yes"))).Headers.Location!.OriginalString);
        Assert.Equal(before + 1, await MessagesAsync(id));

        var now = await Site.FindAsync(id);
        Assert.Equal(CaseStage.Intake, now.Stage);
        Assert.Equal(HttpStatusCode.Redirect, (await Applicant.GetAsync("/en/me/cases/" + now.Number)).StatusCode);
        var page = await Applicant.PageAsync("/en/me/cases/" + id);
        Assert.Contains(now.Number!, page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Bachelor of Trials", (await Applicant.PageAsync("/en/me/cases")).Body!.TextContent, StringComparison.Ordinal);
        var file = await Applicant.GetAsync($"/en/me/cases/{id}/documents/{now.Documents[0].Id}");
        Assert.Equal("attachment", file.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("%PDF-1.7 of nothing", await file.Content.ReadAsStringAsync());
        Assert.Contains("\"events\"", await (await Applicant.GetAsync($"/en/me/cases/{id}/everything.json")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> FillInAsync(params (string Name, string Value)[] other)
    {
        var token = await Applicant.TokenAsync("/en/me/cases/new");
        (string Name, string Value)[] usual =
        [
            ("holder", "graduate"), ("name", "Aigerim Samplekyzy"), ("born", "1999-03-04"), ("purpose", "further-study"), ("title", "Bachelor of Science"),
            ("isced", "6"), ("awarded", "2024-06-30"), ("institution", "University of Somewhere"), ("country", "DE"), ("credits", "180"), ("years", "3"),
        ];
        return await Applicant.PostAsync(
            "/en/me/cases/new", token, [.. usual.Where(f => other.All(o => o.Name != f.Name)), .. other]);
    }

    private async Task<HttpResponseMessage> AddAsync(string id, string item, string name, byte[] bytes)
    {
        using var file = new ByteArrayContent(bytes);
        using var body = new MultipartFormDataContent
        {
            { new StringContent(await Applicant.TokenAsync("/en/me/cases/new")), "form" }, { new StringContent(item), "item" }, { file, "file", name },
        };
        return await Applicant.SendAsync($"/en/me/cases/{id}/documents", body);
    }

    private async Task<long> MessagesAsync(string id)
    {
        await using var connection = await Site.Home.Database.ConnectAsync();
        return (await connection.QueryAsync(
            "SELECT COUNT(*) FROM mail_queue WHERE subject_kind = 'recognition-case' AND subject = @id", r => r.GetInt64(0), default, ("id", id)))[0];
    }
}
