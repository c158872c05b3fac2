using System.Data.Common;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.LearningPlatforms;
using Mortanba.Host.Webhooks;
using Mortanba.Issuance;
using Mortanba.Journey.Tests.Live;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>A database with our key and one school, and a platform beside it: one for all tests of <see cref="ScoreDispatchTests"/>.</summary>
public sealed class ScoreWorld : IAsyncLifetime
{
    internal static readonly Bin School = Bin.Parse("990140001015");

    private readonly string directory = Directory.CreateTempSubdirectory("mortanba-scores-").FullName;

    internal ManualTime Time { get; } = new();

    internal HttpMessageInvoker Http { get; } = new(WebhookConnections.Handler(true, []));

    internal Database Database { get; private set; } = null!;

    internal EncryptedFileVault Vault { get; private set; } = null!;

    internal EventStore Events { get; private set; } = null!;

    internal TrialPlatform Moodle { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = Database.At("sqlite:" + Path.Combine(directory, "test.db"));
        await Database.MigrateAsync([.. EventSchema.Migrations, .. DirectorySchema.Migrations, .. ConnectionSchema.Migrations]);
        Vault = EncryptedFileVault.Open(Path.Combine(directory, "vault.bin"), "passphrase").Value;
        Events = new EventStore(Vault, new WorkingCalendar(RuleBook.Load(RuleBook.DefaultFolder).Value));
        Moodle = new TrialPlatform(async () =>
        {
            using var key = await new LtiStore(Vault).KeyAsync(Database, Time.GetUtcNow());
            return key.Jwks();
        });
        await Moodle.StartAsync();
        await Database.WriteAsync(t => new SchoolDirectory(Vault).PutAsync(
            t, new School(School, LocalizedText.Same("School"), "KZ-61", "District", SchoolKind.School, Setting.Urban, ["kk"], Connectivity.Good), Time.GetUtcNow()));
    }

    public async ValueTask DisposeAsync()
    {
        await Moodle.DisposeAsync();
        await Database.DisposeAsync();
        Vault.Dispose();
        Http.Dispose();
        Directory.Delete(directory, recursive: true);
    }
}

/// <summary>Grades on their way to a platform that refuses, breaks off and comes back.</summary>
public sealed class ScoreDispatchTests(ScoreWorld world) : IClassFixture<ScoreWorld>, IAsyncLifetime
{
    private static readonly Bin School = ScoreWorld.School;

    private readonly ManualTime time = world.Time;
    private readonly EventStore events = world.Events;
    private readonly PlatformCalls calls = new(world.Http, world.Time);
    private readonly string learner = SchoolDirectory.NewPersonId();
    private readonly string platform = "lti-" + Guid.NewGuid();
    private readonly string subject = Guid.NewGuid().ToString();
    private string task = "";

    public async ValueTask InitializeAsync()
    {
        var at = time.GetUtcNow();
        world.Moodle.Received.Clear();
        world.Moodle.ColumnsMade.Clear();
        (world.Moodle.Fails, world.Moodle.RefusesTokens, world.Moodle.Kept, world.Moodle.TokensGiven) = (null, false, () => { }, 0);
        await world.Database.WriteAsync(async t =>
        {
            await t.ExecuteAsync("DELETE FROM lti_scores", default);
            await new SchoolDirectory(world.Vault).AddAsync(
                t, School,
                [new SchoolPerson(learner, School, SchoolPersonKind.Learner, "9A", [], 9, "kk", "", false, learner, [], new PersonWords("Invented", null), at, null)],
                null);
            var terms = new TaskTerms("Railway essay", "Write.", "9A", 2, [], 80, false, 10, at.AddDays(7));
            task = (await events.CreateAsync(t, TaskStreams.Tasks, School, (TaskEvent)new TaskSet(at, "teacher", School.Value, terms, "rule"))).Now.Id;
            await ConnectAsync(t, platform, School, TrialPlatform.ClientId);
        });
        await OpenAsync();
    }

    public async ValueTask DisposeAsync() => await world.Database.WriteAsync(t => LtiStore.EndAsync(t, School, platform, time.GetUtcNow()));

