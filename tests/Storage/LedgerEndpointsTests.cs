using System.Net;
using Microsoft.AspNetCore.Builder;
using Mortanba.Ledger;
using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Storage.Tests;

public sealed class LedgerEndpointsTests
{
    [Fact]
    public async Task The_log_is_served_as_static_paths_with_their_caching()
    {
        await using var bed = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        var entries = LedgerTestBed.Entries(300);
        await bed.Writer.AppendAsync(entries);
        var builder = WebApplication.CreateSlimBuilder();
        await using var app = builder.Build();
        LedgerEndpoints.Map(app, bed.Reader, "/log");
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        var early = await client.GetAsync("/log/checkpoint");
        var note = await bed.Writer.PublishAsync();
        var checkpoint = await client.GetAsync("/log/checkpoint");
        var full = await client.GetAsync("/log/tile/0/000");
        var partial = await client.GetAsync("/log/tile/0/001.p/44");
        var bundle = await client.GetAsync("/log/tile/entries/001.p/44");

        Assert.Equal(HttpStatusCode.NotFound, early.StatusCode);
        Assert.Equal(note, await checkpoint.Content.ReadAsStringAsync());
        Assert.Equal("text/plain; charset=utf-8", checkpoint.Content.Headers.ContentType?.ToString());
        Assert.Equal(TimeSpan.FromSeconds(5), checkpoint.Headers.CacheControl?.MaxAge);
        Assert.Equal("*", checkpoint.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal(8192, (await full.Content.ReadAsByteArrayAsync()).Length);
        Assert.Equal("application/octet-stream", full.Content.Headers.ContentType?.ToString());
        Assert.Contains("immutable", full.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal(44 * 32, (await partial.Content.ReadAsByteArrayAsync()).Length);
        Assert.DoesNotContain("immutable", partial.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal(EntryBundle.Write(entries[256..]), await bundle.Content.ReadAsByteArrayAsync());
        foreach (var missing in new[] { "0/001", "0/001.p/45", "0/002.p/1", "1/000.p/2", "entries/001", "0/1", "64/000", "0/000.p/256", "x" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/log/tile/" + missing)).StatusCode);
        }
    }
}
