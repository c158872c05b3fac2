using System.Net;
using System.Text;
using System.Text.Json;

namespace Mortanba.Journey.Tests.Site;

/// <summary>Personal data in a text, by page and by call (AI-10): found, masked, refused when there is nothing to read, kept nowhere.</summary>
public sealed class PersonalDataPageTests(TestSite site) : IClassFixture<TestSite>
{
    [Theory]
    [Trait("Requirement", "AI-10")]
    [InlineData("kk", "телефон", "Ауыстырылған мәтін")]
    [InlineData("ru", "телефон", "Текст с заменами")]
    [InlineData("en", "phone", "Text with placeholders")]
    public async Task The_page_marks_what_it_found_and_shows_the_masked_text(string language, string kind, string masked)
    {
        using var form = new MultipartFormDataContent { { new StringContent("<b>Айгүл</b>: +7 701 234 56 78"), "text" } };
        using var answer = await site.Client.PostAsync($"/{language}/ai/personal-data", form);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Contains($"<mark>+7 701 234 56 78<small>{kind}", page, StringComparison.Ordinal);
        Assert.Contains(masked, page, StringComparison.Ordinal);
        Assert.Contains("<b>[name 1]</b>: [phone 1]", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "AI-10")]
    public async Task The_call_answers_places_and_masked_text_and_refuses_nothing_and_too_much()
    {
        using var answer = await PostAsync("Call Aigul: +7 701 234 56 78");
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("Call [name 1]: [phone 1]", json.RootElement.GetProperty("masked").GetString());
        var phone = json.RootElement.GetProperty("findings")[1];
        Assert.Equal((12, 16, "phone", "certain"), (
            phone.GetProperty("start").GetInt32(), phone.GetProperty("length").GetInt32(), phone.GetProperty("kind").GetString(),
            phone.GetProperty("confidence").GetString()));

        using var empty = await PostAsync(" ");
        Assert.Equal(HttpStatusCode.BadRequest, empty.StatusCode);
        Assert.Contains("ai/no-text", await empty.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var large = await PostAsync(new string('a', 200_000));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    private Task<HttpResponseMessage> PostAsync(string text) =>
        site.Client.PostAsync("/api/v1/ai/personal-data", new StringContent(text, Encoding.UTF8, "text/plain"));
}
