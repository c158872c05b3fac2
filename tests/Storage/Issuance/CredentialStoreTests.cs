using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Issuance.Samples;
using Xunit;

namespace Mortanba.Storage.Tests.Issuance;

public sealed class CredentialStoreTests
{
    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task What_was_stored_is_found_by_asset_number_and_capability_and_opens(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var issued = await bed.IssueAsync(5);
        await using var connection = await bed.Database.ConnectAsync();

        var byNumber = Assert.Single(await bed.Store.FindByNumberAsync(connection, "BD", "10000003"));
        var byCapability = await bed.Store.FindByCapabilityAsync(connection, issued[3].Record.Capability);
        var loaded = await bed.Store.LoadAsync(connection, issued[3].Asset);

        Assert.Equal(issued[3].Asset, byNumber.Asset);
        Assert.Equal(byNumber, byCapability);
        Assert.Equal(issued[3].Record.Status, byNumber.Status);
        Assert.Equal(issued[3].Record.Content.Iin, loaded!.Record.Content.Iin);
        Assert.Contains(
            Commitment.OfSigned(loaded.Forms.Vc).ToString(), System.Text.Encoding.UTF8.GetString(issued[3].Entry.Span), StringComparison.Ordinal);
        Assert.Null(await bed.Store.FindByCapabilityAsync(connection, issued[3].Record.Capability.ToUpperInvariant()));
        Assert.Equal([(3L, "asset.registered")], await CredentialStore.EntriesOfAsync(connection, issued[3].Asset));
        Assert.Equal(5, await CredentialStore.CountAsync(connection));
        Assert.Equal([4L, 5L], (await bed.Store.ListAsync(connection, 3, 10)).Select(c => c.Id));
    }

    [Theory, MemberData(nameof(Dialects))]
    [Trait("Requirement", "DA-9")]
    public async Task A_number_is_given_once_and_the_refusal_names_the_row(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        await bed.IssueAsync(3);
        var clash = IssuanceSamples.Diploma(9, courses: 1) with { Number = "10000001" };

        var refused = await bed.InsertAsync(await bed.SignAsync([IssuanceSamples.Diploma(8, courses: 1), clash]));

        Assert.Equal("issuance/number-taken", refused.Problem?.Code);
        Assert.Equal("11", refused.Problem?.Args["row"]);
        await using var connection = await bed.Database.ConnectAsync();
        Assert.Equal(3, await CredentialStore.CountAsync(connection));
    }

    [Theory, MemberData(nameof(Dialects))]
    [Trait("Requirement", "DA-24")]
    public async Task The_same_award_is_issued_once_under_any_number(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        await bed.IssueAsync(3);
        var again = IssuanceSamples.Diploma(1, courses: 1) with { Number = "99999999" };

        var refused = await bed.InsertAsync(await bed.SignAsync([again]));

        Assert.Equal("issuance/award-exists", refused.Problem?.Code);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_list_run_again_is_recognised_row_by_row(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var issued = await bed.IssueAsync(3);
        var issuedBefore = new IssuedDiplomas(bed.Database, bed.Vault, IssuanceSamples.InitiatorBin);
        var list = Enumerable.Range(0, 4).Select(i => IssuanceSamples.Diploma(i)).ToList();

        var known = await bed.Database.WriteAsync(t => bed.Store.FindIssuedAsync(t, IssuanceSamples.InitiatorBin, list));
        var matches = await issuedBefore.FindAsync(
            [
                Key(IssuanceSamples.Diploma(0)),
                Key(IssuanceSamples.Diploma(1) with { Number = "5" }),
                Key(IssuanceSamples.Diploma(7) with { Number = "10000002" }),
                Key(IssuanceSamples.Diploma(7)),
            ],
            default);

        Assert.Equal(issued.Select(i => new AlreadyIssued(i.Record.Content.Row, i.Asset, true, true)), known);
        Assert.Equal(
            [IssuedMatch.SameDiploma, IssuedMatch.HolderHasProgramme, IssuedMatch.NumberTaken, IssuedMatch.None], matches);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task No_personal_value_stands_in_clear_in_any_table(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var content = (await bed.IssueAsync(1))[0].Record.Content;
        await using var connection = await bed.Database.ConnectAsync();

        var row = (await connection.QueryAsync("SELECT * FROM credentials", Everything, default))[0]
            + (await connection.QueryAsync("SELECT * FROM credential_payloads", Everything, default))[0];

        foreach (var personal in new[] { content.Iin.Value, content.StudentNumber, "Ongharbay", "Оңғарбай", "ONGARBAY" })
        {
            Assert.DoesNotContain(personal, row, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory, MemberData(nameof(Dialects))]
    [Trait("Requirement", "X-13")]
    public async Task A_batch_is_approved_by_another_person_counted_and_resumed(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var hash = new byte[32];
        Task<IssueBatch> Prepare() => bed.Database.WriteAsync(t => IssueBatches.PrepareAsync(
            t, IssuanceSamples.InitiatorBin, "2026-001", hash, 3, "registrar", IssuanceSamples.Now));
        Task<Outcome<IssueBatch>> Approve(string id, string who) => bed.Database.WriteAsync(t =>
            IssueBatches.ApproveAsync(t, id, who, "rector", "Order 214", IssuanceSamples.Now));
        Task<Outcome<BatchState>> Advance(string id, int count) => bed.Database.WriteAsync(t =>
            IssueBatches.AdvanceAsync(t, id, count, IssuanceSamples.Now));

        var batch = await Prepare();

        Assert.Equal("issuance/batch-not-approved", (await Advance(batch.Id, 1)).Problem?.Code);
        Assert.Equal("issuance/same-person", (await Approve(batch.Id, "Registrar")).Problem?.Code);
        Assert.Equal("rector", (await Approve(batch.Id, "rector-1")).Value.Approval?.ApprovedAs);
        Assert.Equal("issuance/batch-approved-before", (await Approve(batch.Id, "rector-1")).Problem?.Code);
        Assert.Equal(BatchState.Issuing, (await Advance(batch.Id, 2)).Value);
        await using (var connection = await bed.Database.ConnectAsync())
        {
            Assert.Equal(2, Assert.Single(await IssueBatches.UnfinishedAsync(connection)).IssuedCount);
        }

        Assert.Equal("issuance/batch-overfull", (await Advance(batch.Id, 2)).Problem?.Code);
        Assert.Equal(BatchState.Done, (await Advance(batch.Id, 1)).Value);
        var again = await Prepare();
        Assert.Equal((batch.Id, BatchState.Done), (again.Id, again.State));
    }

    private static string Everything(System.Data.Common.DbDataReader r) => string.Join('|', Enumerable.Range(0, r.FieldCount)
        .Select(i => r.GetValue(i) is byte[] bytes ? System.Text.Encoding.Latin1.GetString(bytes) : r.GetValue(i).ToString()));

    private static DiplomaKey Key(ValidatedDiploma d) => new(d.Series, d.Number, d.Iin, d.Programme.Code);
}
