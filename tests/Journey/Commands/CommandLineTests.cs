using System.IO.Compression;
using System.Text.Json;
using Mortanba.Issuance;
using Mortanba.Journey.Tests.Demo;

namespace Mortanba.Journey.Tests.Commands;

/// <summary>The command line that scripts rely on (design section 6): shapes and exit codes.</summary>
[Collection(DemoTests.Name)]
public sealed class CommandLineTests(DemoSite demo)
{
    private static readonly string[] CheckNames =
    [
        "form", "integrity", "issuer-signature", "issuer-entitled", "key-valid", "decision-on-issue", "ledger-inclusion",
        "checkpoint", "anchor", "status", "not-superseded", "disclosure", "freshness",
    ];

    [Fact]
    public async Task Verify_prints_one_object_a_file_of_the_designed_shape()
    {
        string[] files = [demo.Samples("genuine")[0], demo.Samples("annulled")[1]];
        var ended = await Programs.MortanbaAsync("verify", files[0], files[1], "--trust", demo.Trust, "--json");
        Assert.True(ended.Exit == 2, ended.ToString());
        var lines = ended.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            var answer = JsonDocument.Parse(lines[i]).RootElement;
            Assert.Equal(
                ["asOf", "checks", "file", "form", "issuer", "verdict"],
                answer.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
            Assert.Equal(files[i], answer.GetProperty("file").GetString());
            Assert.Equal(i == 0 ? "diploma-file" : "pdf", answer.GetProperty("form").GetString());
            Assert.EndsWith("Z", answer.GetProperty("asOf").GetString(), StringComparison.Ordinal);
            var checks = answer.GetProperty("checks").EnumerateArray().ToList();
            Assert.Equal(CheckNames, checks.Select(check => check.GetProperty("name").GetString()));
            Assert.All(checks, check => Assert.Equal(
                ["age", "detail", "evidence", "name", "state"],
                check.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)));
        }
    }

    [Fact]
    public async Task The_exit_code_of_several_files_is_that_of_the_worst()
    {
        string[] files = [demo.Samples("genuine")[0], demo.Samples("tampered")[0], demo.Samples("suspended")[0]];
        var ended = await Programs.MortanbaAsync(["verify", .. files, "--trust", demo.Trust, "--offline"]);
        Assert.True(ended.Exit == 1, ended.ToString());
    }

    [Theory]
    [InlineData("en", "Genuine; in force as of", "Whether it was annulled since could not be asked", "Genuine and in force")]
    [InlineData("ru", "Подлинный; на ", "Не аннулирован ли он позже, спросить не удалось", "Подлинный, действует")]
    [InlineData("kk", "Түпнұсқа; ", "Содан бері күші жойылған-жойылмағанын сұрау мүмкін болмады", "Түпнұсқа, күшінде")]
    [Trait("Requirement", "DA-16")]
    public async Task The_headline_says_in_force_of_now_only_when_the_service_answered(
        string language, string then, string since, string now)
    {
        string[] verify = ["verify", demo.Samples("genuine")[0], "--trust", demo.Trust, "--lang", language];
        var offline = await Programs.MortanbaAsync([.. verify, "--offline"]);
        Assert.True(offline.Exit == 0, offline.ToString());
        var headline = offline.Out.Split('\n')[0];
        Assert.Contains(then, headline, StringComparison.Ordinal);
        Assert.Contains(" UTC", headline, StringComparison.Ordinal);
        Assert.Contains(since, headline, StringComparison.Ordinal);
        Assert.DoesNotContain(now, offline.Out, StringComparison.Ordinal);

        var asked = await Programs.MortanbaAsync(verify);
        Assert.EndsWith(now, asked.Out.Split('\n')[0].TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_demonstration_ends_with_one_object_that_names_everything_a_script_needs()
    {
        Assert.Equal(
            ["log", "logKey", "samples", "site", "trust", "witnessKeys"],
            demo.Answer.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(demo.Site, demo.Answer.GetProperty("site").GetString());
        Assert.Equal(demo.Site + "/log", demo.Answer.GetProperty("log").GetString());
        Assert.True(File.Exists(demo.Answer.GetProperty("trust").GetString()));
        foreach (var kind in (string[])["genuine", "suspended", "annulled", "superseded", "tampered"])
        {
            Assert.NotEmpty(demo.Samples(kind));
            Assert.All(demo.Samples(kind), file => Assert.True(File.Exists(file), file));
        }
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("verify no-such-file.pdf")]
    [InlineData("verify --trust no-such-trust.json no-such-file.pdf")]
    [InlineData("issue")]
    [InlineData("no-such-command")]
    [InlineData("audit --no-such-option")]
    [InlineData("verify x --lang de")]
    public async Task A_call_that_cannot_be_understood_exits_64(string call)
    {
        var ended = await Programs.MortanbaAsync(call.Split(' '));
        Assert.True(ended.Exit == 64, ended.ToString());
        Assert.NotEmpty(ended.Error);
    }

    [Theory]
    [InlineData("kk", "жол", "ЖСН")]
    [InlineData("ru", "строка", "ИИН")]
    [InlineData("en", "row", "IIN")]
    [Trait("Requirement", "X-5")]
    [Trait("Requirement", "X-12")]
    public async Task A_bad_list_is_refused_cell_by_cell_in_the_language_asked_for_and_issues_nothing(
        string language, string wordOfRow, string wordOfIin)
    {
        var before = await CountAsync();
        var list = Path.Combine(demo.Directory, "lists", "bad-list.csv");
        var errors = Path.ChangeExtension(list, ".errors.xlsx");
        File.Delete(errors);
        var ended = await IssueAsync(list, "registrar-1", "--lang", language);
        Assert.True(ended.Exit == 1, ended.ToString());
        // Row 3 holds an IIN with a wrong check digit; row 5 a day that does not exist.
        Assert.Contains(wordOfRow, ended.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(wordOfIin, ended.Error, StringComparison.Ordinal);
        Assert.Contains("31.02.2026", ended.Error, StringComparison.Ordinal);
        Assert.Contains("6B06999", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("{", ended.Error, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(errors), ended.Error, StringComparison.Ordinal);
        await using (var workbook = await ZipFile.OpenReadAsync(errors))
        {
            Assert.NotNull(workbook.GetEntry("xl/workbook.xml"));
        }

        Assert.Equal(before, await CountAsync());
    }

    [Fact]
    [Trait("Requirement", "DA-24")]
    public async Task The_same_list_again_issues_nothing_twice()
    {
        var before = await CountAsync();
        var ended = await IssueAsync(Path.Combine(demo.Directory, "lists", "sarybel-university.csv"), "registrar-1", "--json");
        Assert.True(ended.Exit == 0, ended.ToString());
        var answer = JsonDocument.Parse(ended.Out).RootElement;
        Assert.Equal(0, answer.GetProperty("issued").GetInt32());
        Assert.Equal(10, answer.GetProperty("issuedBefore").GetInt32());
        Assert.Equal(before, await CountAsync());
    }

    [Fact]
    public async Task The_demonstration_started_again_goes_on_where_it_was_left()
    {
        var before = await CountAsync();
        var ended = await Programs.MortanbaAsync(
            "demo", "--no-serve", "--site", demo.Site, "--data", demo.Directory, "--json");
        Assert.True(ended.Exit == 0, ended.ToString());
        Assert.Equal(before, await CountAsync());
    }

    [Fact]
    public async Task The_demonstration_keeps_its_lists_and_says_how_long_they_are()
    {
        var ended = await Programs.MortanbaAsync("demo", "--no-serve", "--count", "41", "--data", demo.Directory, "--lang", "en");
        Assert.Equal(1, ended.Exit);
        Assert.Contains("holds a demonstration of 40 graduates", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "X-13")]
    public async Task Whoever_prepared_the_list_cannot_approve_it()
    {
        var before = await CountAsync();
        var ended = await IssueAsync(Path.Combine(demo.Directory, "lists", "sarybel-university.csv"), "rector-1");
        Assert.True(ended.Exit == 1, ended.ToString());
        Assert.Equal(before, await CountAsync());
    }

    private Task<Ended> IssueAsync(string list, string preparedBy, params string[] more)
    {
        var initiator = demo.Genuine.Entries.Select(e => Foundation.LedgerEntry.Parse(e.Entry).Value)
            .Single(e => e.Type == Foundation.LedgerEntryTypes.AssetRegistered).Text("initiator")!;
        return Programs.MortanbaAsync(
        [
            "issue", "--data", demo.Directory, "--list", list, "--institution", initiator, "--decision", $"D-{initiator}-1",
            "--prepared-by", preparedBy, "--approved-by", "rector-1", .. more,
        ]);
    }

    private async Task<long> CountAsync()
    {
        await using var connection = await demo.Home.Database.ConnectAsync();
        return await CredentialStore.CountAsync(connection);
    }
}
