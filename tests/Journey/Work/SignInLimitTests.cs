using System.Net;

namespace Mortanba.Journey.Tests.Work;

public sealed class SignInLimitTests
{
    [Fact]
    public async Task Guessing_is_slow_from_one_address_whichever_way_in_is_tried()
    {
        var site = new SmallSite { SignInsPerMinute = 5 };
        await using var _ = site;
        await site.InitializeAsync();
        using var nobody = new Person(site.Site);
        var token = await nobody.TokenAsync("/en/sign-in");

        var answers = new List<HttpStatusCode>();
        foreach (var path in (string[])["/en/sign-in", "/en/sign-in/passkey", "/en/sign-in/eds", "/en/sign-in/code", "/en/sign-in", "/en/sign-in"])
        {
            answers.Add((await nobody.PostAsync(path, token, ("email", "a@one.example"), ("password", "x"), ("credential", "{}"))).StatusCode);
        }

        Assert.DoesNotContain(HttpStatusCode.TooManyRequests, answers.Take(5));
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[5]);
    }
}
