using System.Net;
using Microsoft.Playwright;
using Mortanba.Accounts;
using Mortanba.Journey.Tests.Site;
using Mortanba.Journey.Tests.Work;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Abuse;

/// <summary>What somebody without a right tries: guessing links, second lines in addresses, the back button of a shared computer.</summary>
[Trait("Requirement", "X-13")]
public sealed class OutsideTests(SmallSite site, Chromium chromium) : IClassFixture<SmallSite>, IClassFixture<Chromium>
{
    private static readonly string People = $"/en/console/{SmallSite.Uni}/people";

    [Fact, Trait("Requirement", "DA-17")]
    public async Task Shares_and_claims_are_guessed_a_few_times_a_minute_only_and_each_guess_reads_alike()
    {
        var small = new SmallSite { Also = settings => settings with { LookupsPerMinute = 4 }, SignInsPerMinute = 4 };
        await using var _ = small;
        await small.InitializeAsync();
        using var nobody = new Person(small.Site);
        var token = await nobody.TokenAsync("/en/sign-in");

        var bodies = new HashSet<string>(StringComparer.Ordinal);
        var statuses = new List<HttpStatusCode>();
        foreach (var guess in (string[])["AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAB", "short", "x.y", "BAAAAAAAAAAAAAAAAAAAAA", "CAAAAAAAAAAAAAAAAAAAAA"])
        {
            using var answer = await nobody.GetAsync($"/en/s/{guess}");
            statuses.Add(answer.StatusCode);
            if (answer.StatusCode != HttpStatusCode.TooManyRequests)
            {
                bodies.Add((await answer.Content.ReadAsStringAsync()).Replace(guess, "", StringComparison.Ordinal));
            }
        }

        Assert.Equal([HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests], statuses[4..]);
        Assert.DoesNotContain(HttpStatusCode.OK, statuses);
        Assert.True(bodies.Count == 1, string.Join("\n----\n", bodies));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await nobody.GetAsync("/en/claim/AAAAAAAAAAAAAAAAAAAAAA")).StatusCode);

        var codes = new List<HttpStatusCode>();
        for (var i = 0; i < 5; i++)
        {
            codes.Add((await nobody.PostAsync("/en/s/AAAAAAAAAAAAAAAAAAAAAA", token, ("pin", $"{i:D6}"))).StatusCode);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, codes[4]);
    }

    [Theory]
    [InlineData("a@b.example\r\nBcc: c@evil.example")]
    [InlineData("a@b.example\nBcc: c@evil.example")]
    [InlineData("a@b.example\rBcc: c@evil.example")]
    [InlineData("a@b.example, c@evil.example")]
    [InlineData("a@b.example;c@evil.example")]
    [InlineData("<a@b.example> <c@evil.example>")]
    [InlineData("\"x\r\nBcc: c@evil.example\" <a@b.example>")]
    [InlineData("a@b.example\u2028Bcc: c@evil.example")]
    [InlineData("a@b.example\0")]
    public async Task An_address_with_a_second_line_or_a_second_address_gets_no_invitation(string email)
    {
        using var admin = await site.SignedInAsync($"{Guid.NewGuid():N}@one.example", Role.Administrator);

        var sent = await admin.PostAsync(People + "/invite", await admin.TokenAsync(People), ("email", email), ("role", "auditor"));

        Assert.DoesNotContain("evil.example", (await admin.PageAsync(People)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.True(sent.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest, $"{sent.StatusCode}");
        await using var connection = await site.Home.Database.ConnectAsync();
        Assert.Equal(0, (await connection.QueryAsync(
            "SELECT COUNT(*) FROM invitations WHERE email LIKE '%b.example%'", r => r.GetInt64(0), default)).Single());
    }

    [Fact]
    public async Task After_signing_out_the_back_button_shows_nothing_of_the_console()
    {
        Chromium.SkipUnlessPresent();
        var page = await AtPeopleAsync("back@one.example");
        Assert.Contains("back@one.example", await page.InnerTextAsync("main"), StringComparison.Ordinal);

        await page.ClickAsync("form.who button");
        await page.ArriveAsync("/en$");
        await page.GoBackAsync();

        await page.ArriveAsync("/en/sign-in");
        Assert.DoesNotContain("back@one.example", await page.ContentAsync(), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_form_sent_again_with_the_back_button_is_taken_once()
    {
        Chromium.SkipUnlessPresent();
        var page = await AtPeopleAsync("again@one.example");
        for (var time = 0; time < 2; time++)
        {
            // The first page, as the browser kept it.
            await page.FillAsync("#email", "invited-once@one.example");
            await page.ClickAsync("form[action$='/people/invite'] button");
            // What the answer shows: of a page that the browser kept it does not always tell that it is loaded.
            await (time == 0 ? page.GetByText("invited-once@one.example").First : page.Locator(".errors")).WaitForAsync();
            if (time == 0)
            {
                await page.GoBackAsync();
            }
        }

        Assert.Contains("is open", await page.InnerTextAsync(".errors"), StringComparison.Ordinal);
        await using var connection = await site.Home.Database.ConnectAsync();
        Assert.Equal(1, (await connection.QueryAsync(
            "SELECT COUNT(*) FROM invitations WHERE email = 'invited-once@one.example' AND withdrawn_at IS NULL", r => r.GetInt64(0), default)).Single());
        await page.Context.CloseAsync();
    }

    private async Task<IPage> AtPeopleAsync(string email)
    {
        await site.MakeAsync(email, Role.Administrator);
        var page = await chromium.PageAsync(1024);
        await page.GotoAsync(site.Site + "/en/sign-in");
        await page.FillAsync("#email", email);
        await page.FillAsync("#password", SmallSite.Password);
        await page.ClickAsync("main form button.primary:not([type=button])");
        await page.ArriveAsync("/en/console$");
        await page.GotoAsync(site.Site + People);
        return page;
    }
}