    [Fact]
    [Trait("Requirement", "AI-14")]
    public async Task Nothing_goes_before_a_person_decided_whatever_a_program_proposed()
    {
        Assert.Equal(0, await SendAsync());
        await HandInAsync();
        await HappensAsync(new GradeProposed(time.GetUtcNow(), "client", new GradeProposal(9, "system-1", "1", "Good.", ["The text"])));
        await OpenAsync();
        Assert.Equal(0, await SendAsync());
        Assert.Empty(world.Moodle.Received);

        await DecideAsync(7);
        Assert.Equal(1, await SendAsync());
        Assert.Equal(7, world.Moodle.GradeOf(subject));
    }

    [Fact]
    public async Task The_same_score_goes_once_however_often_the_task_is_opened_and_a_changed_one_goes_again()
    {
        await HandInAsync();
        await DecideAsync(7);
        Assert.Equal(1, await SendAsync());
        await OpenAsync();
        Assert.Equal(0, await SendAsync());
        Assert.Single(world.Moodle.Received);
        Assert.Equal(1, world.Moodle.TokensGiven);

        time.Pass(TimeSpan.FromMinutes(1));
        await HappensAsync(new ObjectionMade(time.GetUtcNow(), "account", ObjectionKind.Objection, "Why?", new DateOnly(2026, 7, 20)));
        await HappensAsync(new ObjectionAnswered(time.GetUtcNow(), "head", true, "head", ObjectionKind.Objection, "Read again.", "The text", 8, true));
        await DecidedAsync();
        Assert.Equal(1, await SendAsync());
        Assert.Equal((2, 8m), (world.Moodle.Received.Count, world.Moodle.GradeOf(subject)!.Value));
    }

    [Fact]
    public async Task A_refused_token_and_a_broken_platform_are_tried_again_after_their_pauses()
    {
        await HandInAsync();
        await DecideAsync(7);
        world.Moodle.RefusesTokens = true;
        Assert.Equal(0, await SendAsync());
        Assert.Equal(("waiting", 400, "token-refused"), await StateAsync());
        Assert.Equal(0, await SendAsync());

        world.Moodle.RefusesTokens = false;
        world.Moodle.Fails = 503;
        time.Pass(TimeSpan.FromSeconds(6));
        Assert.Equal(0, await SendAsync());
        Assert.Equal(("waiting", 503, null), await StateAsync());

        world.Moodle.Fails = null;
        time.Pass(TimeSpan.FromSeconds(6));
        Assert.Equal(0, await SendAsync());
        time.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(1, await SendAsync());
        Assert.Equal(("sent", 200, null), await StateAsync());
    }

    [Fact]
    public async Task After_the_last_pause_it_counts_as_failed_until_a_person_sends_it_again()
    {
        await HandInAsync();
        await DecideAsync(7);
        world.Moodle.Fails = 500;
        for (var attempt = 0; attempt <= WebhookDispatch.Pauses.Length; attempt++)
        {
            Assert.Equal(0, await SendAsync());
            time.Pass(TimeSpan.FromHours(25));
        }

        Assert.Equal(("failed", 500, null), await StateAsync());
        world.Moodle.Fails = null;
        Assert.Equal(0, await SendAsync());
        Assert.Equal(1, await world.Database.WriteAsync(t => LtiScores.AgainAsync(t, School, time.GetUtcNow())));
        Assert.Equal(1, await SendAsync());
    }

    [Fact]
    public async Task Killed_between_sending_and_noting_it_goes_again_with_the_same_time_and_is_known_there()
    {
        await HandInAsync();
        await DecideAsync(7);
        using (var killed = new CancellationTokenSource())
        {
            world.Moodle.Kept = killed.Cancel;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SendAsync(killed.Token));
        }

