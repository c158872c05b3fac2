using Mortanba.Recognition;
using Xunit;

namespace Mortanba.Flow.Tests.Recognition;

/// <summary>What the built-in tool proposes, from which span, and what it leaves to people.</summary>
[Trait("Requirement", "RQ-27")]
public sealed class LocalSuggestionsTests
{
    private const string Diploma = """
        Northern University
        The degree of Bachelor of Science in Informatics was conferred on 30 June 2022.
        Official length: 3 years of full-time study, 180 ECTS credits.
        """;

    [Fact]
    public async Task Each_proposal_shows_the_span_it_was_read_from()
    {
        var found = await ProposeAsync(Diploma);

        Assert.Equal(
            ["level=6 <Bachelor of>", "field=0613 <Informatics>", "awarded=2022-06-30 <30 June 2022>", "years=3 <3 years>", "credits=180 <180 ECTS credits>"],
            found.Select(s => $"{s.Field}={s.Value} <{s.Quote}>"));
        Assert.All(found, s => Assert.Equal(s.Quote, Diploma.Substring(s.Start, s.Length)));
        Assert.All(found, s => Assert.Equal((null, null, "mortanba-rules 1", "d"), (s.ConfirmedBy, s.RejectedBy, s.Tool, s.Document)));
    }

    [Fact]
    public async Task The_same_text_gives_the_same_proposals_with_the_same_ids()
    {
        Assert.Equal(await ProposeAsync(Diploma), await ProposeAsync(Diploma));
        Assert.Distinct((await ProposeAsync(Diploma)).Select(s => s.Id));
    }

    [Theory]
    [InlineData("Присуждена степень магистра, 30.06.2021, объём 120 кредитов, 2 года", "awarded=2021-06-30 credits=120 level=7 years=2")]
    [InlineData("Диплом 5 июля 2019 года. Специальность: химия", "awarded=2019-07-05 field=0531")]
    [InlineData("31 February 2020; 99999 ECTS; 0 credits; page 2020-13-40", "")]
    [InlineData("", "")]
    public async Task Reads_other_languages_and_nothing_that_cannot_be(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', (await ProposeAsync(text)).Select(s => $"{s.Field}={s.Value}").Order(StringComparer.Ordinal)));

    [Fact]
    public async Task A_hostile_text_is_read_to_its_limit()
    {
        var found = await ProposeAsync(string.Concat(Enumerable.Repeat("1,1 12.12.2012 \u202e 7 ECTS\0 ", 20_000)));
        Assert.InRange(found.Count, 1, 25);
        Assert.All(found, s => Assert.InRange(s.Start + s.Length, 1, SuggestionQuestion.TextLengthMax));
    }

    private static Task<IReadOnlyList<Suggestion>> ProposeAsync(string text) => new LocalSuggestions().ProposeAsync(new SuggestionQuestion("d", text));
}
