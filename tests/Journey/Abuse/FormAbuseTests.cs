using System.Net;
using AngleSharp.Html.Parser;
using Mortanba.Host.Web;
using Mortanba.Journey.Tests.Work;

namespace Mortanba.Journey.Tests.Abuse;

/// <summary>What is tried on every form of the site, by whoever may send it.</summary>
[Trait("Requirement", "X-13")]
public sealed class FormAbuseTests(AbuseSite site) : IClassFixture<AbuseSite>
{
    private const string Mark = "typed-ünïque-қазақ";

    private static readonly (string Kind, string Text)[] Hostile =
    [
        ("script", "\"'><script>abuse()</script><img src=x onerror=abuse()>{{7*7}}"),
        ("directions", "\u202e\u2066abc\u200f\u202dDEF"),
        ("long", new string('Ұ', 5 * 1024)),
        ("NUL", "a\0b"),
        ("pictures", "👩🏽‍🎓🇰🇿\ud83d\ude00 e\u0301"),
        ("lines", "a@b.example\r\nBcc: c@evil.example\r\n\r\nSet-Cookie: a=b"),
        ("numbers", "-99999999999999999999.5e400"),
        ("queries", "' OR 1=1; DROP TABLE accounts; --"),
        // Last: what is stored of it is looked at in the walk at the end.
        ("addresses", "//evil.example/\\.."),
    ];

    /// <summary>They check what is presented, change nothing and know no session.</summary>
    private static readonly string[] Stateless = ["/verify", "/ai/personal-data"];

    /// <summary>Sent from a learning platform's own pages: a signed token and this browser's cookie take the place of ours (ConnectionTests).</summary>
    private static readonly string[] OfPlatforms = ["/lti/login", "/lti/launch"];

    /// <summary>Without cookies: a key or a token stands in a header that no form can send (ListsApiTests).</summary>
    private static readonly string[] OfPrograms =
    [
        "/api/v1/verify", "/api/v1/receipts", "/api/v1/sandbox/verify", "/api/v1/token", "/api/v1/institutions/{bin}/lists", "/api/v1/recognition/inquiries",
        "/api/v1/ai/personal-data", "/api/v1/institutions/{bin}/ai/works/{work}/proposal", "/api/v1/institutions/{bin}/ai/works/{work}/grade",
        "/api/v1/institutions/{bin}/ai/cases/{id}/decision", "/api/v1/institutions/{bin}/ai/cases/{id}/close",
        "/api/v1/institutions/{bin}/ai/may-use",
    ];

    [Fact]
    public void Every_address_that_is_posted_to_has_a_form_that_is_tried()
    {
        var posted = site.Routes.Where(r => r.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)
            .Select(r => r.RoutePattern.RawText!).Distinct();

        var untried = posted.Except(site.Forms.Select(f => f.Route)).Except(OfPrograms).ToList();
        Assert.True(untried.Count == 0, string.Join('\n', untried));
    }