        world.Moodle.Kept = () => { };
        Assert.Equal("waiting", (await StateAsync()).State);
        // Nobody else takes it before the lease is over.
        Assert.Equal(0, await SendAsync());
        time.Pass(TimeSpan.FromMinutes(3));
        Assert.Equal(1, await SendAsync());
        Assert.Equal(("sent", 409, null), await StateAsync());
        Assert.Equal(2, world.Moodle.Received.Count);
        Assert.Single(world.Moodle.Received.Distinct());
    }

    [Fact]
    public async Task Two_nodes_at_once_send_it_once()
    {
        await HandInAsync();
        await DecideAsync(7);
        Assert.Equal(1, (await Task.WhenAll(SendAsync(), SendAsync(), SendAsync())).Sum());
        Assert.Single(world.Moodle.Received);
    }

    [Fact]
    public async Task A_link_without_a_column_gets_one_and_keeps_it()
    {
        await OpenAsync("4", hasColumn: false);
        await HandInAsync();
        await DecideAsync(7);
        Assert.Equal(2, await SendAsync());
        Assert.Equal([task], world.Moodle.ColumnsMade);

        // The platform knows the column: it is found, not made again.
        await OpenAsync("6", hasColumn: false);
        await SendAsync();
        Assert.Equal([task], world.Moodle.ColumnsMade);
    }

    [Fact]
    public async Task An_ended_platform_gets_nothing_and_neither_does_that_of_another_school()
    {
        await HandInAsync();
        await DecideAsync(7);
        _ = (await world.Database.WriteAsync(t => LtiStore.EndAsync(t, School, platform, time.GetUtcNow()))).Value;
        Assert.Equal(0, await SendAsync());

        await world.Database.WriteAsync(async t =>
        {
            await ConnectAsync(t, "lti-far", Bin.Parse("990140001025"), "client-far");
            await LtiScores.OpenAsync(t, Launch("3", true, "lti-far"), task, time.GetUtcNow());
        });
        Assert.Equal(0, await SendAsync());
        Assert.Empty(world.Moodle.Received);
    }

    private Task<int> SendAsync(CancellationToken cancel = default) =>
        new ScoreDispatch(world.Database, world.Vault, events, calls, time).SendDueAsync(cancel);

    private async Task ConnectAsync(DbTransaction transaction, string id, Bin school, string client)
    {
        var address = new Uri(world.Moodle.Address + "/token.php");
        _ = (await LtiStore.AddAsync(
            transaction, new LtiPlatform(id, school, "Moodle", world.Moodle.Address, client, ["1"], address, address, world.Moodle.Jwks()), "coordinator", time.GetUtcNow())).Value;
        _ = (await LtiStore.BindAsync(transaction, id, subject, learner, time.GetUtcNow())).Value;
    }

    private Task OpenAsync(string link = "3", bool hasColumn = true) =>
        world.Database.WriteAsync(t => LtiScores.OpenAsync(t, Launch(link, hasColumn), task, time.GetUtcNow()));

    private LtiLaunch Launch(string link, bool hasColumn, string? from = null) => new(
        from ?? platform, subject, "1", link, null, [LtiRole.Learner], "https://site.example", null,
        new LtiGradeService(
            [LtiScore.ScoreScope, LtiScore.LineItemScope], new Uri(world.Moodle.Address + "/2/lineitems?type_id=1"),
            hasColumn ? new Uri(world.Moodle.Address + "/2/lineitems/9/lineitem?type_id=1") : null),
        null, new Dictionary<string, string>(), "nonce", time.GetUtcNow());

    private Task HandInAsync() => world.Database.WriteAsync(t => events.CreateAsync(
        t, TaskStreams.Works, School,
        (WorkEvent)new WorkHandedIn(time.GetUtcNow(), "account", task, School.Value, learner, 2, new WorkDraft("Text", null), [], []),
        LearnerWork.IdOf(task, learner)));

    private Task HappensAsync(WorkEvent happened) => world.Database.WriteAsync(async t =>
    {
        var work = (await events.LockAsync(t, TaskStreams.Works, LearnerWork.IdOf(task, learner), School, null)).Value;
        await events.AppendAsync(t, TaskStreams.Works, work, happened);
    });

    private async Task DecideAsync(int score)
    {
        await HappensAsync(new GradeDecided(time.GetUtcNow(), "teacher", true, "teacher", score, "Clear.", [], "rule"));
        await DecidedAsync();
    }

    private Task DecidedAsync() => world.Database.WriteAsync(t => LtiScores.DecidedAsync(t, task, learner, time.GetUtcNow()));

    private async Task<(string State, int? Status, string? Fault)> StateAsync()
    {
        await using var connection = await world.Database.ConnectAsync();
        var one = (await LtiScores.CountsAsync(connection, School)).Single();
        return (one.State, one.Status, one.Fault);
    }
}
