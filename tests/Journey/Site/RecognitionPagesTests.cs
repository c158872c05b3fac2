using System.Net;
using System.Text.Json;

namespace Mortanba.Journey.Tests.Site;

/// <summary>"Before you apply" without an account and without script: page, call and command give one answer.</summary>
public sealed class RecognitionPagesTests(TestSite site) : IClassFixture<TestSite>
{
    [Theory]
    [Trait("Requirement", "RQ-1")]
    [Trait("Requirement", "RQ-6")]
    [InlineData("kk", "Ұлттық заң бойынша ғана", "Белгіленбеген", "Австралия: ")]
    [InlineData("ru", "Только по национальному закону", "Не установлен", "Казахстан: участвует, но день")]
    [InlineData("en", "By national law alone", "Not set", "Kazakhstan: a party, but the day of entry into force was not found.")]
    public async Task The_guide_says_which_law_applies_and_what_nobody_has_set_yet(string language, string law, string limit, string why)
    {
        var page = await site.Client.GetStringAsync($"/{language}/recognition?country=AU&country=&awarded=2020-06-30&purpose=employment&holder=graduate");
        Assert.Contains(law, page, StringComparison.Ordinal);
        Assert.Contains(limit, page, StringComparison.Ordinal);
        Assert.True(page.Contains(why, StringComparison.Ordinal) || language == "kk", why);
        Assert.Contains("<option value=\"AU\" selected", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "RQ-1")]
    public async Task A_joint_degree_with_an_institution_of_Kazakhstan_is_asked_for_the_part_of_the_others()
    {
        var page = await site.Client.GetStringAsync("/en/recognition?country=RU&country=KZ&awarded=2015-06-30&purpose=title");
        Assert.Contains("<option value=\"KZ\" selected", page, StringComparison.Ordinal);
        Assert.Contains("What Kazakhstan gave itself needs no treaty", page, StringComparison.Ordinal);
        Assert.Contains("Russia, Kazakhstan, ", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_that_cannot_be_read_keeps_what_was_typed_and_says_what_is_wrong()
    {
        using var response = await site.Client.GetAsync("/en/recognition?country=DE&awarded=%3Cb%3E31.02.2020&qs=first&purpose=%E2%80%AE");
        var page = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("Give the day of award", page, StringComparison.Ordinal);
        Assert.Contains("A place in a ranking is a whole number from 1: first.", page, StringComparison.Ordinal);
        Assert.Contains("value=\"first\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>31", page, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "RQ-2")]
    public async Task Treaties_show_their_parties_and_the_dates_that_were_not_found()
    {
        var page = await site.Client.GetStringAsync("/en/recognition/treaties");
        Assert.Contains("Türkiye", page, StringComparison.Ordinal);
        Assert.Contains("Not found", page, StringComparison.Ordinal);
        Assert.Contains("IV.7, V.1, V.2, V.3, VI.3, VIII.4", page, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "RQ-1")]
    public async Task Call_and_command_give_the_same_answer_and_the_answer_of_a_day_can_be_had_again()
    {
        const string Asked = "country=RU&awarded=2015-06-30&purpose=title&at=2026-11-22";
        var answer = await site.Client.GetStringAsync($"/api/v1/recognition/basis?{Asked}&lang=ru");
        using var json = JsonDocument.Parse(answer);
        var treaty = json.RootElement.GetProperty("treaties").EnumerateArray().Single(t => t.GetProperty("id").GetString() == "moscow-1998");
        Assert.Equal("applies", treaty.GetProperty("standing").GetString());
        Assert.Equal("Россия: действует с 1 октября 1999 года.", treaty.GetProperty("reasons")[1].GetProperty("text").GetString());
        Assert.True(json.RootElement.GetProperty("unconfirmed").GetBoolean());
        Assert.False(json.RootElement.GetProperty("timeLimit").GetProperty("canOpenCases").GetBoolean());

        var said = await Demo.Programs.MortanbaAsync(
            "recognition", "basis", "--country", "RU", "--awarded", "2015-06-30", "--purpose", "title", "--at", "2026-11-22", "--json", "--lang", "ru");
        Assert.True(said.Exit == 0, said.ToString());
        Assert.Equal(answer, said.Out.TrimEnd());
    }

    [Theory]
    [InlineData("awarded=2015-06-30", "recognition/no-country")]
    [InlineData("country=XX&awarded=2015-06-30", "recognition/unknown-country")]
    [InlineData("country=DE&awarded=soon", "recognition/no-day")]
    [InlineData("country=DE&awarded=2015-06-30&holder=nobody", "recognition/unknown-word")]
    [InlineData("country=DE&awarded=2015-06-30&at=2020-01-01", "rules/not-in-force")]
    public async Task A_call_that_cannot_be_answered_is_refused_with_a_code(string query, string code)
    {
        using var response = await site.Client.GetAsync("/api/v1/recognition/basis?" + query);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(code, json.RootElement.GetProperty("code").GetString());
    }
}