    [Fact]
    public async Task Hostile_text_in_any_field_is_refused_or_stays_text()
    {
        var faults = new List<string>();
        foreach (var (kind, text, round) in Hostile.Select((h, i) => (h.Kind, h.Text, i)))
        {
            // Anew each time: a password of hostile text is a failed one, and enough of them lock the account.
            await site.SignInAsync();
            foreach (var (form, place) in site.Forms.Where(f => !f.Route.EndsWith("/sign-out", StringComparison.Ordinal)).Select((f, i) => (f, i)))
            {
                // Each text where a person writes; where the page put something, every third, and other ones at the next form. A form that is
                // left as it was is not sent.
                IReadOnlyList<(string Name, string Value)> forged =
                    [.. form.Typed, .. form.Fixed.Select(f => f.Name is "form" or "who" ? f : (f.Name, text))];
                IEnumerable<IReadOnlyList<(string Name, string Value)>> tried = (place + round) % 3 == 0 ? [Written(form, text), forged] : [Written(form, text)];
                foreach (var fields in tried.Where(f => !f.SequenceEqual(form.All)))
                {
                    using var answer = await site.SignedIn[form.Who].SendAsync(form.Path, form.Body(fields));
                    await LookAsync($"{form.Route} as {form.Who}, {kind}", answer, faults);
                }
            }

            // What was stored shows on the pages: at once, before the next text takes its place, where it could do something there.
            if (kind == "script")
            {
                await site.WalkAsync((where, page) => faults.AddRange(Injected(page).Select(f => $"{where}: {f}")));
            }
        }

        await site.WalkAsync((where, page) => faults.AddRange(Injected(page).Select(f => $"{where}: {f}")));
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task No_form_goes_without_its_token_or_with_the_token_of_another_session()
    {
        await site.SignInAsync();
        var faults = new List<string>();
        var foreign = await site.SignedIn[$"admin@{AbuseSite.Uni}.example"].TokenAsync("/en/me/security");
        // No outside sign-in is set up here: its form is nowhere, and its address answers so.
        foreach (var form in site.Forms.Where(f => !Stateless.Contains(Plain(f.Route)) && !OfPlatforms.Contains(f.Route) && !f.Route.EndsWith("/sign-in/oidc", StringComparison.Ordinal)))
        {
            foreach (var token in form.Who.StartsWith("admin", StringComparison.Ordinal) ? [null, "", "CfDJ8"] : (string?[])[null, "", "CfDJ8", foreign])
            {
                var fields = form.All.Where(f => f.Name != "form").Concat(token is null ? [] : [("form", token)]);
                using var answer = await site.SignedIn[form.Who].SendAsync(form.Path, form.Body(fields));
                // The step of the code says that the sign-in begins anew, as it does when the password's minutes are over.
                var refused = form.Route.EndsWith("/sign-in/code", StringComparison.Ordinal) ? HttpStatusCode.Unauthorized : HttpStatusCode.BadRequest;
                if (answer.StatusCode != refused)
                {
                    faults.Add($"{form.Route} as {form.Who} with '{token}': {answer.StatusCode} {answer.Headers.Location}");
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task A_session_that_ended_in_the_middle_of_any_form_loses_nothing_that_was_typed()
    {
        await site.WalkAsync();
        var (faults, count) = (new List<string>(), 0);
        var cookies = site.SignedIn.ToDictionary(p => p.Key, p => p.Value.Cookie("session"));
        site.Pass(Sessions.Max);
        // An account's room for unsent forms holds twenty, for an hour.
        foreach (var some in site.Forms.Where(f => f.Who.Length > 0 && !f.Route.EndsWith("/sign-out", StringComparison.Ordinal)).GroupBy(f => f.Who).SelectMany(of => of.Chunk(20)))
        {
            var kept = new List<(FoundForm Form, string To)>();
            foreach (var form in some)
            {
                site.SignedIn[form.Who].SetCookie("session", cookies[form.Who]);
                if (await LoseAsync(form, faults) is { } to)
                {
                    kept.Add((form, to));
                }
            }

            using var person = await Person.SignedInAsync(site.Demo, some[0].Who);
            foreach (var (form, to) in kept)
            {
                if ((await person.PageAsync(to)).QuerySelectorAll("main form").SingleOrDefault(f => f.GetAttribute("action") == form.Path) is not { } again)
                {
                    faults.Add($"{form.Route} as {form.Who}: kept at {to}, which does not offer it");
                    continue;
                }

                var offered = FoundForm.Read(form.Who, form.Route, form.Path, again).All;
                var lost = Written(form, Mark).Where(f => f.Name is not ("form" or "who") && !offered.Contains(f)).Select(f => f.Name).ToList();
                if (lost.Count > 0)
                {
                    faults.Add($"{form.Route}: lost {string.Join(", ", lost)}");
                }
            }

            count += kept.Count;
            site.Pass(UnsentForms.Term);
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.True(count > 15, $"{count}");
    }

    /// <summary>Sends the form after the session ended; gives where it is kept, when it is.</summary>
    private async Task<string?> LoseAsync(FoundForm form, List<string> faults)
    {
        using var answer = await site.SignedIn[form.Who].SendFromAsync(form.Path, site.Demo.Site, form.Body(Written(form, Mark)));
        var page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
        var to = page.QuerySelector("main input[name=to]")?.GetAttribute("value") ?? "";
        if (answer.StatusCode != HttpStatusCode.Unauthorized || page.QuerySelector("main .note[role=status]") is null)
        {
            faults.Add($"{form.Route}: {answer.StatusCode}");
        }

        // What decides, and secrets, are typed again by whoever is there.
        var isForKeeping = !site.IsOf<NeverKept>(form) && !form.Route.Contains("/me/security", StringComparison.Ordinal)
            && form.All.Any(f => f.Name is not ("form" or "who"));
        var isKept = to.StartsWith("/en/me/unsent/", StringComparison.Ordinal);
        if (isForKeeping != isKept)
        {
            faults.Add($"{form.Route}: {(isKept ? "kept" : "not kept")}, goes on to {to}");
        }

        return isKept ? to : null;
    }

    private static IReadOnlyList<(string Name, string Value)> Written(FoundForm form, string text) =>
        [.. form.Typed.Select(f => (f.Name, text)), .. form.Fixed];

    private static string Plain(string route) => route.Replace("/{lang:language}", "", StringComparison.Ordinal).TrimEnd('/');

    private async Task LookAsync(string where, HttpResponseMessage answer, List<string> faults)
    {
        if ((int)answer.StatusCode >= 500)
        {
            faults.Add($"{where}: {(int)answer.StatusCode}");
        }

        if (answer.Headers.Location?.ToString() is { } to && (to is not ['/', ..] || to is ['/', '/' or '\\', ..]) && !to.StartsWith(site.Demo.Site + "/", StringComparison.Ordinal))
        {
            faults.Add($"{where}: leads to {to}");
        }

        if (answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(c => c.StartsWith("a=b", StringComparison.Ordinal)))
        {
            faults.Add($"{where}: a header was injected");
        }

        if (answer.Content.Headers.ContentType?.MediaType == "text/html")
        {
            var page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
            faults.AddRange(Injected(page).Select(f => $"{where}: {f}"));
        }
    }

    private static IEnumerable<string> Injected(AngleSharp.Dom.IDocument page) => page
        .QuerySelectorAll("[onerror], img[src=x], script:not([src]), a[href^='javascript:'], [action*='evil.example'], a[href*='evil.example']")
        .Select(e => e.OuterHtml[..Math.Min(120, e.OuterHtml.Length)]);
}
