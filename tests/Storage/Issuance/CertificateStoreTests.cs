using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Issuance.Samples;
using Xunit;

namespace Mortanba.Storage.Tests.Issuance;

/// <summary>Certificates of decisions in both databases: stored, found, ended once, erased.</summary>
public sealed class CertificateStoreTests
{
    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    [Trait("Requirement", "RQ-22")]
    public async Task A_certificate_is_found_by_asset_number_case_and_code_and_its_content_is_sealed(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var store = new CertificateStore(bed.Vault, bed.Lists);
        var (one, content) = await AddAsync(bed, store, "RD 0000000001");
        await using var connection = await bed.Database.ConnectAsync();
        Assert.Equal(one, await store.FindAsync(connection, one.Asset));
        Assert.Equal(one, await store.FindByNumberAsync(connection, one.Number));
        Assert.Equal(one, await store.FindByCapabilityAsync(connection, content.Capability));
        Assert.Null(await store.FindByCapabilityAsync(connection, "AAAAAAAAAAAAAAAAAAAAAA"));
        Assert.Equal([one], await store.OfCaseAsync(connection, one.CaseId));
        Assert.Equal([(0L, LedgerEntryTypes.RecognitionDecided)], await CredentialStore.EntriesOfAsync(connection, one.Asset));
        Assert.Equal(1, await CredentialStore.EntryCountAsync(connection));
        var read = (await store.LoadAsync(connection, one.Asset))!;
        Assert.Equal((content.SdJwtText, "facts"), (read.SdJwtText, Encoding.UTF8.GetString(read.Facts)));

        var box = (await connection.QueryAsync("SELECT payload FROM certificates", r => r.GetBytes(0), default)).Single();
        Assert.False(box.AsSpan().IndexOf("facts"u8) >= 0);
        box[^1] ^= 1;
        await bed.Database.WriteAsync(t => t.ExecuteAsync("UPDATE certificates SET payload = @box", default, ("box", box)));
        await Assert.ThrowsAnyAsync<CryptographicException>(() => store.LoadAsync(connection, one.Asset));
    }

    [Theory, MemberData(nameof(Dialects))]
    [Trait("Requirement", "RQ-18")]
    public async Task Two_who_replace_one_certificate_at_once_replace_it_once(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var store = new CertificateStore(bed.Vault, bed.Lists);
        var (one, _) = await AddAsync(bed, store, "RD 0000000001");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => bed.Database.WriteAsync(t =>
            store.EndAsync(t, bed.Append, one.Asset, DiplomaState.Superseded, "appeal-changed", IssuanceSamples.Now, AssetId.NewRandom()))));
        Assert.Equal("issuance/state-not-allowed", Assert.Single(outcomes, o => !o.IsDone).Problem?.Code);
        await using var connection = await bed.Database.ConnectAsync();
        var ended = (await store.FindAsync(connection, one.Asset))!;
        Assert.Equal((DiplomaState.Superseded, "appeal-changed"), (ended.State, ended.Reason));
        Assert.NotNull(ended.ReplacedBy);
        Assert.Equal(2, (await CredentialStore.EntriesOfAsync(connection, one.Asset)).Count);
        var values = await bed.Database.ReadAsync(t => StatusLists.ValuesAsync(t, one.Status.ListId));
        Assert.Equal([(one.Status.Index, StatusValue.Invalid)], values);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Erased_its_content_is_gone_and_its_number_stays_taken(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var store = new CertificateStore(bed.Vault, bed.Lists);
        var (one, _) = await AddAsync(bed, store, "RD 0000000001");
        _ = (await bed.Database.WriteAsync(t => store.EndAsync(t, bed.Append, one.Asset, DiplomaState.Erased, "erased", IssuanceSamples.Now))).Value;
        await using var connection = await bed.Database.ConnectAsync();
        Assert.Null(await store.LoadAsync(connection, one.Asset));
        Assert.Equal(DiplomaState.Erased, (await store.FindAsync(connection, one.Asset))!.State);
        Assert.Equal(0L, (await connection.QueryAsync("SELECT COUNT(*) FROM certificates WHERE data_key IS NOT NULL", r => r.GetInt64(0), default)).Single());
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => AddAsync(bed, store, "RD 0000000001"));
    }

    private static async Task<(CertificateSummary, CertificateContent)> AddAsync(IssuanceTestBed bed, CertificateStore store, string number)
    {
        var content = new CertificateContent(
            Encoding.UTF8.GetBytes("facts"), Encoding.ASCII.GetBytes("eyJ~"), Encoding.UTF8.GetBytes("{}"), Guid.NewGuid().ToString("N")[..22]);
        return await bed.Database.WriteAsync(async t =>
        {
            var status = (await bed.Lists.ClaimAsync(t, IssuanceSamples.InitiatorBin, 1))[0];
            var summary = new CertificateSummary(
                AssetId.NewRandom(), number, "case-1", IssuanceSamples.InitiatorBin, IssuanceSamples.Now, DiplomaState.Active, IssuanceSamples.Now, null, null,
                null, status);
            await store.InsertAsync(t, summary, content, LedgerEntryTypes.RecognitionDecided, await bed.Append([Encoding.UTF8.GetBytes("entry")]));
            return (summary, content);
        });
    }
}
