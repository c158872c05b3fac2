using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Mortanba.Accounts;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Centres;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Recognition;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Work;

/// <summary>Two installations that know each other, and a third centre that is asked by letter. Nothing is sent but by the tests.</summary>
public sealed class TwoCentres : IAsyncLifetime
{
    public const string ByLetter = "nic-letter.example";

    public RecognitionSite Here { get; } = new();

    internal SmallSite There { get; } = new() { Also = settings => settings with { InformationCentres = [] } };

    internal string HereId => CentreEnvelope.OwnId(Here.Home);

    internal string ThereId => CentreEnvelope.OwnId(There.Home);

    public async ValueTask InitializeAsync()
    {
        await Here.InitializeAsync();
        await There.InitializeAsync();
        await KnowAsync(Here.Home, There);
        await KnowAsync(There.Home, Here.Small);
        ((List<CentreSettings>)Here.Home.Settings.InformationCentres!).Add(new CentreSettings(ByLetter, "Centre by letter", "DE", Email: "nic@letter.example"));
        foreach (var site in new[] { Here.Small, There })
        {
            await site.Services.GetServices<IHostedService>().OfType<InquiryWorker>().Single().StopAsync(default);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await There.DisposeAsync();
        await Here.DisposeAsync();
    }

    internal void Pass(TimeSpan time)
    {
        Here.Small.Time.Pass(time);
        There.Time.Pass(time);
    }

    internal static async Task<SigningKey> KeyAsync(Installation home)
    {
        await using var connection = await home.Database.ConnectAsync();
        return await home.SigningKeyAsync(connection, Bin.Parse(home.Settings.OperatorBin));
    }

    // Each has its key only once it runs; the list of the settings is a list in memory.
    private static async Task KnowAsync(Installation home, SmallSite other) => ((List<CentreSettings>)home.Settings.InformationCentres!).Add(new CentreSettings(
        CentreEnvelope.OwnId(other.Home), "The other centre", "TR", other.Site + "/api/v1/recognition/inquiries",
        (await KeyAsync(other.Home)).Signer.ToPublicKey().Multibase));
}

/// <summary>
/// Inquiries between two installations over the wire (requirement RQ-24): what is asked starts the wait of its case, what is answered or
/// not answered ends it (requirement RQ-6), and nothing that goes wrong between them counts twice or is lost.
/// </summary>
[Trait("Requirement", "RQ-24"), Trait("Requirement", "RQ-6")]
public sealed class InquiryExchangeTests(TwoCentres centres) : IClassFixture<TwoCentres>
{
    private static readonly Dictionary<string, string> Facts = new() { ["number"] = "A 17" };

