using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Issuance.Samples;
using Xunit;

namespace Mortanba.Storage.Tests.Issuance;

public sealed class StatusListTests
{
    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Two_writers_allot_65536_indices_without_one_twice_in_a_second(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        await using var other = Database.At(bed.Address);
        var bin = IssuanceSamples.InitiatorBin;
        await bed.Database.WriteAsync(t => bed.Lists.ClaimAsync(t, bin, 1));
        var clock = Stopwatch.StartNew();

        var claims = await Task.WhenAll(new[] { bed.Database, other }.Select(async writer =>
        {
            var own = new List<StatusPointer>();
            for (var i = 0; i < 64; i++)
            {
                own.AddRange(await writer.WriteAsync(t => bed.Lists.ClaimAsync(t, bin, 512)));
            }

            return own;
        }));

        var elapsed = clock.Elapsed;
        TestContext.Current.TestOutputHelper?.WriteLine($"{dialect}: {elapsed.TotalMilliseconds:0} ms");
        var all = claims.SelectMany(c => c).Select(p => (p.ListId, p.Index)).ToList();
        Assert.Equal(65_536, all.Count);
        Assert.Equal(65_536, all.Distinct().Count());
        // The goal is one second (bench); a loaded build machine gets sixty before this counts as a regression.
        Assert.InRange(elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_block_gives_each_index_once_in_an_order_nobody_can_tell_and_then_the_next_begins(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);

        var claimed = await bed.Database.WriteAsync(t => bed.Lists.ClaimAsync(t, IssuanceSamples.InitiatorBin, 131_072 + 10));

        var first = claimed.Take(131_072).ToList();
        Assert.Equal(Enumerable.Range(0, 131_072), first.Select(p => p.Index).Order());
        Assert.Single(first.Select(p => p.ListId).Distinct());
        Assert.NotEqual(first[0].ListId, claimed[^1].ListId);
        // A shuffle leaves about one index in its place; a thousand would be no shuffle.
        Assert.InRange(first.Where((p, i) => p.Index == i).Count(), 0, 20);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_claim_that_is_rolled_back_is_given_out_again(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var lost = new List<int>();
        await bed.Database.WriteAsync(t => bed.Lists.ClaimAsync(t, IssuanceSamples.InitiatorBin, 5));

        await Assert.ThrowsAsync<TimeoutException>(() => bed.Database.WriteAsync(async t =>
        {
            lost.AddRange((await bed.Lists.ClaimAsync(t, IssuanceSamples.InitiatorBin, 5)).Select(p => p.Index));
            throw new TimeoutException();
        }));
        var next = await bed.Database.WriteAsync(t => bed.Lists.ClaimAsync(t, IssuanceSamples.InitiatorBin, 5));

        Assert.Equal(lost, next.Select(p => p.Index));
    }

    [Theory, MemberData(nameof(Dialects))]
    [Trait("Requirement", "DA-13")]
    public async Task Published_lists_show_each_state_to_both_families(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var pointers = await bed.Database.WriteAsync(t => bed.Lists.ClaimAsync(t, IssuanceSamples.InitiatorBin, 3));
        await bed.Database.WriteAsync(async t =>
        {
            await StatusLists.SetAsync(t, pointers[0], StatusValue.Invalid);
            await StatusLists.SetAsync(t, pointers[1], StatusValue.Suspended);
            await bed.Publisher.RepublishDueAsync(t, IssuanceSamples.Now);
        });

        Assert.Equal([true, false, false], await BitsAsync(bed, pointers, StatusForm.Revocation));
        Assert.Equal([false, true, false], await BitsAsync(bed, pointers, StatusForm.Suspension));
        var token = await PublishedAsync(bed, pointers[0].ListId, StatusForm.Token);
        var jws = Jws.Parse(token.Document).Value;
        using var claims = JsonDocument.Parse(jws.Payload);
        var list = claims.RootElement.GetProperty("status_list");
        var decoded = TokenStatusList.Decode(list.GetProperty("lst").GetString()!, list.GetProperty("bits").GetInt32()).Value;
        Assert.Null(jws.Verify(bed.OperatorKey.ToPublicKey()));
        Assert.Equal([1, 2, 0], pointers.Select(p => decoded.Get(p.Index).Value));
        Assert.Equal(pointers[0].TokenUri, claims.RootElement.GetProperty("sub").GetString());
        Assert.Equal(3600, claims.RootElement.GetProperty("ttl").GetInt64());
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Lists_are_published_anew_on_a_constant_rhythm_without_a_change(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var list = (await bed.Database.WriteAsync(t => bed.Lists.ClaimAsync(t, IssuanceSamples.InitiatorBin, 1)))[0].ListId;
        Task<int> At(TimeSpan later) =>
            bed.Database.WriteAsync(t => bed.Publisher.RepublishDueAsync(t, IssuanceSamples.Now + later));

        Assert.Equal(1, await At(TimeSpan.Zero));
        var before = await PublishedAsync(bed, list, StatusForm.Revocation);
        Assert.Equal(0, await At(TimeSpan.FromMinutes(59)));
        Assert.Equal(1, await At(TimeSpan.FromMinutes(60)));
        var after = await PublishedAsync(bed, list, StatusForm.Revocation);

        using var first = JsonDocument.Parse(before.Document);
        using var second = JsonDocument.Parse(after.Document);
        string Of(JsonDocument d, string name) => d.RootElement.GetProperty("credentialSubject").GetProperty(name).ToString();
        Assert.Equal(Of(first, "encodedList"), Of(second, "encodedList"));
        Assert.Equal("2026-06-25T10:00:00Z", second.RootElement.GetProperty("validFrom").GetString());
        Assert.Equal("2026-06-25T22:00:00Z", second.RootElement.GetProperty("validUntil").GetString());
        Assert.Equal(after.Document, Jcs.Canonicalize(second.RootElement));
    }

    private static async Task<StatusPublication> PublishedAsync(IssuanceTestBed bed, string listId, StatusForm form)
    {
        await using var connection = await bed.Database.ConnectAsync();
        return (await StatusPublisher.FindAsync(connection, listId, form))!;
    }

    private static async Task<IEnumerable<bool>> BitsAsync(
        IssuanceTestBed bed, IReadOnlyList<StatusPointer> pointers, StatusForm form)
    {
        using var list = JsonDocument.Parse((await PublishedAsync(bed, pointers[0].ListId, form)).Document);
        var encoded = list.RootElement.GetProperty("credentialSubject").GetProperty("encodedList").GetString()!;
        using var gzip = new GZipStream(
            new MemoryStream(System.Buffers.Text.Base64Url.DecodeFromChars(encoded.AsSpan(1))), CompressionMode.Decompress);
        using var bits = new MemoryStream();
        await gzip.CopyToAsync(bits);
        Assert.Equal(131_072 / 8, bits.Length);
        return pointers.Select(p => (bits.ToArray()[p.Index / 8] & (0x80 >> (p.Index % 8))) != 0).ToList();
    }
}
