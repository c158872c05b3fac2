using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Issuance.Samples;
using Xunit;

namespace Mortanba.Storage.Tests.Issuance;

[Trait("Requirement", "DA-13")]
public sealed class LifecycleTests
{
    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_suspension_can_be_lifted_and_both_stand_in_the_ledger(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var asset = (await bed.IssueAsync(2))[1].Asset;

        Assert.Equal("asset.suspended", (await SuspendAsync(bed, asset)).Value.Type);
        Assert.Equal(DiplomaState.Suspended, (await bed.FindAsync(asset))?.State);
        Assert.Equal("issuance/state-not-allowed", (await SuspendAsync(bed, asset)).Problem?.Code);
        var reinstated = await bed.Database.WriteAsync(t => new ReinstateDiploma(bed.Store).RunAsync(
            t, bed.Append, IssuanceTestBed.Reasons, IssuanceTestBed.Request(asset)));

        Assert.True(reinstated.IsDone);
        Assert.Equal(DiplomaState.Active, (await bed.FindAsync(asset))?.State);
        await using var connection = await bed.Database.ConnectAsync();
        Assert.Equal(
            [(1L, "asset.registered"), (2L, "asset.suspended"), (3L, "asset.reinstated")],
            await CredentialStore.EntriesOfAsync(connection, asset));
        var entry = LedgerEntry.Parse(bed.Ledger[2]).Value;
        Assert.Equal((asset.ToString(), "test-reason"), (entry.Text("asset"), entry.Text("reason")));
        Assert.Equal(2, (await connection.QueryAsync("SELECT step FROM lifecycle_decisions", r => r.GetInt32(0), default)).Count);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Refusals_write_nothing(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var asset = (await bed.IssueAsync(1))[0].Asset;
        Task<Outcome<LedgerEntry>> Annul(ChangeRequest request) => bed.Database.WriteAsync(t =>
            new AnnulDiploma(bed.Store).RunAsync(t, bed.Append, IssuanceTestBed.Reasons, request));
        var request = IssuanceTestBed.Request(asset);

        Assert.Equal("issuance/unknown-asset", (await Annul(request with { Asset = AssetId.NewRandom() })).Problem?.Code);
        var unknown = (await Annul(request with { ReasonCode = "because" })).Problem;
        Assert.Equal("issuance/unknown-reason", unknown?.Code);
        Assert.Contains("test-reason", unknown?.Args.Single(a => a.Key == "known").Value, StringComparison.Ordinal);
        Assert.Equal("issuance/basis-missing", (await Annul(request with { Basis = " " })).Problem?.Code);

        Assert.Single(bed.Ledger);
        Assert.Equal(DiplomaState.Active, (await bed.FindAsync(asset))?.State);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task What_is_annulled_stays_so_keeps_its_number_and_frees_the_award(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var asset = (await bed.IssueAsync(1))[0].Asset;
        var annulled = await bed.Database.WriteAsync(t => new AnnulDiploma(bed.Store).RunAsync(
            t, bed.Append, IssuanceTestBed.Reasons, IssuanceTestBed.Request(asset)));

        Assert.True(annulled.IsDone);
        Assert.Equal("issuance/state-not-allowed", (await SuspendAsync(bed, asset)).Problem?.Code);
        var sameNumber = await bed.InsertAsync(await bed.SignAsync([IssuanceSamples.Diploma(0, courses: 1)]));
        var newNumber = await bed.InsertAsync(
            await bed.SignAsync([IssuanceSamples.Diploma(0, courses: 1) with { Number = "20000000" }]));

        Assert.Equal("issuance/number-taken", sameNumber.Problem?.Code);
        Assert.True(newNumber.IsDone);
    }

    [Theory, MemberData(nameof(Dialects))]
    [Trait("Requirement", "DA-25")]
    public async Task A_correction_replaces_the_old_diploma_and_each_names_the_other(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var old = (await bed.IssueAsync(1))[0];
        var corrected = (await bed.SignAsync(
            [IssuanceSamples.Diploma(0, courses: 1) with { Number = "20000000", MinutesNumber = "15" }]))[0];
        Task<Outcome<LedgerEntry>> Supersede(IssuedDiploma by) => bed.Database.WriteAsync(t =>
            new SupersedeDiploma(bed.Store).RunAsync(
                t, bed.Append, IssuanceTestBed.Reasons, IssuanceTestBed.Request(old.Asset), by));

        var sameNumber = await Supersede((await bed.SignAsync([IssuanceSamples.Diploma(0, courses: 1)]))[0]);
        Assert.Equal("issuance/number-taken", sameNumber.Problem?.Code);
        Assert.Equal(corrected.Asset.ToString(), (await Supersede(corrected)).Value.Text("by"));

        var before = await bed.FindAsync(old.Asset);
        var after = await bed.FindAsync(corrected.Asset);
        Assert.Equal((DiplomaState.Superseded, corrected.Asset), (before?.State, before?.SupersededBy));
        Assert.Equal((DiplomaState.Active, old.Asset), (after?.State, after?.Supersedes));
        await using var connection = await bed.Database.ConnectAsync();
        Assert.Equal([(1L, "asset.registered")], await CredentialStore.EntriesOfAsync(connection, corrected.Asset));
        Assert.Equal(
            [(0L, "asset.registered"), (2L, "asset.superseded")], await CredentialStore.EntriesOfAsync(connection, old.Asset));
    }

    [Theory, MemberData(nameof(Dialects))]
    [Trait("Requirement", "DA-19")]
    public async Task Erasing_destroys_key_and_payload_unless_a_duty_to_keep_runs(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var issued = (await bed.IssueAsync(1))[0];
        var asset = issued.Asset;
        await using (var before = await bed.Database.ConnectAsync())
        {
            Assert.Equal(issued.Record.Content.Name, (await new StoredNames(bed.Vault).OfAsync(before, [asset]))[asset]);
        }

        Task<Outcome<LedgerEntry>> Erase(params RetentionLock[] locks) => bed.Database.WriteAsync(t =>
            new EraseDiploma(bed.Store).RunAsync(t, bed.Append, IssuanceTestBed.Reasons, IssuanceTestBed.Request(asset), new DateOnly(2026, 7, 2), locks));

        var refused = await Erase(new RetentionLock("archive", new DateOnly(2101, 7, 1), LocalizedText.Same("Archive list, item 500")));
        Assert.Equal(("issuance/retention-lock", "2101-07-01"), (refused.Problem?.Code, refused.Problem?.Args["until"]));
        Assert.Equal("asset.erased", (await Erase(new RetentionLock("aml", new DateOnly(2026, 7, 1), LocalizedText.Same("AML 11(4)")))).Value.Type);

        await using var connection = await bed.Database.ConnectAsync();
        Assert.Null(await bed.Store.LoadAsync(connection, asset));
        Assert.Empty(await new StoredNames(bed.Vault).OfAsync(connection, [asset]));
        Assert.Equal(DiplomaState.Erased, (await bed.FindAsync(asset))?.State);
        Assert.Empty(await connection.QueryAsync("SELECT credential FROM credential_payloads", r => r.GetInt64(0), default));
        Assert.Empty(await connection.QueryAsync(
            "SELECT id FROM credentials WHERE holder IS NOT NULL", r => r.GetInt64(0), default));
        Assert.Equal("issuance/state-not-allowed", (await SuspendAsync(bed, asset)).Problem?.Code);
    }

    [Theory, MemberData(nameof(Dialects))]
    [Trait("Requirement", "DA-11")]
    [Trait("Requirement", "DA-12")]
    public async Task Rights_arise_at_the_transfer_and_pass_to_nobody_else(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var asset = (await bed.IssueAsync(1))[0].Asset;
        Task<Outcome<LedgerEntry>> Transfer() => bed.Database.WriteAsync(t =>
            new TransferDiploma(bed.Store).RunAsync(t, bed.Append, asset, IssuanceSamples.Now.AddDays(1)));

        Assert.Null((await bed.FindAsync(asset))?.TransferredAt);
        Assert.Equal("asset.transferred", (await Transfer()).Value.Type);
        Assert.Equal(IssuanceSamples.Now.AddDays(1), (await bed.FindAsync(asset))?.TransferredAt);
        Assert.Equal("issuance/already-transferred", (await Transfer()).Problem?.Code);
    }

    private static Task<Outcome<LedgerEntry>> SuspendAsync(IssuanceTestBed bed, AssetId asset) =>
        bed.Database.WriteAsync(t => new SuspendDiploma(bed.Store).RunAsync(
            t, bed.Append, IssuanceTestBed.Reasons, IssuanceTestBed.Request(asset)));
}