    [Fact]
    public async Task A_question_stops_the_clock_and_its_signed_answer_starts_it_again_and_is_evidence()
    {
        var one = await centres.Here.CaseAsync(CaseStage.Authenticity);
        using var officer = await centres.Here.SignedInAsync("officer");
        const string form = "/en/console/recognition/inquiries/new";
        var sent = await officer.PostAsync(
            form, await officer.TokenAsync(form), ("case", one.Number!), ("centre", centres.ThereId), ("question", "genuine"),
            ("words", "Did you issue it?"), ("number", "A 17"));
        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        var address = sent.Headers.Location!.ToString();
        var wait = Assert.Single((await centres.Here.FindAsync(one.Id)).OpenWaits);
        Assert.Equal((WaitFor.InformationCentre, address.Split('/')[^1]), (wait.Wait.For, wait.Id));

        await DispatchOf(centres.Here.Small).SendDueAsync();
        var (asked, _) = await ReceivedAsync(wait.Id);
        using (var other = await centres.There.SignedInAsync("nic@there.example", Role.RecognitionOfficer))
        {
            var page = $"/en/console/recognition/inquiries/of/{asked.Id}";
            var read = await other.PageAsync(page);
            Assert.Contains("A 17", read.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Redirect, (await other.PostAsync(
                page, await other.TokenAsync(page), ("side", "in"), ("version", $"{asked.Version}"), ("outcome", "confirmed"), ("words", "It is ours."))).StatusCode);
        }

        await DispatchOf(centres.There).SendDueAsync();
        Assert.Contains("It is ours.", (await officer.PageAsync(address)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var answered = await centres.Here.FindAsync(one.Id);
        Assert.Empty(answered.OpenWaits);
        var evidence = answered.Documents.Single(d => d.Item == DocumentItems.Answer);
        Assert.Equal(EvidenceSource.Authority, evidence.Source);
        // That the clock stands and runs again the applicant is told.
        Assert.Equal(2, await CountAsync("SELECT id FROM mail_queue WHERE subject_kind = 'recognition-case' AND subject = @id", one.Id));
        Assert.True(FindAuthenticity.Of(
            answered, centres.Here.Officer.Id, new AuthenticityFinding(Authenticity.Confirmed, AuthenticityWay.InformationCentre, [evidence.Id], ""), Now).IsDone);
    }

    [Fact]
    public async Task Only_a_new_message_of_the_centre_itself_for_us_about_an_inquiry_of_ours_is_taken()
    {
        var one = await centres.Here.CaseAsync(CaseStage.Authenticity);
        var inquiry = (await AskAsync(one, centres.ThereId)).Value;
        var (theirs, ours) = (await TwoCentres.KeyAsync(centres.There.Home), await TwoCentres.KeyAsync(centres.Here.Home));
        var reply = new CentreMessage(
            "msg-0000000001", inquiry.Id, CentreMessageKind.Reply, centres.ThereId, centres.HereId, Now, EvidenceQuestion.Genuine, "No.",
            new Dictionary<string, string>(), InquiryOutcome.NotConfirmed);
        Task<HttpStatusCode> Post(CentreMessage message, SigningKey? key = null) => PostAsync(CentreEnvelope.Sign(key ?? theirs, message));

        Assert.Equal(HttpStatusCode.Forbidden, await Post(reply, ours));
        Assert.Equal(HttpStatusCode.Forbidden, await Post(reply with { From = "did:web:nobody.example" }));
        Assert.Equal(HttpStatusCode.Forbidden, await Post(reply with { To = "did:web:nobody.example" }));
        Assert.Equal(HttpStatusCode.BadRequest, await Post(reply with { At = Now.AddDays(-31) }));
        Assert.Equal(HttpStatusCode.NotFound, await Post(reply with { Inquiry = "inq-00000000" }));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync("no message"u8.ToArray()));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(new byte[CentreMessage.SizeMaxBytes + 1]));
        Assert.Single((await centres.Here.FindAsync(one.Id)).OpenWaits);

        Assert.Equal(HttpStatusCode.Accepted, await Post(reply));
        Assert.Equal(HttpStatusCode.Conflict, await Post(reply));
        var after = await centres.Here.FindAsync(one.Id);
        Assert.Empty(after.OpenWaits);
        Assert.Single(after.Documents, d => d.Item == DocumentItems.Answer);
    }

    [Fact]
    public async Task What_cannot_be_sent_is_sent_later_once_and_silence_ends_the_wait()
    {
        var one = await centres.Here.CaseAsync(CaseStage.Evaluation);
        var inquiry = (await AskAsync(one, centres.ThereId)).Value;
        var mail = centres.Here.Small.Services;
        using var network = new Network();
        using var invoker = new HttpMessageInvoker(network);
        var dispatch = new InquiryDispatch(centres.Here.Home, invoker, mail.GetRequiredService<MailQueue>(), mail.GetRequiredService<Texts>());

        // Down: tried again after four minutes, not before.
        network.State = NetworkState.Down;
        Assert.Equal(0, await dispatch.SendDueAsync());
        network.State = NetworkState.Busy;
        centres.Pass(TimeSpan.FromMinutes(3));
        Assert.Equal((0, 1), (await dispatch.SendDueAsync(), network.Attempts));
        centres.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 2), (await dispatch.SendDueAsync(), network.Attempts));

