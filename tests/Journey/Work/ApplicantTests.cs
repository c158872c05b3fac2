using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Host.Mail;
using Mortanba.Recognition;
using Mortanba.Rules;
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

    [Fact, Trait("Requirement", "RQ-19")]
    public async Task A_refugee_writes_a_background_paper_where_there_are_no_documents()
    {
        var one = await Site.CaseAsync(CaseStage.Draft, HolderKind.Refugee);
        var page = $"/en/me/cases/{one.Id}/background";
        var question = (await Applicant.PageAsync(page)).QuerySelector("main textarea")!.GetAttribute("name")!;
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Applicant.PostAsync(page, await Applicant.TokenAsync(page), (question, " "))).StatusCode);
        foreach (var again in new[] { false, true })
        {
            var kept = await Applicant.PostAsync(page, await Applicant.TokenAsync(page), (question, "Five years of medicine in Aleppo."));
            Assert.Equal((HttpStatusCode.Redirect, again), (kept.StatusCode, again));
        }

        var paper = Assert.Single((await Site.FindAsync(one.Id)).Documents);
        Assert.Equal(DocumentItems.BackgroundPaper, paper.Item);
        var text = await (await Applicant.GetAsync($"/en/me/cases/{one.Id}/documents/{paper.Id}")).Content.ReadAsStringAsync();
        Assert.Contains("Aleppo", text, StringComparison.Ordinal);
    }

    [Fact, Trait("Requirement", "RQ-19"), Trait("Requirement", "RQ-1")]
    public async Task A_representative_files_a_refugees_joint_degree_and_keeps_the_refugees_way()
    {
        var opened = await FillInAsync(
            ("title", "Bachelor of Two Houses"), ("holder", "refugee"), ("filer", "representative"), ("representative", "Trial Helper"),
            ("institution", "University of Somewhere"), ("country", "DE"), ("institution", "University of Here"), ("country", "KZ"));
        Assert.Equal(HttpStatusCode.Redirect, opened.StatusCode);
        var id = opened.Headers.Location!.OriginalString.Split('/')[4];
        var now = await Site.FindAsync(id);
        Assert.Equal((HolderKind.Refugee, "Trial Helper"), (now.HolderKind, now.Representation?.Name));
        Assert.Equal(["DE", "KZ"], now.Qualification.Countries);
        var documents = (await Applicant.PageAsync($"/en/me/cases/{id}/documents")).QuerySelector("main")!;
        Assert.NotNull(documents.QuerySelector("a[href$='/background']"));
        Assert.Contains("power of attorney", documents.TextContent, StringComparison.OrdinalIgnoreCase);
        var form = await Applicant.PageAsync($"/en/me/cases/{id}/what");
        Assert.NotNull(form.QuerySelector("#filer option[value=representative][selected]"));
        Assert.NotNull(form.QuerySelector("#country1 option[value=KZ][selected]"));
        Assert.Null(form.QuerySelector("#country0 option[value=KZ]"));
        Assert.Contains("What Kazakhstan gave itself", (await Applicant.PageAsync($"/en/me/cases/{id}/file")).Body!.TextContent, StringComparison.Ordinal);
    }

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

    [Fact, Trait("Requirement", "RQ-7")]
    public async Task Another_persons_case_is_not_there_by_its_id_nor_by_its_number()
    {
        var now = await Site.CaseAsync(CaseStage.Issued);
        using var stranger = await Site.SignedInAsync("second");
        var token = await stranger.TokenAsync("/en/me/cases/new");
        foreach (var path in (string[])["", "/what", "/documents", "/documents/document-diploma", "/background", "/file", "/withdraw", "/everything.json", "/letter.pdf", "/certificate"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/en/me/cases/{now.Id}{path}")).StatusCode);
        }

        foreach (var path in (string[])["what", "file", "withdraw", "appeal", "remark", "answered", "background", "documents", "documents/document-diploma/remove"])
        {
            Assert.Equal(
                HttpStatusCode.NotFound,
                (await stranger.PostAsync($"/en/me/cases/{now.Id}/{path}", token, ("words", "x"), ("remark", "x"), ("version", $"{now.Version}"))).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync("/en/me/cases/" + now.Number)).StatusCode);
        Assert.Equal(now.Version, (await Site.FindAsync(now.Id)).Version);
    }

    [Fact]
    public async Task What_is_typed_stays_whatever_it_is_and_every_fault_has_its_field()
    {
        foreach (var (field, value, expected) in new[]
        {
            ("title", "", "title"), ("title", new string('я', 1_000), "title"), ("born", "tomorrow", "born"), ("awarded", "2030-01-01", "awarded"), ("awarded", "1998-06-30", "awarded"),
            ("isced", "9", "isced"), ("credits", "many", "credits"), ("field", "06<3", "field"), ("country", "KZ", "country0"), ("country", "", "country0"),
            ("country", "\u0001\u202e🎓", "country0"), ("holder", "bolashak", "holder"), ("filer", "representative", "representative"),
            ("representative", "Trial Helper", "representative"),
        })
        {
            var answer = await FillInAsync((field, value), ("institution", "<script>alert(1)</script>"));
            Assert.True(answer.StatusCode == HttpStatusCode.UnprocessableEntity, $"{field}={value}: {answer.StatusCode}");
            var html = await answer.Content.ReadAsStringAsync();
            Assert.Contains($"href=\"#{expected}", html, StringComparison.Ordinal);
            Assert.Contains("&lt;script&gt;alert(1)", html, StringComparison.Ordinal);
            Assert.Contains("Aigerim Samplekyzy", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_file_of_51_MB_is_refused_while_it_is_read_and_the_limit_is_named()
    {
        var now = await Site.CaseAsync(CaseStage.Draft);
        using var endless = new StreamContent(new Zeros(51L << 20));
        var answer = await AddAsync(now.Id, "document", "scan.tiff", endless);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("50 MB", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty((await Site.FindAsync(now.Id)).Documents);

        // A kind that nobody may be able to open is taken, and told; the same file twice is not.
        Assert.Equal(HttpStatusCode.Redirect, (await AddAsync(now.Id, "document", "scan.tiff", [1, 2, 3])).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AddAsync(now.Id, "document", "scan.tiff", [1, 2, 3])).StatusCode);
        Assert.Contains("may not open here", (await Applicant.PageAsync($"/en/me/cases/{now.Id}/documents")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact, Trait("Requirement", "RQ-5")]
    public async Task What_is_missing_is_one_list_answered_in_place()
    {
        var now = await Site.CaseAsync(CaseStage.Incomplete);
        var page = await Applicant.PageAsync("/en/me/cases/" + now.Id);
        Assert.Contains("It is not there.", page.QuerySelector("#missing")!.ParentElement!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await AddAsync(now.Id, "translation", "t.pdf", "%PDF-1.7"u8.ToArray())).StatusCode);
        var token = await Applicant.TokenAsync("/en/me/cases/" + now.Id);
        var stale = await Applicant.PostAsync($"/en/me/cases/{now.Id}/answered", token, ("version", $"{now.Version}"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, stale.StatusCode);
        Assert.Contains("changed meanwhile", await stale.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Applicant.PostAsync($"/en/me/cases/{now.Id}/answered", token, ("version", $"{now.Version + 1}"))).StatusCode);
        Assert.Equal(CaseStage.Intake, (await Site.FindAsync(now.Id)).Stage);
    }

    [Theory]
    [InlineData(CaseStage.Draft, true)]
    [InlineData(CaseStage.Intake, true)]
    [InlineData(CaseStage.Incomplete, true)]
    [InlineData(CaseStage.Evaluation, true)]
    [InlineData(CaseStage.Decision, true)]
    [InlineData(CaseStage.Issued, false)]
    public async Task A_case_is_withdrawn_at_any_stage_before_it_is_decided(CaseStage stage, bool isPossible)
    {
        var now = await Site.CaseAsync(stage);
        var token = await Applicant.TokenAsync("/en/me/cases/new");
        for (var click = 0; click < 2; click++)
        {
            var answer = await Applicant.PostAsync($"/en/me/cases/{now.Id}/withdraw", token, ("version", $"{now.Version}"));
            Assert.Equal(isPossible ? HttpStatusCode.Redirect : HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        }

        Assert.Equal(isPossible ? CaseStage.Withdrawn : stage, (await Site.FindAsync(now.Id)).Stage);
    }

    [Fact, Trait("Requirement", "RQ-17"), Trait("Requirement", "RQ-18")]
    public async Task The_decision_is_read_with_its_reasons_and_appealed_once_naming_no_evaluator()
    {
        var now = await Site.CaseAsync(CaseStage.Issued);
        var page = (await Applicant.PageAsync("/en/me/cases/" + now.Id)).Body!.TextContent;
        foreach (var expected in (string[])["Recognised on conditions", "One course is missing.", "A master builds on it.", "Pass the course in safety", "Trial maker", "The last day is"])
        {
            Assert.Contains(expected, page, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Trial first", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Trial second", page, StringComparison.Ordinal);
        var token = await Applicant.TokenAsync("/en/me/cases/" + now.Id);
        var path = $"/en/me/cases/{now.Id}/appeal";
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Applicant.PostAsync(path, token, ("version", $"{now.Version}"), ("words", " "))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Applicant.PostAsync(path, token, ("version", $"{now.Version}"), ("words", "It is there."))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Applicant.PostAsync(path, token, ("version", $"{now.Version}"), ("words", "It is there."))).StatusCode);
        var appealed = await Site.FindAsync(now.Id);
        Assert.Equal((CaseStage.Appealed, now.Version + 1), (appealed.Stage, appealed.Version));
        Assert.Contains("Somebody who took no part is being found", (await Applicant.PageAsync("/en/me/cases/" + now.Id)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact, Trait("Requirement", "RQ-6"), Trait("Requirement", "RQ-7")]
    public async Task The_clock_is_drawn_with_as_many_days_as_it_counts()
    {
        var now = await Site.CaseAsync(CaseStage.Evaluation);
        var reading = now.Clock(Site.Desk.Clock, Site.Home.Time.GetUtcNow())!.Value.Value;
        var page = await Applicant.PageAsync("/en/me/cases/" + now.Id);
        Assert.Equal(reading.Left, page.QuerySelectorAll(".days i").Count(i => string.IsNullOrEmpty(i.ClassName)));
        Assert.Equal(reading.Used, page.QuerySelectorAll(".days i").Count(i => i.ClassName is "gone" or "today"));
        Assert.Contains("We are evaluating your diploma", page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_no_account_gets_the_same_answer_as_who_has_and_the_link_makes_one_account()
    {
        using var visitor = new Person(Site.Small.Site);
        var token = await visitor.TokenAsync("/en/recognition/apply?country=DE&awarded=2024-06-30");
        var answers = new List<string>();
        foreach (var email in (string[])["newcomer@apply.example", "applicant@recognition.example"])
        {
            var answer = await visitor.PostAsync("/en/recognition/apply", token, ("email", email), ("query", "?country=DE&awarded=2024-06-30"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            answers.Add((await answer.Content.ReadAsStringAsync()).Replace(email, "", StringComparison.Ordinal));
        }

        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await visitor.PostAsync("/en/recognition/apply", token, ("email", "nobody"))).StatusCode);
        var links = new Letters();
        await Site.Small.Services.GetRequiredService<MailQueue>().SendDueAsync(Site.Home.Database, links, _ => { }, default);
        // The site's own sender may have been there first.
        var folder = Directory.CreateDirectory(Path.Combine(Site.Small.Directory, "mail")).FullName;
        foreach (var file in Directory.GetFiles(folder, "*.eml"))
        {
            var text = await File.ReadAllTextAsync(file);
            links.Sent.Add((text.Split("To: ")[1].Split('\n')[0].Trim(), text));
        }

        var letter = links.Sent.First(l => l.To == "newcomer@apply.example").Body;
        var link = new Uri(letter.Split('\n').Single(l => l.Contains("://", StringComparison.Ordinal))).AbsolutePath;
        // Other letters may wait for the same person.
        Assert.Contains(links.Sent, l => l.To == "applicant@recognition.example" && l.Body.Contains("/sign-in?to=", StringComparison.Ordinal));
        Assert.DoesNotContain("newcomer", link, StringComparison.Ordinal);
        token = await visitor.TokenAsync(link);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await visitor.PostAsync(link, token, ("name", "New Comer"), ("password", "short"))).StatusCode);
        var made = await visitor.PostAsync(link, token, ("name", "New Comer"), ("password", SmallSite.Password));
        Assert.Equal("/en/me/cases/new?country=DE&awarded=2024-06-30", made.Headers.Location!.OriginalString);
        Assert.Equal("2024-06-30", (await visitor.PageAsync("/en/me/cases/new?country=DE&awarded=2024-06-30")).QuerySelector("#awarded")!.GetAttribute("value"));

        // Used by another browser: the account is its owner's already.
        using var other = new Person(Site.Small.Site);
        token = await other.TokenAsync(link);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await other.PostAsync(link, token, ("name", "X"), ("password", SmallSite.Password))).StatusCode);
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
        return await AddAsync(id, item, name, file);
    }

    private async Task<HttpResponseMessage> AddAsync(string id, string item, string name, HttpContent file)
    {
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

    private sealed class Letters : IMailer
    {
        public List<(string To, string Body)> Sent { get; } = [];

        public Task SendAsync(Message message, CancellationToken cancel)
        {
            Sent.Add((message.To, message.Body));
            return Task.CompletedTask;
        }
    }

    /// <summary>So many bytes of nothing, which nobody holds.</summary>
    private sealed class Zeros(long length) : Stream
    {
        private long at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => at;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, length - at);
            Array.Clear(buffer, offset, read);
            at += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
