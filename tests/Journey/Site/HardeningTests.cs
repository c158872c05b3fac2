using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mortanba.Host;
using Mortanba.Host.Beats;
using Mortanba.Host.Commands;
using Mortanba.Journey.Tests.Demo;

namespace Mortanba.Journey.Tests.Site;

/// <summary>Limits count real clients, headers say who may embed what, and the service ends quietly.</summary>
[Collection(DemoTests.Name)]
public sealed class HardeningTests(DemoSite demo)
{
    private const string Number = "/api/v1/numbers/none";

    [Fact]
    public async Task Evidence_and_status_lists_have_a_limit_of_their_own()
    {
        await using var site = new TestSite(options => options.FetchesPerMinute = 2);
        await site.InitializeAsync();
        var path = $"/api/v1/assets/{InMemoryRegistry.Asset.Value}/evidence";
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(site, path));
        Assert.NotEqual(HttpStatusCode.TooManyRequests, await StatusAsync(site, "/status-lists/none/token"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(site, path));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(site, "/status-lists/none/token"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(site, Number));
    }

    [Fact]
    public async Task A_client_behind_a_known_proxy_is_counted_by_its_own_address()
    {
        await using var site = new TestSite(options =>
        {
            options.LookupsPerMinute = 1;
            options.Proxies = [IPNetwork.Parse("127.0.0.0/8")];
        });
        await site.InitializeAsync();
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(site, Number, "192.0.2.1"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(site, Number, "192.0.2.2"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(site, Number, "192.0.2.1"));

        // What the client itself wrote before the proxy's word is not believed.
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(site, Number, "198.51.100.7, 192.0.2.2"));
    }

    [Fact]
    public async Task Without_a_known_proxy_nobody_can_name_himself_another_address()
    {
        await using var site = new TestSite(options => options.LookupsPerMinute = 1);
        await site.InitializeAsync();
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(site, Number, "192.0.2.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(site, Number, "192.0.2.2"));
    }

    [Theory]
    [InlineData("/en", "same-origin")]
    [InlineData("/en/developers", "same-origin")]
    [InlineData("/api/v1/numbers/none", "same-origin")]
    [InlineData("/types/diploma", "cross-origin")]
    [InlineData("/log/checkpoint", "cross-origin")]
    public async Task Pages_stay_with_their_origin_and_public_data_go_anywhere(string path, string policy)
    {
        using var response = await demo.Client.GetAsync(path);
        Assert.Equal(policy, response.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", response.Headers.GetValues("X-Frame-Options").Single());
    }

    [Fact]
    public async Task A_service_that_is_disposed_of_without_being_stopped_reports_no_fault()
    {
        var lines = new LogLines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(lines);
        var registry = await OwnRegistry.OpenAsync(demo.Home);
        builder.Services.AddHostedService(services =>
            new Rhythm(demo.Home, demo.Flow, registry, services.GetRequiredService<ILogger<Rhythm>>()));
        var app = builder.Build();
        await app.StartAsync();
        await app.DisposeAsync();
        Assert.DoesNotContain("BackgroundService", lines.All, StringComparison.Ordinal);
    }

    /// <summary>What a host reports as a failed service is a task that did not run to its end.</summary>
    [Fact]
    public async Task A_service_that_goes_away_right_after_its_start_has_ended_and_not_failed()
    {
        // Each takes its chance to be disposed of before the pool has come to it.
        for (var i = 0; i < 200; i++)
        {
            using var service = new Restful();
            await service.StartAsync(CancellationToken.None);
            service.Dispose();
            await service.ExecuteTask!;
        }
    }

    [Fact]
    public async Task The_photo_of_a_paper_is_answered_with_what_to_do()
    {
        var pictures = new Dictionary<string, byte[]>
        {
            ["a.png"] = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0],
            ["a.jpg"] = [0xff, 0xd8, 0xff, 0xe0, 0, 16],
            ["a.heic"] = [0, 0, 0, 24, .. "ftypheic"u8, 0],
        };
        foreach (var (name, bytes) in pictures)
        {
            using var form = new MultipartFormDataContent { { new ByteArrayContent(bytes), "file", name } };
            using var response = await demo.Client.PostAsync("/ru/verify", form);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains(
                "Отсканируйте QR-код с бумаги камерой телефона", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    private sealed class Restful() : BeatingService(TimeSpan.FromHours(1), TimeProvider.System, NullLogger.Instance)
    {
        protected override Task BeatAsync(CancellationToken cancel) => Task.CompletedTask;
    }

    private static async Task<HttpStatusCode> StatusAsync(TestSite site, string path, string? forwardedFor = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (forwardedFor is not null)
        {
            request.Headers.Add("X-Forwarded-For", forwardedFor);
        }

        using var response = await site.Client.SendAsync(request);
        return response.StatusCode;
    }
}