        // Killed after it was delivered and before that was noted: it goes again, and is known there.
        centres.Pass(TimeSpan.FromMinutes(8));
        network.State = NetworkState.LosesTheSender;
        await Assert.ThrowsAsync<InvalidOperationException>(() => dispatch.SendDueAsync());
        network.State = NetworkState.Up;
        Assert.Equal(0, await dispatch.SendDueAsync());
        centres.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await dispatch.SendDueAsync());
        var (asked, entries) = await ReceivedAsync(inquiry.Id);
        Assert.Single(entries);

        // 14 working days are over, then 40.
        centres.Pass(TimeSpan.FromDays(20));
        await dispatch.KeepTermsAsync();
        await dispatch.SendDueAsync();
        Assert.Equal(1, (await ReceivedAsync(inquiry.Id)).Inquiry.Reminders);
        Assert.NotEmpty((await centres.Here.FindAsync(one.Id)).OpenWaits);
        centres.Pass(TimeSpan.FromDays(45));
        await dispatch.KeepTermsAsync();
        var silent = await centres.Here.FindAsync(one.Id);
        Assert.Empty(silent.OpenWaits);
        Assert.Equal(InquiryState.Unanswered, (await FindAsync(centres.Here.Home, inquiry.Id)).State);

        // A late answer is still taken.
        var there = new AskCentre(centres.There.Home, centres.There.Services.GetRequiredService<MailQueue>(), centres.There.Services.GetRequiredService<Texts>());
        asked = (await ReceivedAsync(inquiry.Id)).Inquiry;
        Assert.True((await there.EndAsync(Actor.AtConsole("nic"), Role.RecognitionOfficer, asked.Id, asked.Version, false, InquiryOutcome.CannotSay, "The archive burnt.")).IsDone);
        Assert.Equal(1, await DispatchOf(centres.There).SendDueAsync());
        var late = await FindAsync(centres.Here.Home, inquiry.Id);
        Assert.Equal((InquiryState.Answered, InquiryOutcome.CannotSay), (late.State, late.Outcome));
        var after = await centres.Here.FindAsync(one.Id);
        Assert.Equal((silent.Waits.Count, 1), (after.Waits.Count, after.Documents.Count(d => d.Item == DocumentItems.Answer)));
    }

    [Fact]
    public async Task By_letter_the_wait_ends_when_the_last_answer_is_written_down()
    {
        var one = await centres.Here.CaseAsync(CaseStage.Authenticity);
        var (first, second) = ((await AskAsync(one, TwoCentres.ByLetter)).Value, (await AskAsync(one, TwoCentres.ByLetter)).Value);
        foreach (var id in new[] { first.Id, second.Id })
        {
            Assert.Equal(1, await CountAsync("SELECT id FROM mail_queue WHERE subject_kind = 'inquiry' AND subject = @id", id));
        }

        Assert.Equal(first.Id, Assert.Single((await centres.Here.FindAsync(one.Id)).OpenWaits).Id);
        Assert.True((await EndAsync(first)).IsDone);
        Assert.Single((await centres.Here.FindAsync(one.Id)).OpenWaits);
        Assert.True((await EndAsync(second)).IsDone);
        Assert.Empty((await centres.Here.FindAsync(one.Id)).OpenWaits);
        Assert.Equal("recognition/inquiry-moved-on", (await EndAsync(second)).Problem?.Code);
    }

    [Fact, Trait("Requirement", "RQ-29")]
    public async Task A_forgery_is_told_to_the_centre_of_its_country_once_no_appeal_can_take_it_back_and_no_answer_is_awaited()
    {
        var one = await centres.Here.CaseAsync(CaseStage.Authenticity);
        one = await centres.Here.ActAsync("officer", one.Id, (c, at) => FindAuthenticity.Of(
            c, centres.Here.Officer.Id, new AuthenticityFinding(Authenticity.NotConfirmed, AuthenticityWay.IssuerRegister, ["document-register"], ""), at));
        var draft = new DecisionDraft(RecognitionOutcome.NoDecision, [], NoDecision: NoDecisionReason.NotAuthentic);
        var decide = new DecideRecognition(centres.Here.Home, new DiplomaFlow(centres.Here.Home), centres.Here.Desk);
        const string told = "SELECT id FROM recognition_inquiries WHERE case_id = @id AND state = 'told' AND way = 'email'";
        Assert.True((await decide.RunAsync(centres.Here.Maker, Role.DecisionMaker, one.Id, one.Version, draft, [], "Never given.")).IsDone);
        Assert.Equal(0, await CountAsync(told, one.Id));
        await centres.Here.UpholdAsync(one.Id);
        Assert.Equal(1, await CountAsync(told, one.Id));

        var dispatch = DispatchOf(centres.Here.Small);
        await dispatch.SendDueAsync();
        await dispatch.SendDueAsync();
        await dispatch.KeepTermsAsync();
        Assert.Equal(1, await CountAsync(
            "SELECT m.id FROM mail_queue m JOIN recognition_inquiries i ON i.id = m.subject WHERE m.subject_kind = 'inquiry' AND i.case_id = @id", one.Id));
        Assert.Equal(1, await CountAsync(
            "SELECT m.id FROM recognition_inquiry_messages m JOIN recognition_inquiries i ON i.id = m.inquiry WHERE i.case_id = @id AND m.state = 'sent'", one.Id));
        Assert.Empty((await centres.Here.FindAsync(one.Id)).OpenWaits);
    }

    [Fact]
    public async Task About_a_case_that_was_withdrawn_nothing_leaves_nobody_is_reminded_and_nobody_is_asked()
    {
        var one = await centres.Here.CaseAsync(CaseStage.Authenticity);
        var (letter, queued) = ((await AskAsync(one, TwoCentres.ByLetter)).Value, (await AskAsync(one, centres.ThereId)).Value);
        var here = centres.Here;
        Assert.True((await here.Desk.ActAsync(
            here.Applicant, null, one.Id, (await here.FindAsync(one.Id)).Version, (c, at) => WithdrawCase.Of(c, here.Applicant.Id, at), default,
            InquiryWait.TakeBack(here.Home))).IsDone);
        Assert.Empty((await centres.Here.FindAsync(one.Id)).OpenWaits);
        Assert.Equal("recognition/other-stage", (await AskAsync(one, centres.ThereId)).Problem?.Code);

        var dispatch = DispatchOf(centres.Here.Small);
        await dispatch.SendDueAsync();
        Assert.Equal(1, await CountAsync("SELECT id FROM recognition_inquiry_messages WHERE inquiry = @id AND state = 'failed'", queued.Id));
        centres.Pass(TimeSpan.FromDays(30));
        await dispatch.KeepTermsAsync();
        foreach (var id in new[] { letter.Id, queued.Id })
        {
            var inquiry = await FindAsync(centres.Here.Home, id);
            Assert.Equal((InquiryState.Unanswered, 0), (inquiry.State, inquiry.Reminders));
        }

        Assert.Equal(0, await CountAsync("SELECT id FROM mail_queue WHERE subject_kind = 'inquiry' AND subject = @id", letter.Id));
    }

    [Theory]
    [InlineData(CaseStage.Draft)]
    [InlineData(CaseStage.Intake)]
    [InlineData(CaseStage.Decision)]
    public async Task Nobody_is_asked_where_the_case_cannot_wait(CaseStage stage)
    {
        var one = await centres.Here.CaseAsync(stage);
        Assert.Equal("recognition/other-stage", (await AskAsync(one, centres.ThereId)).Problem?.Code);
        Assert.Equal(0, await CountAsync("SELECT id FROM recognition_inquiries WHERE case_id = @id", one.Id));
    }

    private DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(centres.Here.Home.Time.GetUtcNow().ToUnixTimeSeconds());

    private AskCentre Ask => new(
        centres.Here.Home, centres.Here.Small.Services.GetRequiredService<MailQueue>(), centres.Here.Small.Services.GetRequiredService<Texts>());

    private Task<Outcome<Inquiry>> AskAsync(RecognitionCase one, string centre) =>
        Ask.RunAsync(centres.Here.Officer, Role.RecognitionOfficer, one.Id, centre, EvidenceQuestion.Genuine, "Did you issue it?", Facts);

    private Task<Outcome<Inquiry>> EndAsync(Inquiry asked) => Ask.EndAsync(
        centres.Here.Officer, Role.RecognitionOfficer, asked.Id, 1, true, InquiryOutcome.Confirmed, "By letter of today.");

    private static InquiryDispatch DispatchOf(SmallSite site) => site.Services.GetRequiredService<InquiryDispatch>();

    private async Task<HttpStatusCode> PostAsync(byte[] body)
    {
        using var client = new HttpClient();
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(CentreEnvelope.MediaType);
        using var answer = await client.PostAsync(centres.Here.Small.Site + "/api/v1/recognition/inquiries", content);
        return answer.StatusCode;
    }

    /// <summary>What the other centre has of an inquiry of ours.</summary>
    private async Task<(Inquiry Inquiry, IReadOnlyList<InquiryEntry> Entries)> ReceivedAsync(string ours)
    {
        await using var connection = await centres.There.Home.Database.ConnectAsync();
        var id = (await connection.QueryAsync(
            "SELECT id FROM recognition_inquiries WHERE their_id = @id", r => r.GetString(0), default, ("id", ours))).Single();
        return (await new InquiryStore(centres.There.Home.Vault).FindAsync(connection, id))!.Value;
    }

    private static async Task<Inquiry> FindAsync(Installation home, string id)
    {
        await using var connection = await home.Database.ConnectAsync();
        return (await new InquiryStore(home.Vault).FindAsync(connection, id))!.Value.Inquiry;
    }

    private async Task<int> CountAsync(string query, string id)
    {
        await using var connection = await centres.Here.Home.Database.ConnectAsync();
        return (await connection.QueryAsync(query, r => r.GetString(0), default, ("id", id))).Count;
    }

    private enum NetworkState
    {
        Up,
        Down,
        Busy,

        /// <summary>Delivers, and the sender does not live to hear of it.</summary>
        LosesTheSender,
    }

    private sealed class Network : DelegatingHandler
    {
        public Network()
            : base(new SocketsHttpHandler())
        {
        }

        public NetworkState State { get; set; }

        public int Attempts { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Attempts++;
            switch (State)
            {
                case NetworkState.Down:
                    throw new HttpRequestException("No route to host.");
                case NetworkState.Busy:
                    return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
                default:
                    var answer = await base.SendAsync(request, cancellationToken);
                    if (State == NetworkState.LosesTheSender)
                    {
                        answer.Dispose();
                        throw new InvalidOperationException("The process ended.");
                    }

                    return answer;
            }
        }
    }
}
