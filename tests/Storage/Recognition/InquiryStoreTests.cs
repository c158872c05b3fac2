using Mortanba.Flow.Tests.Recognition;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Recognition;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Storage.Tests.Recognition;

[Trait("Requirement", "RQ-24")]
public sealed class InquiryStoreTests : IDisposable
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly Dictionary<string, string> Facts = new() { ["number"] = "A 17" };

    private readonly string folder = Directory.CreateTempSubdirectory("mortanba-inquiries-").FullName;
    private readonly EncryptedFileVault vault;
    private readonly InquiryStore store;

    public InquiryStoreTests()
    {
        vault = EncryptedFileVault.Open(Path.Combine(folder, "vault.bin"), "a passphrase of a test").Value;
        store = new InquiryStore(vault);
    }

    public void Dispose()
    {
        vault.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task An_inquiry_is_queued_once_sent_once_and_answered(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, InquirySchema.Migrations);
        var asked = await AskAsync(test, InquiryWay.Https);
        var due = Assert.Single(await DueAsync(test, Monday));
        Assert.Equal((CentreMessageKind.Inquiry, "Is it yours?", "A 17"), (due.Kind, due.Words, due.Facts["number"]));

        // Two nodes at once: one takes it.
        var taken = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ =>
            test.Database.WriteAsync(t => InquiryStore.ClaimAsync(t, due, Monday, Monday.AddMinutes(1)))));
        Assert.Single(taken, isTaken => isTaken);
        Assert.Empty(await DueAsync(test, Monday));
        await test.Database.WriteAsync(t => InquiryStore.NoteAsync(t, due, isSent: true, isFinal: false, Monday));
        Assert.Empty(await DueAsync(test, Monday.AddDays(1)));

        var reply = Reply(asked.TheirId, "msg-1234567890");
        Assert.Equal(InquiryState.Answered, (await TakeAsync(test, reply)).Value.State);
        Assert.Equal("recognition/centre-message-twice", (await TakeAsync(test, reply)).Problem?.Code);
        Assert.Equal("recognition/centre-inquiry-unknown", (await TakeAsync(test, Reply("inq-unknown-1", "msg-0987654321"))).Problem?.Code);
        var (inquiry, entries) = (await FindAsync(test, asked.Id))!.Value;
        Assert.Equal(InquiryOutcome.Confirmed, inquiry.Outcome);
        Assert.Equal([CentreMessageState.Sent, CentreMessageState.Received], entries.Select(e => e.State));
        Assert.DoesNotContain("Is it yours", await AllTextAsync(test), StringComparison.Ordinal);

        await test.Database.WriteAsync(t => store.ForgetAsync(t, "case-1"));
        Assert.Null(await FindAsync(test, asked.Id));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task A_message_that_is_erased_while_it_is_being_sent_is_gone_and_nothing_is_noted_of_it(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, InquirySchema.Migrations);
        var asked = await AskAsync(test, InquiryWay.Https);
        var due = Assert.Single(await DueAsync(test, Monday));
        Assert.True(await test.Database.WriteAsync(t => InquiryStore.ClaimAsync(t, due, Monday, Monday.AddMinutes(1))));
        Assert.True(await test.Database.WriteAsync(t => InquiryStore.IsWaitingAsync(t, due)));
        await test.Database.WriteAsync(t => store.ForgetAsync(t, "case-1"));
        Assert.False(await test.Database.WriteAsync(t => InquiryStore.IsWaitingAsync(t, due)));
        await test.Database.WriteAsync(t => InquiryStore.NoteAsync(t, due, isSent: true, isFinal: false, Monday));
        Assert.Null(await FindAsync(test, asked.Id));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task A_notice_awaits_no_answer_and_by_post_it_waits_for_a_person(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, InquirySchema.Migrations);
        var told = await test.Database.WriteAsync(t => store.NoticeAsync(
            t, new NewInquiry(InquiryStore.NewId(Monday), "case-1", "University of Somewhere", InquiryWay.Post, "here", EvidenceQuestion.Genuine, "False.", Facts), Monday));
        Assert.Empty(await DueAsync(test, Monday.AddDays(1)));
        Assert.Equal(InquiryState.Told, (await FindAsync(test, told.Id))!.Value.Inquiry.State);
        Assert.Equal(
            "recognition/inquiry-moved-on",
            (await test.Database.WriteAsync(t => store.RecordAsync(t, told.Id, 1, InquiryOutcome.Confirmed, "Thanks.", Monday))).Problem?.Code);
        Assert.True(await test.Database.WriteAsync(t => InquiryStore.PostedAsync(t, told.Id)));
        Assert.False(await test.Database.WriteAsync(t => InquiryStore.PostedAsync(t, told.Id)));

        var theirs = new CentreMessage(
            "msg-1111111111", "inq-theirs-1", CentreMessageKind.Notice, "nic-tr", "here", Monday, EvidenceQuestion.Genuine, "False.", Facts);
        Assert.Equal(InquiryState.Told, (await TakeAsync(test, theirs)).Value.State);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task Another_centre_asks_reminds_and_gets_one_reply(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, InquirySchema.Migrations);
        var question = new CentreMessage(
            "msg-1111111111", "inq-theirs-1", CentreMessageKind.Inquiry, "nic-tr", "here", Monday, EvidenceQuestion.Genuine, "Yours?", Facts);
        var inquiry = (await TakeAsync(test, question)).Value;
        Assert.Equal(1, (await TakeAsync(test, question with { Id = "msg-2222222222", Kind = CentreMessageKind.Reminder })).Value.Reminders);
        // What one centre numbered does not stand in the way of another.
        Assert.True((await TakeAsync(test, question with { From = "nic-cn" })).IsDone);

        async Task<Outcome<Inquiry>> Answer(long version) => await test.Database.WriteAsync(
            t => store.ReplyAsync(t, inquiry.Id, version, "here", InquiryOutcome.CannotSay, "Archive burnt", Monday));
        Assert.Equal("recognition/inquiry-moved-on", (await Answer(1)).Problem?.Code);
        Assert.True((await Answer(2)).IsDone);
        Assert.Equal("recognition/inquiry-moved-on", (await Answer(2)).Problem?.Code);
        var reply = Assert.Single(await DueAsync(test, Monday));
        Assert.Equal(("inq-theirs-1", "nic-tr", InquiryOutcome.CannotSay), (reply.Inquiry, reply.To, reply.Outcome));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task The_term_reminds_twice_then_counts_as_not_answered_and_a_late_reply_is_taken(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, InquirySchema.Migrations);
        var rules = RuleBook.Load(RuleBook.DefaultFolder).Value;
        var terms = rules.Resolve(RuleKeys.InquiryTerms, new DateOnly(2026, 11, 2)).Value.Value;
        await AskAsync(test, InquiryWay.Https);
        var steps = new List<(int Day, InquiryStep Step)>();
        for (var day = 0; day < 80; day++)
        {
            await using var connection = await test.Database.ConnectAsync();
            foreach (var inquiry in await store.RunningAsync(connection))
            {
                if (InquiryTimer.Next(inquiry, terms, new WorkingCalendar(rules), Monday.AddDays(day)) is { IsDone: true, Value: not InquiryStep.Wait and var step })
                {
                    steps.Add((day, step));
                    await test.Database.WriteAsync(t => store.StepAsync(t, inquiry, step, "here", Monday.AddDays(day)));
                    Assert.Null(await test.Database.WriteAsync(t => store.StepAsync(t, inquiry, step, "here", Monday.AddDays(day))));
                }
            }
        }

        Assert.Equal([InquiryStep.Remind, InquiryStep.Remind, InquiryStep.GiveUp], steps.Select(s => s.Step));
        Assert.InRange(steps[0].Day, 14, 20);
        await using var open = await test.Database.ConnectAsync();
        var unanswered = Assert.Single(await store.ListAsync(open, InquiryState.Unanswered, "case-1", 0, 10));
        Assert.Equal(InquiryState.Answered, (await TakeAsync(test, Reply(unanswered.TheirId, "msg-late-123456"))).Value.State);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task A_message_that_nobody_takes_is_given_up_after_eight_attempts(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, InquirySchema.Migrations);
        var asked = await AskAsync(test, InquiryWay.Https);
        var at = Monday;
        var attempts = 0;
        for (; await DueAsync(test, at) is [var due]; at = at.AddDays(2))
        {
            attempts++;
            await test.Database.WriteAsync(t => InquiryStore.NoteAsync(t, due, isSent: false, isFinal: false, at));
        }

        Assert.Equal(8, attempts);
        Assert.Equal(CentreMessageState.Failed, (await FindAsync(test, asked.Id))!.Value.Entries.Single().State);
    }

    [Fact]
    public void A_message_in_another_form_is_refused_by_name()
    {
        var good = Reply("inq-12345678", "msg-12345678").Write();
        var text = System.Text.Encoding.UTF8.GetString(good);
        Assert.Equal(text, System.Text.Encoding.UTF8.GetString(CentreMessage.Parse(good).Value.Write()));
        string? Member(string from, string to) => CentreMessage.Parse(System.Text.Encoding.UTF8.GetBytes(
            text.Replace(from, to, StringComparison.Ordinal))).Problem?.Args.GetValueOrDefault("member");

        Assert.Equal("id", Member("msg-12345678", "m"));
        Assert.Equal("kind", Member("\"reply\"", "\"shout\""));
        Assert.Equal("outcome", Member("\"reply\"", "\"reminder\""));
        Assert.Equal("at", Member("2026-11-02T", "yesterday"));
        Assert.Equal("v", Member("\"v\":1", "\"v\":2"));
        Assert.Equal("words", Member("\"Ours.\"", "\"" + new string('x', CentreMessage.WordsMaxChars + 1) + "\""));
        Assert.Equal("json", Member("{", "["));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "RQ-20")]
    public async Task The_list_leaves_out_what_is_about_a_case_of_ones_own_or_that_one_compares_or_compared(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, [.. InquirySchema.Migrations, .. CaseSchema.Migrations]);
        var cases = new CaseStore(vault, new CaseClock(new WorkingCalendar(CaseWorld.Rules)));
        var walk = CaseWorld.At(CaseStage.Evaluation);
        walk.Do(c => AssignCase.Of(c, CaseWorld.Officer, null, "third", null, CaseWorld.Filed.AddDays(4)));
        var id = await test.Database.WriteAsync(async t =>
        {
            var one = await cases.CreateAsync(t, (CaseDescribed)walk.Events[0]);
            foreach (var happened in walk.Events.Skip(1))
            {
                one = await cases.AppendAsync(t, one, happened);
            }

            return one.Case.Id;
        });
        var about = await test.Database.WriteAsync(t => store.AskAsync(
            t, new NewInquiry(InquiryStore.NewId(Monday), id, "nic-tr", InquiryWay.Https, "here", EvidenceQuestion.Genuine, "Is it yours?", Facts), Monday));
        var other = await AskAsync(test, InquiryWay.Https);
        await using var connection = await test.Database.ConnectAsync();
        async Task<IEnumerable<string>> SeenAsync(string? reader) =>
            (await store.ListAsync(connection, InquiryState.Asked, null, 0, 10, reader)).Select(i => i.Id).Order();

        Assert.Equal(new[] { about.Id, other.Id }.Order(), await SeenAsync(null));
        Assert.Equal(new[] { about.Id, other.Id }.Order(), await SeenAsync(CaseWorld.Officer));
        foreach (var reader in new[] { CaseWorld.First, CaseWorld.Second, "third", CaseWorld.Applicant })
        {
            Assert.Equal([other.Id], await SeenAsync(reader));
        }
    }

    private static CentreMessage Reply(string inquiry, string id) => new(
        id, inquiry, CentreMessageKind.Reply, "nic-tr", "here", Monday, EvidenceQuestion.Genuine, "Ours.", new Dictionary<string, string>(),
        InquiryOutcome.Confirmed);

    private Task<Inquiry> AskAsync(TestDatabase test, InquiryWay way) => test.Database.WriteAsync(t => store.AskAsync(
        t, new NewInquiry(InquiryStore.NewId(Monday), "case-1", "nic-tr", way, "here", EvidenceQuestion.Genuine, "Is it yours?", Facts), Monday));

    private Task<Outcome<Inquiry>> TakeAsync(TestDatabase test, CentreMessage message) =>
        test.Database.WriteAsync(t => store.TakeAsync(t, message, Monday.AddDays(1)));

    private async Task<IReadOnlyList<CentreMessage>> DueAsync(TestDatabase test, DateTimeOffset now)
    {
        await using var connection = await test.Database.ConnectAsync();
        return await store.DueAsync(connection, now, 10);
    }

    private async Task<(Inquiry Inquiry, IReadOnlyList<InquiryEntry> Entries)?> FindAsync(TestDatabase test, string id)
    {
        await using var connection = await test.Database.ConnectAsync();
        return await store.FindAsync(connection, id);
    }

    private static async Task<string> AllTextAsync(TestDatabase test)
    {
        await using var connection = await test.Database.ConnectAsync();
        return string.Concat(await connection.QueryAsync(
            "SELECT payload FROM recognition_inquiry_messages", r => System.Text.Encoding.Latin1.GetString(r.GetBytes(0)), default));
    }
}
