using System.Security.Cryptography;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Issuance.Samples;
using Mortanba.Storage.Tests.Issuance;
using Xunit;

namespace Mortanba.Storage.Tests.Delivery;

public sealed class DeliveryStoreTests
{
    private static readonly DateTimeOffset At = IssuanceSamples.Now;
    private static readonly Bin University = IssuanceSamples.InitiatorBin;

    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_diploma_with_a_contact_is_prepared_and_one_without_writes_nothing(Dialect dialect)
    {
        await using var bed = await BedAsync(dialect);
        var deliveries = new Deliveries(bed.Vault);
        var issued = await bed.SignAsync(
        [
            IssuanceSamples.Diploma(0, courses: 3) with { Contact = new Contact("a@one.example", "+77010000000") },
            IssuanceSamples.Diploma(1, courses: 3),
        ]);
        _ = (await bed.InsertAsync(issued)).Value;
        await bed.Database.WriteAsync(t => deliveries.PrepareAsync(t, issued, At));

        await using var connection = await bed.Database.ConnectAsync();
        Assert.True((await Deliveries.FindAsync(connection, issued[0].Asset))!.HasContact);
        Assert.Null(await Deliveries.FindAsync(connection, issued[1].Asset));
        Assert.Equal("a@one.example", (await deliveries.RecipientAsync(connection, issued[0].Asset))!.Email);
        var (lines, count) = await DeliveryTable.PageAsync(connection, University, new DeliveryFilter("prepared"), 0, 100);
        Assert.Equal((2, 2), (lines.Count, count));
        Assert.Equal(1, (await DeliveryTable.CountsAsync(connection, University)).Sendable);
        Assert.Empty((await DeliveryTable.PageAsync(connection, Bin.Parse("050540004455"), new DeliveryFilter(), 0, 100)).Lines);
        Assert.Empty(await deliveries.AuditAsync(connection));
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "DA-19")]
    public async Task A_contact_stands_nowhere_in_clear_and_is_gone_after_an_erasure(Dialect dialect)
    {
        await using var bed = await BedAsync(dialect);
        var (deliveries, asset) = (new Deliveries(bed.Vault), AssetId.NewRandom());
        await OpenAsync(bed, deliveries, asset);
        await bed.Database.WriteAsync(t => Deliveries.AddLinkAsync(t, asset, ClaimToken.New(), LinkChannel.Mail, At, TimeSpan.FromDays(1)));

        await using var connection = await bed.Database.ConnectAsync();
        var raw = (await connection.QueryAsync("SELECT contact FROM deliveries", r => r.GetBytes(0), default)).Single();
        Assert.DoesNotContain("one.example", System.Text.Encoding.UTF8.GetString(raw), StringComparison.Ordinal);

        await bed.Database.WriteAsync(t => Deliveries.EraseAsync(t, asset));
        Assert.Null(await Deliveries.FindAsync(connection, asset));
        Assert.Empty(await connection.QueryAsync("SELECT token FROM claim_tokens", r => r.GetString(0), default));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_changed_byte_of_a_prepared_row_is_found(Dialect dialect)
    {
        await using var bed = await BedAsync(dialect);
        var (deliveries, asset) = (new Deliveries(bed.Vault), AssetId.NewRandom());
        await OpenAsync(bed, deliveries, asset);
        await using var connection = await bed.Database.ConnectAsync();
        await connection.ExecuteAsync("UPDATE deliveries SET institution = '050540004455'", default);

        Assert.Equal([asset.ToString()], await deliveries.AuditAsync(connection));
        await Assert.ThrowsAnyAsync<CryptographicException>(() => deliveries.RecipientAsync(connection, asset));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Five_wrong_codes_lock_and_a_new_code_opens_again(Dialect dialect)
    {
        await using var bed = await BedAsync(dialect);
        var (deliveries, asset) = (new Deliveries(bed.Vault), AssetId.NewRandom());
        var row = await OpenAsync(bed, deliveries, asset);
        var code = ClaimCode.New();
        Task<Outcome<AssetId>> TryAsync(string? typed) => bed.Database.WriteAsync(t => deliveries.TryCodeAsync(t, asset, typed));

        Assert.Equal("delivery/no-code", (await TryAsync(code)).Problem?.Code);
        await bed.Database.WriteAsync(t => deliveries.SetCodeAsync(t, row, code, At));
        for (var wrong = 1; wrong < ClaimCode.AttemptsMax; wrong++)
        {
            Assert.Equal("delivery/wrong-code", (await TryAsync(wrong % 2 == 0 ? "AAAA-2222" : new string('x', 5000))).Problem?.Code);
        }

        Assert.Equal("delivery/locked", (await TryAsync(null)).Problem?.Code);
        Assert.Equal("delivery/locked", (await TryAsync(code)).Problem?.Code);
        var next = ClaimCode.New();
        await bed.Database.WriteAsync(t => deliveries.SetCodeAsync(t, row, next, At));
        Assert.True((await TryAsync(ClaimCode.Printed(next).ToLowerInvariant())).IsDone);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Guesses_made_at_once_are_all_counted(Dialect dialect)
    {
        await using var bed = await BedAsync(dialect);
        var (deliveries, asset) = (new Deliveries(bed.Vault), AssetId.NewRandom());
        var row = await OpenAsync(bed, deliveries, asset);
        await bed.Database.WriteAsync(t => deliveries.SetCodeAsync(t, row, ClaimCode.New(), At));

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(
            () => bed.Database.WriteAsync(t => deliveries.TryCodeAsync(t, asset, "AAAA-2222")))));

        Assert.Equal(ClaimCode.AttemptsMax - 1, answers.Count(a => a.Problem?.Code == "delivery/wrong-code"));
        await using var connection = await bed.Database.ConnectAsync();
        Assert.True((await Deliveries.FindAsync(connection, asset))!.IsLocked);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_new_address_closes_the_links_that_went_to_the_old_one_and_leaves_letters_open(Dialect dialect)
    {
        await using var bed = await BedAsync(dialect);
        var (deliveries, asset) = (new Deliveries(bed.Vault), AssetId.NewRandom());
        var row = await OpenAsync(bed, deliveries, asset);
        var (mailed, printed) = (ClaimToken.New(), ClaimToken.New());
        await bed.Database.WriteAsync(async t =>
        {
            await Deliveries.AddLinkAsync(t, asset, mailed, LinkChannel.Mail, At, TimeSpan.FromDays(1));
            await Deliveries.AddLinkAsync(t, asset, printed, LinkChannel.Letter, At, TimeSpan.FromDays(1));
            await Deliveries.SentAsync(t, asset, "m", At);
            await deliveries.SetRecipientAsync(t, row, new Recipient("new@one.example", null, Language.Ru));
        });

        await using var connection = await bed.Database.ConnectAsync();
        Assert.Null(await Deliveries.FindLinkAsync(connection, mailed));
        Assert.Equal(asset, (await Deliveries.FindLinkAsync(connection, printed))!.Asset);
        Assert.Null(await Deliveries.FindLinkAsync(connection, "../../etc/passwd"));
        Assert.Equal(DeliveryState.Prepared, (await Deliveries.FindAsync(connection, asset))!.State);
        Assert.Null(await Deliveries.FindByMailAsync(connection, "m"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task What_was_replaced_before_its_claim_hands_link_and_code_to_the_replacement(Dialect dialect)
    {
        await using var bed = await BedAsync(dialect);
        var (deliveries, old, replacement) = (new Deliveries(bed.Vault), AssetId.NewRandom(), AssetId.NewRandom());
        var row = await OpenAsync(bed, deliveries, old);
        var (token, code) = (ClaimToken.New(), ClaimCode.New());
        await bed.Database.WriteAsync(async t =>
        {
            await Deliveries.AddLinkAsync(t, old, token, LinkChannel.Letter, At, TimeSpan.FromDays(1));
            await deliveries.SetCodeAsync(t, row, code, At);
        });
        await bed.Database.WriteAsync(t => deliveries.FollowAsync(t, old, replacement, At));

        await using var connection = await bed.Database.ConnectAsync();
        Assert.Null(await Deliveries.FindAsync(connection, old));
        Assert.Equal(replacement, (await Deliveries.FindLinkAsync(connection, token))!.Asset);
        Assert.Equal("a@one.example", (await deliveries.RecipientAsync(connection, replacement))!.Email);
        Assert.True((await bed.Database.WriteAsync(t => deliveries.TryCodeAsync(t, replacement, code))).IsDone);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task What_was_replaced_hands_on_which_message_was_sent_and_why_it_came_back(Dialect dialect)
    {
        await using var bed = await BedAsync(dialect);
        var (deliveries, old, replacement) = (new Deliveries(bed.Vault), AssetId.NewRandom(), AssetId.NewRandom());
        await OpenAsync(bed, deliveries, old);
        await bed.Database.WriteAsync(async t =>
        {
            await Deliveries.SentAsync(t, old, "m", At);
            await Deliveries.BouncedAsync(t, old, "refused", At);
            Assert.True(await deliveries.FollowAsync(t, old, replacement, At));
            Assert.False(await deliveries.FollowAsync(t, old, replacement, At));
        });

        await using var connection = await bed.Database.ConnectAsync();
        var next = (await Deliveries.FindByMailAsync(connection, "m"))!;
        Assert.Equal((replacement, DeliveryState.Bounced, At, "refused"), (next.Asset, next.State, next.BouncedAt, next.Bounce));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Of_two_orders_at_once_one_is_taken_and_a_chunk_counts_once(Dialect dialect)
    {
        await using var bed = await BedAsync(dialect);
        _ = await bed.IssueAsync(3);
        var started = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => Task.Run(() => bed.Database.WriteAsync(
            t => DeliveryRuns.StartAsync(t, University, new DeliveryFilter("prepared"), "r", At)))));

        var run = Assert.Single(started, s => s.IsDone).Value;
        Assert.Equal(3, run.Total);
        Assert.Equal("delivery/run-under-way", Assert.Single(started, s => !s.IsDone).Problem!.Code);
        Assert.True(await bed.Database.WriteAsync(t => DeliveryRuns.AdvanceAsync(t, run, 2, 2, At)));
        Assert.False(await bed.Database.WriteAsync(t => DeliveryRuns.AdvanceAsync(t, run, 2, 2, At)));
        await using var connection = await bed.Database.ConnectAsync();
        var half = (await DeliveryRuns.LatestAsync(connection, University))!;
        Assert.Equal((2, 2L, false), (half.Done, half.AfterId, half.IsDone));
        Assert.True(await bed.Database.WriteAsync(t => DeliveryRuns.AdvanceAsync(t, half, 1, null, At)));
        Assert.True((await DeliveryRuns.LatestAsync(connection, University))!.IsDone);
    }

    [Theory]
    [InlineData("abcd-2345", "ABCD2345")]
    [InlineData(" АВСЕ 2345 ", "ABCE2345")]
    [InlineData("ABCD-234", null)]
    [InlineData("ABCD-0345", null)]
    [InlineData("ABCD\u202e2345", null)]
    [InlineData("<script>", null)]
    [InlineData(null, null)]
    public void A_code_is_read_from_either_keyboard_and_from_nothing_else(string? typed, string? read) =>
        Assert.Equal(read, ClaimCode.Read(typed));

    private static async Task<DeliveryRow> OpenAsync(IssuanceTestBed bed, Deliveries deliveries, AssetId asset)
    {
        await bed.Database.WriteAsync(async t => await deliveries.SetRecipientAsync(
            t, await Deliveries.OpenAsync(t, asset, University, At), new Recipient("a@one.example", null, Language.Kk)));
        await using var connection = await bed.Database.ConnectAsync();
        return (await Deliveries.FindAsync(connection, asset))!;
    }

    private static async Task<IssuanceTestBed> BedAsync(Dialect dialect)
    {
        var bed = await IssuanceTestBed.CreateAsync(dialect);
        await bed.Database.MigrateAsync(HandoverSchema.Migrations);
        return bed;
    }
}
