using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AngleSharp.Html.Parser;
using Mortanba.Credentials;
using Mortanba.Foundation;

namespace Mortanba.Journey.Tests.Site;

public sealed class VerifyPageTests(TestSite site) : IClassFixture<TestSite>
{
    [Theory]
    [InlineData("ru-RU,ru;q=0.9,en;q=0.5", "/ru")]
    [InlineData("de,en;q=0.4", "/en")]
    [InlineData("de", "/kk")]
    [InlineData("", "/kk")]
    public async Task The_first_page_follows_the_browser_and_else_the_state_language(string accept, string leadsTo)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Accept-Language", accept);
        using var response = await site.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal(leadsTo, response.Headers.Location!.ToString());
    }

    [Fact]
    public async Task The_page_that_checks_without_a_network_is_a_file_to_keep_where_it_was_built()
    {
        var isBuilt = File.Exists(Path.Combine(AppContext.BaseDirectory, "verifier.html"));
        using var response = await site.Client.GetAsync("/verifier.html");
        Assert.Equal(isBuilt ? HttpStatusCode.OK : HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(isBuilt ? "attachment" : null, response.Content.Headers.ContentDisposition?.DispositionType);
        var how = await site.Client.GetStringAsync("/en/how");
        Assert.Equal(isBuilt, how.Contains("href=\"/verifier.html\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_a_switch_of_language_sets_a_cookie()
    {
        using var plain = await site.Client.GetAsync("/en");
        Assert.False(plain.Headers.Contains("Set-Cookie"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ru");
        request.Headers.Referrer = new Uri(site.Address + "/en");
        using var switched = await site.Client.SendAsync(request);
        Assert.StartsWith("lang=ru", switched.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("genuine", "ok", "imprint")]
    [InlineData("annulled", "hold", null)]
    [InlineData("tampered", "bad", null)]
    [InlineData("unchecked", "unk", null)]
    [Trait("Requirement", "X-5")]
    public async Task Each_verdict_has_its_colour_in_each_language_and_only_in_force_has_the_seal(
        string kind, string colour, string? seal)
    {
        foreach (var language in Languages.All)
        {
            var page = await PostTextAsync(language.Tag(), kind);
            var verdict = page.QuerySelector("section.verdict")!;
            Assert.Contains(colour, verdict.ClassList);
            Assert.Equal(seal is not null, verdict.QuerySelector(".imprint") is not null);
            Assert.NotEmpty(verdict.QuerySelector("h1")!.TextContent);
            Assert.Equal(language.Tag(), page.DocumentElement.GetAttribute("lang"));
            Assert.DoesNotContain("{", verdict.TextContent, StringComparison.Ordinal);
            Assert.Equal(13, page.QuerySelectorAll("table.checks tbody tr").Length);
        }
    }

    [Fact]
    [Trait("Requirement", "RQ-8")]
    public async Task A_file_of_another_system_is_named_and_never_taken_for_a_diploma_that_was_changed()
    {
        var signer = P256PrivateKey.Generate();
        var says = new QualificationReading
        {
            Holder = new HolderReading("Jane Doe", "Doe", "Jane", null),
            Title = ReadText.Of("en", "Master of <b>Arts</b>"),
            Institution = ReadText.Of("en", "University of Example"),
            Country = "NO",
        };
        var elmo = Encoding.UTF8.GetString(ElmoWriter.WriteSigned(says, "https://example.no", DateTimeOffset.UnixEpoch, signer, "key-1"));
        foreach (var (text, colour, words) in ((string, string, string)[])
        [
            (elmo, "unk", "ELMO"),
            (elmo.Replace("Jane", "Joan", StringComparison.Ordinal), "bad", "ELMO"),
            (Encoding.UTF8.GetString(ElmWriter.Write(says, "urn:uuid:1")), "unk", "Europass"),
        ])
        {
            foreach (var language in Languages.All)
            {
                var page = await PostTextAsync(language.Tag(), text);
                var verdict = page.QuerySelector("section.verdict")!;
                Assert.Contains(colour, verdict.ClassList);
                Assert.Contains(words, verdict.TextContent, StringComparison.Ordinal);
                Assert.Null(verdict.QuerySelector(".imprint"));
                Assert.DoesNotContain("{", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
                Assert.DoesNotContain("foreign/", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
                Assert.Contains("University of Example", page.QuerySelector("dl.facts")!.TextContent, StringComparison.Ordinal);
                Assert.Null(page.QuerySelector("dl.facts b"));
            }
        }
    }

    [Theory]
    [InlineData("en", "2026, 15:04 (Astana); whether it was annulled since could not be asked", "today")]
    [InlineData("ru", "2026 года, 15:04 (Астана) он действовал; не аннулирован ли он позже, спросить не удалось", "сегодня")]
    [InlineData("kk", "15:04 (Астана) жағдайы бойынша күшінде; содан бері күші жойылған-жойылмағанын сұрау мүмкін болмады", "бүгін")]
    [Trait("Requirement", "DA-16")]
    public async Task An_answer_that_was_not_asked_live_names_its_time_and_never_says_today(
        string language, string words, string today)
    {
        foreach (var kind in (string[])["not-asked", "not-asked-part"])
        {
            var sentence = (await PostTextAsync(language, kind)).QuerySelector("section.verdict p")!.TextContent;
            Assert.Contains(words, sentence, StringComparison.Ordinal);
            Assert.DoesNotContain(today, sentence, StringComparison.Ordinal);
        }

        var asked = (await PostTextAsync(language, "genuine")).QuerySelector("section.verdict p")!.TextContent;
        Assert.Contains(today, asked, StringComparison.Ordinal);
        Assert.DoesNotContain("15:04", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kazakh_letters_stand_as_letters_and_markup_in_a_file_name_does_not_become_markup()
    {
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent("genuine"u8.ToArray());
        file.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data")
        {
            Name = "\"file\"",
            FileName = "\"<b>x</b>.pdf\"",
        };
        form.Add(file);
        using var response = await site.Client.PostAsync("/kk/verify", form);
        var html = await response.Content.ReadAsStringAsync();
        Assert.Contains("Түпнұсқа, күшінде", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>x", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_qr_address_shows_the_content_to_compare_and_says_that_a_code_can_be_copied()
    {
        var response = await site.Client.GetAsync($"/en/q/{InMemoryRegistry.Capability}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Contains("noindex", response.Headers.GetValues("X-Robots-Tag").Single(), StringComparison.Ordinal);
        Assert.True(response.Headers.CacheControl!.NoStore);
        var page = await ParseAsync(response);
        Assert.Contains("copied onto any paper", page.QuerySelector(".compare")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Сәрсенова", page.QuerySelector(".compare")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("form[data-core]"));
    }

    [Fact]
    public async Task A_bare_qr_address_pasted_leads_to_its_page_and_a_number_to_its_own()
    {
        using var pasted = await site.Client.PostAsync(
            "/en/verify", Form("text", $"{site.Address}/q/{InMemoryRegistry.Capability}"));
        Assert.Equal(HttpStatusCode.SeeOther, pasted.StatusCode);
        Assert.Equal($"/en/q/{InMemoryRegistry.Capability}", pasted.Headers.Location!.ToString());
        using var number = await site.Client.PostAsync("/en/verify", Form("number", "BD 00412867"));
        Assert.Equal("/en/n/BD%2000412867", number.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task The_number_gives_no_name_away()
    {
        var html = await site.Client.GetStringAsync("/en/n/bd-00412867");
        Assert.Contains("Annulled", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Sarsenova", html, StringComparison.Ordinal);
        using var unknown = await site.Client.GetAsync("/ru/n/XX1");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("не значит, что он поддельный", await unknown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_form_is_asked_again_with_words()
    {
        using var response = await site.Client.PostAsync("/en/verify", Form("number", ""));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.NotNull((await ParseAsync(response)).QuerySelector(".errors[role=alert]"));
    }

    [Fact]
    public async Task A_file_above_the_limit_is_refused_in_words()
    {
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(new byte[(20 * 1024 * 1024) + 1]);
        form.Add(file, "file", "big.pdf");
        using var response = await site.Client.PostAsync("/en/verify", form);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("too large", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_verify_page_and_its_style_weigh_less_than_60_kilobytes()
    {
        var html = await site.Client.GetByteArrayAsync("/kk");
        var page = await ParseAsync(await site.Client.GetAsync("/kk"));
        var style = await site.Client.GetByteArrayAsync(page.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href"));
        Assert.True(html.Length + style.Length < 60_000, $"{html.Length} + {style.Length} bytes");
    }

    [Fact]
    public async Task Every_page_is_reached_in_every_language_and_holds_the_strict_policy()
    {
        var paths = new[]
        {
            "", "/verify", "/verify?sample=genuine", "/institutions", "/decisions", "/decisions/2026-QPU-1", "/ledger",
            "/ledger/5", "/ledger/checkpoints", "/status", "/developers", "/privacy", "/accessibility",
        };
        var faults = new List<string>();
        foreach (var address in Languages.All.SelectMany(l => paths.Select(p => "/" + l.Tag() + p)))
        {
            using var response = await site.Client.GetAsync(address);
            var html = await response.Content.ReadAsStringAsync();
            if (response.StatusCode != HttpStatusCode.OK
                || html.Contains("style=", StringComparison.Ordinal)
                || html.Contains("onclick", StringComparison.Ordinal)
                || !response.Headers.GetValues("Content-Security-Policy").Single().Contains("script-src 'self'", StringComparison.Ordinal))
            {
                faults.Add($"{address}: {response.StatusCode}");
            }
        }

        Assert.Empty(faults);
    }

    [Fact]
    [Trait("Requirement", "X-3")]
    public async Task Logs_and_metrics_hold_neither_number_nor_capability()
    {
        await site.Client.GetAsync($"/en/q/{InMemoryRegistry.Capability}");
        await site.Client.GetAsync("/en/n/BD00412867");
        await site.Client.GetAsync("/api/v1/numbers/BD00412867?x=secret");
        var metrics = await site.Client.GetStringAsync("/metrics");
        Assert.Contains("mortanba_http_requests_total{route=\"/api/v1/numbers/{number}\",method=\"GET\",status=\"200\"}",
            metrics, StringComparison.Ordinal);
        foreach (var text in (string[])[metrics, site.Lines.All])
        {
            Assert.DoesNotContain(InMemoryRegistry.Capability, text, StringComparison.Ordinal);
            Assert.DoesNotContain("00412867", text, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        }
    }

    private static MultipartFormDataContent Form(string name, string value) => new() { { new StringContent(value), name } };

    private static async Task<AngleSharp.Dom.IDocument> ParseAsync(HttpResponseMessage response) =>
        await new HtmlParser().ParseDocumentAsync(await response.Content.ReadAsStringAsync());

    private async Task<AngleSharp.Dom.IDocument> PostTextAsync(string language, string text)
    {
        using var form = Form("text", text);
        using var response = await site.Client.PostAsync($"/{language}/verify", form);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await ParseAsync(response);
    }
}
