using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Bench;
using Mortanba.Issuance;
using Mortanba.TransparencyLog;
using Mortanba.Verification;

namespace Mortanba.Journey.Tests.Live;

/// <summary>The site's own live answers: what they remember, and that nobody is told a thing of yesterday.</summary>
public sealed class OwnLiveSourceTests : IAsyncLifetime
{
    private readonly ManualTime time = new();
    private BenchWorld world = null!;
    private Installation other = null!;
    private CredentialSummary diploma = null!;
    private OwnLiveSource own = null!;
    private OwnLiveSource elsewhere = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>One diploma; asked of the process that writes, and of another one on the same database.</summary>
    public async ValueTask InitializeAsync()
    {
        world = await BenchWorld.CreateAsync(null, Cancel);
        await world.IssueAsync(world.WriteList(1), Cancel);
        await world.Flow.PublishAsync(allStatusLists: true, Cancel);
        diploma = (await world.CredentialsAsync(1, Cancel)).Single();
        other = (await Installation.OpenAsync(world.Home.Directory, time, Cancel)).Value;
        own = new OwnLiveSource(world.Home, new Evidence(world.Home));
        elsewhere = new OwnLiveSource(other, new Evidence(other));
    }

    public async ValueTask DisposeAsync()
    {
        await other.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task A_diploma_that_is_there_is_proved_and_one_that_is_not_is_absent()
    {
        var found = await own.EvidenceAsync(diploma.Asset, Cancel);
        Assert.Equal(LiveState.Found, found.State);
        Assert.Contains(LedgerEntryTypes.AssetRegistered, Types(found));
        Assert.True(Checkpoint.Open(found.Value!.Checkpoint, world.Home.Log.Key, world.Home.Settings.Origin).IsDone);
        Assert.Same(found.Value, (await own.EvidenceAsync(diploma.Asset, Cancel)).Value);

        Assert.Equal(LiveState.Absent, (await own.EvidenceAsync(AssetId.NewRandom(), Cancel)).State);
    }

    [Fact]
    public async Task What_this_process_commits_is_seen_with_the_next_question()
    {
        var before = await own.EvidenceAsync(diploma.Asset, Cancel);
        var lists = await ListsAsync(own);
        await SuspendAsync();

        var after = await own.EvidenceAsync(diploma.Asset, Cancel);
        Assert.DoesNotContain(LedgerEntryTypes.AssetSuspended, Types(before));
        Assert.Contains(LedgerEntryTypes.AssetSuspended, Types(after));
        var now = await ListsAsync(own);
        Assert.NotEqual(lists[1], now[1]);
        Assert.NotEqual(lists[2], now[2]);
    }

    [Fact]
    public async Task What_another_process_commits_is_seen_when_the_answer_is_old()
    {
        await elsewhere.EvidenceAsync(diploma.Asset, Cancel);
        var lists = await ListsAsync(elsewhere);
        await SuspendAsync();

        time.Pass(OwnLiveSource.AgeMax);
        Assert.DoesNotContain(LedgerEntryTypes.AssetSuspended, Types(await elsewhere.EvidenceAsync(diploma.Asset, Cancel)));
        time.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Contains(LedgerEntryTypes.AssetSuspended, Types(await elsewhere.EvidenceAsync(diploma.Asset, Cancel)));
        Assert.NotEqual(lists[1], (await ListsAsync(elsewhere))[1]);
    }

    [Fact]
    public async Task A_diploma_that_another_process_has_just_made_is_never_told_to_be_absent()
    {
        Assert.Equal(LiveState.Found, (await elsewhere.EvidenceAsync(diploma.Asset, Cancel)).State);
        await world.IssueAsync(world.WriteList(3), Cancel);
        await world.Flow.PublishAsync(cancel: Cancel);
        foreach (var made in await world.CredentialsAsync(3, Cancel))
        {
            Assert.Equal(LiveState.Found, (await elsewhere.EvidenceAsync(made.Asset, Cancel)).State);
        }
    }

    [Fact]
    public async Task A_list_that_did_not_change_keeps_its_bytes_in_place()
    {
        var first = await own.StatusListAsync(diploma.Status.TokenUri, Cancel);
        var second = await own.StatusListAsync(diploma.Status.TokenUri, Cancel);
        Assert.Same(first.Value, second.Value);
        time.Pass(OwnLiveSource.AgeMax * 2);
        var older = await elsewhere.StatusListAsync(diploma.Status.TokenUri, Cancel);
        time.Pass(OwnLiveSource.AgeMax * 2);
        Assert.Same(older.Value, (await elsewhere.StatusListAsync(diploma.Status.TokenUri, Cancel)).Value);
    }

    [Fact]
    public async Task A_list_is_found_by_its_exact_name_only()
    {
        var lists = world.Home.Settings.Site + "/status-lists/";
        var id = diploma.Status.ListId;
        foreach (var form in (string[])["revocation", "suspension", "token"])
        {
            Assert.Equal(LiveState.Found, (await own.StatusListAsync($"{lists}{id}/{form}", Cancel)).State);
            Assert.Equal(LiveState.Absent, (await own.StatusListAsync($"{lists}{id}0/{form}", Cancel)).State);
        }

        foreach (var uri in (string[])[
            $"{lists}{id}/Token", $"{lists}{id}/TOKEN", $"{lists}{id}/2", $"{lists}{id}/token/", $"{lists}{id}/token?x", $"{lists}{id}/",
            $"{lists}{id}", $"{lists}x/{id}/token", $"http://elsewhere.example/status-lists/{id}/token", ""])
        {
            Assert.Equal((uri, LiveState.Unreachable), (uri, (await own.StatusListAsync(uri, Cancel)).State));
        }
    }

    private async Task<byte[][]> ListsAsync(OwnLiveSource source) =>
    [
        (await source.StatusListAsync(diploma.Status.RevocationUri, Cancel)).Value!,
        (await source.StatusListAsync(diploma.Status.SuspensionUri, Cancel)).Value!,
        (await source.StatusListAsync(diploma.Status.TokenUri, Cancel)).Value!,
    ];

    private async Task SuspendAsync()
    {
        var now = world.Home.Time.GetUtcNow();
        var request = new ChangeRequest(
            diploma.Asset, "suspected-error", "Order 3", TwoPersons.Of("officer-1", "rector-1", "rector", now, "Order 3").Value);
        var reasons = world.Flow.Reasons().Value;
        _ = (await world.Flow.ChangeAsync(
            (t, append) => new SuspendDiploma(world.Home.Credentials).RunAsync(t, append, reasons, request, Cancel), Cancel)).Value;
        await world.Flow.PublishAsync(allStatusLists: true, Cancel);
    }

    private static IEnumerable<string> Types(Live<LiveEvidence> answer) =>
        answer.Value!.Entries.Select(e => LedgerEntry.Parse(e.Entry).Value.Type);
}
