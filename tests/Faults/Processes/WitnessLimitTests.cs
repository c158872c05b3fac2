using System.Net;
using Microsoft.AspNetCore.Http;
using Mortanba.Foundation;
using Mortanba.Host.Commands;
using Mortanba.Host.Witnessing;
using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>Whoever sends a witness what it refuses is slowed down; who is cosigned is not.</summary>
public sealed class WitnessLimitTests
{
    [Fact]
    [Trait("Requirement", "DA-15")]
    public async Task After_many_refusals_an_address_is_not_read_any_more_and_everything_else_is_served()
    {
        var folder = Directory.CreateTempSubdirectory("mortanba-witness-").FullName;
        try
        {
            var log = new NoteSigner("log.example", new Ed25519PrivateKey(new byte[32])).Verifier().ToVkey();
            new WitnessSettings("demo", "w.example", [new FollowedLog(log, "http://127.0.0.1:1/log")], []).Save(folder);
            await using var node = (await WitnessNode.OpenAsync(folder, TimeProvider.System, default)).Value;
            await using var site = WitnessCommand.Build(node, "http://127.0.0.1:0", TimeProvider.System);
            await site.StartAsync();
            using var http = new HttpClient { BaseAddress = new Uri(site.Urls.First()) };
            var answers = new List<HttpStatusCode>();
            // The allowance grows back while the machine is busy elsewhere; asking goes on until it is used up.
            while (answers.Count < 50 * RefusalLimit.Burst && !answers.Contains(HttpStatusCode.TooManyRequests))
            {
                using var nonsense = new StringContent("old 0\n");
                answers.Add((await http.PostAsync("/add-checkpoint", nonsense)).StatusCode);
            }

            Assert.True(answers.Count > RefusalLimit.Burst, $"{answers.Count}");
            Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
            Assert.All(answers.SkipLast(1), answer => Assert.Equal(HttpStatusCode.BadRequest, answer));
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/")).StatusCode);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void What_is_not_refused_costs_nothing()
    {
        using var limit = new RefusalLimit();
        var honest = From("192.0.2.1");
        Assert.All(Enumerable.Range(0, 10 * RefusalLimit.Burst), _ => Assert.True(limit.IsOpenTo(honest)));
    }

    /// <summary>The allowance grows by fractions, and what is left of one once opened the door for good.</summary>
    [Fact]
    [Trait("Requirement", "DA-15")]
    public void What_has_grown_back_is_used_up_again()
    {
        using var limit = new RefusalLimit();
        var client = From("192.0.2.1");
        for (var times = 0; times < 2; times++)
        {
            var refused = 0;
            while (limit.IsOpenTo(client) && refused < 100 * RefusalLimit.Burst)
            {
                limit.Refused(client);
                refused++;
            }

            Assert.InRange(refused, 1, (100 * RefusalLimit.Burst) - 1);
            Assert.True(SpinWait.SpinUntil(() => limit.IsOpenTo(client), TimeSpan.FromMinutes(1)));
        }
    }

    private static DefaultHttpContext From(string address) => new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };
}
