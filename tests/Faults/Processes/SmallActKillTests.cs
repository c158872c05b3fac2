using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Mortanba.Host;
using Mortanba.Host.Demo;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>kill -9 before and after two small acts are stored, a receipt kept and an alarm decided: whole or not there, and done again once.</summary>
public sealed partial class SmallActKillTests
{
    private const string Officer = "compliance@platform.example";

    [Theory]
    [InlineData("in-receipt", false, "in-alarm", false)]
    [InlineData("after-receipt", true, "after-alarm", true)]
    [Trait("Requirement", "X-15")]
    public async Task Killed_around_its_commit_it_is_there_whole_or_not_at_all(string receiptStep, bool isKept, string alarmStep, bool isDecided)
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        using (var dying = await Node.StartAsync(world, ("MORTANBA_CRASH_AT", receiptStep)))
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => AskReceiptAsync(dying));
        }

        Assert.Equal(isKept ? 1 : 0, await CountAsync(world, "SELECT digest FROM verification_receipts"));
        var decided = await CountAsync(world, Decided);
        using (var dying = await Node.StartAsync(world, ("MORTANBA_CRASH_AT", alarmStep)))
        {
            // What came before is no hindrance.
            Assert.Equal(HttpStatusCode.OK, (await AskReceiptAsync(dying)).StatusCode);
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => DecideAsync(dying, world));
        }

        // Decision and record are there together.
        var after = decided + (isDecided ? 1 : 0);
        Assert.Equal((after, isDecided ? 1 : 0), (await CountAsync(world, Decided), await CountAsync(world, Recorded)));
        await using (var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value)
        {
            // The receipts' seals, the alarm's and the record's chain.
            Assert.DoesNotContain((await Audit.RunAsync(home)).Findings, f => f.Code != "audit/not-delivered");
        }
    }

    private const string Decided = "SELECT id FROM signing_alarms WHERE verdict IS NOT NULL";
    private const string Recorded = "SELECT what FROM trail WHERE what = 'alarms/decided' AND actor <> 'compliance-officer-1'";

    private static async Task<HttpResponseMessage> AskReceiptAsync(Node node)
    {
        using var client = new HttpClient();
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes("no diploma"));
        return await client.PostAsync($"{node.Address}/api/v1/receipts", body);
    }

    private static async Task DecideAsync(Node node, World world)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
        using var client = new HttpClient(handler) { BaseAddress = new Uri(node.Address) };
        async Task<HttpResponseMessage> SendAsync(string to, string page, params KeyValuePair<string, string>[] fields)
        {
            using var form = new FormUrlEncodedContent(fields.Append(new("form", FormToken().Matches(page)[^1].Groups[1].Value)));
            return await client.PostAsync(to, form);
        }

        var password = (await File.ReadAllLinesAsync(Path.Combine(world.Data, DemoPeople.FileName)))[0];
        using var signedIn = await SendAsync(
            "/en/sign-in", await client.GetStringAsync("/en/sign-in"), new("email", Officer), new("password", password), new("to", ""));
        var alarms = await client.GetStringAsync("/en/console/platform/alarms");
        using var answer = await SendAsync(
            AlarmForm().Match(alarms).Groups[1].Value, alarms, new("reason", "The orders were compared (invented)."), new("verdict", "harmless"));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    private static async Task<int> CountAsync(World world, string query)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        return (await connection.QueryAsync(query, r => r.GetString(0), default)).Count;
    }

    [GeneratedRegex("name=\"form\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();

    [GeneratedRegex("action=\"(/en/console/platform/alarms/[^\"]+)\"")]
    private static partial Regex AlarmForm();
}
