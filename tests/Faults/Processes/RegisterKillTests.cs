using System.Net;
using System.Text.RegularExpressions;
using Mortanba.Host;
using Mortanba.Host.Demo;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>kill -9 around an import of a register and around an inquiry: row, letter and record are there together or not at all.</summary>
[Collection(SharedWorldCollection.Name)]
public sealed partial class RegisterKillTests(SharedWorld shared)
{
    [Theory]
    [Trait("Requirement", "RQ-9")]
    [InlineData("in-register", "xx-kill-1", false)]
    [InlineData("after-register", "xx-kill-2", true)]
    public async Task Killed_while_a_register_is_taken_in_it_is_there_whole_or_not_and_once(string step, string id, bool isDone)
    {
        var world = await shared.OfAsync(Dialect.Sqlite);
        var file = Path.Combine(world.Data, $"{id}.csv");
        await File.WriteAllTextAsync(file, $"id,country,name,source,read\n{id},GE,Invented,paper,2026-01-01\n");
        string[] command = ["recognition", "import", "institutions", file, "--by", "officer-1"];
        var (rows, records) = await LookAsync(world);

        Assert.Equal(Ended.Killed, (await Program.RunAsync(world.Data, command, ("MORTANBA_CRASH_AT", step))).Exit);
        Assert.Equal(isDone ? (rows + 1, records + 1) : (rows, records), await LookAsync(world));

        // What was done is not done again.
        Assert.Equal(0, (await world.RunAsync(command)).Exit);
        Assert.Equal((rows + 1, records + 1), await LookAsync(world));
    }

    [Fact]
    [Trait("Requirement", "RQ-24")]
    public async Task Killed_while_a_centre_is_asked_the_letter_is_queued_once_or_not_at_all()
    {
        var world = await shared.OfAsync(Dialect.Sqlite);
        var asked = await CountAsync(world, "SELECT id FROM recognition_inquiries");
        var waiting = await CountAsync(world, "SELECT id FROM recognition_cases WHERE waiting_for = 'information-centre'");
        foreach (var (step, done) in new[] { ("in-inquiry", 0), ("after-inquiry", 1) })
        {
            using (var dying = await Node.StartAsync(world, ("MORTANBA_CRASH_AT", step)))
            {
                await Assert.ThrowsAnyAsync<HttpRequestException>(() => AskAsync(dying, world));
            }

            Assert.Equal(
                (asked + done, done, done, done),
                (await CountAsync(world, "SELECT id FROM recognition_inquiries"),
                    await CountAsync(world, "SELECT id FROM mail_queue WHERE subject_kind = 'inquiry'"),
                    await CountAsync(world, "SELECT what FROM trail WHERE what = 'recognition/inquiry-asked'"),
                    await CountAsync(world, "SELECT id FROM recognition_cases WHERE waiting_for = 'information-centre'") - waiting));
        }
    }

    private static async Task AskAsync(Node node, World world)
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
            "/en/sign-in", await client.GetStringAsync("/en/sign-in"),
            new("email", "recognition@platform.example"), new("password", password), new("to", ""));
        const string page = "/en/console/recognition/inquiries/new";
        using var answer = await SendAsync(
            page, await client.GetStringAsync(page), new("case", await CaseAsync(world)), new("centre", "nic-tr.example"), new("question", "genuine"),
            new("words", "Did you issue it?"), new("number", "A 17"));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    private static async Task<string> CaseAsync(World world)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        return (await connection.QueryAsync("SELECT id FROM recognition_cases WHERE stage = 'authenticity' AND waiting_for IS NULL ORDER BY id LIMIT 1", r => r.GetString(0), default)).Single();
    }

    private static async Task<(int Rows, int Records)> LookAsync(World world) => (
        await CountAsync(world, "SELECT id FROM foreign_institutions"),
        await CountAsync(world, "SELECT what FROM trail WHERE what = 'recognition/register-imported'"));

    private static async Task<int> CountAsync(World world, string query)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        return (await connection.QueryAsync(query, r => r.GetString(0), default)).Count;
    }

    [GeneratedRegex("name=\"form\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
