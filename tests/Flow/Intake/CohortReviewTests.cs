using Mortanba.Intake;
using Mortanba.Issuance.Samples;
using Xunit;

namespace Mortanba.Flow.Tests.Intake;

/// <summary>What an approver is shown of a list: its figures, and the rows that stand out.</summary>
public sealed class CohortReviewTests
{
    [Fact]
    public void An_even_list_has_no_odd_row_and_its_figures_add_up()
    {
        var reviewed = CohortReview.Of(Even(20));

        Assert.Equal(0, reviewed.OddCount);
        Assert.Equal(20, reviewed.Figures.Count);
        Assert.Equal(20, reviewed.Figures.GpaBars.Sum());
        Assert.Equal(20, reviewed.Figures.ByKind.Values.Sum());
        Assert.Equal(20, reviewed.Figures.Programmes.Sum(p => p.Count));
    }

    [Theory]
    [InlineData(Oddity.GpaFar)]
    [InlineData(Oddity.CreditsFar)]
    [InlineData(Oddity.Age)]
    [InlineData(Oddity.StudyShort)]
    [InlineData(Oddity.HonoursBelowMean)]
    public void One_row_that_differs_in_one_thing_is_named_for_that_thing(Oddity why)
    {
        var list = Even(20);
        list[7] = why switch
        {
            Oddity.GpaFar => list[7] with { Gpa = 1.10m },
            Oddity.CreditsFar => list[7] with { Credits = list[7].Credits + 60 },
            Oddity.Age => list[7] with { BirthDate = list[7].AwardDate.AddYears(-15) },
            Oddity.StudyShort => list[7] with { StudyFrom = list[7].StudyUntil.AddMonths(-6) },
            Oddity.HonoursBelowMean => list[7] with { Honours = true, Gpa = list[7].Gpa - 0.05m },
            _ => list[7],
        };

        var odd = Assert.Single(CohortReview.Of(list).Odd);

        Assert.Equal((why, list[7].Row), (odd.Why, odd.Row));
    }

    [Fact]
    public void Two_rows_of_one_name_and_birthday_with_two_IINs_are_both_named()
    {
        var list = Even(20);
        list[3] = list[3] with { Name = list[9].Name, BirthDate = list[9].BirthDate };

        Assert.Equal(
            [list[3].Row, list[9].Row],
            CohortReview.Of(list).Odd.Where(o => o.Why == Oddity.SamePerson).Select(o => o.Row));
    }

    [Fact]
    public void Figures_are_the_same_after_writing_and_reading_and_name_nobody()
    {
        var list = Even(9);
        var figures = CohortReview.Of(list).Figures;
        var json = figures.Write();

        Assert.Equal(json, CohortFigures.Parse(json).Write());
        var text = System.Text.Encoding.UTF8.GetString(json);
        Assert.DoesNotContain(list[0].Iin.Value, text, StringComparison.Ordinal);
        Assert.DoesNotContain(list[0].Name.Family.Kk, text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_one_has_nothing_to_differ_from()
    {
        Assert.Equal(0, CohortReview.Of(Even(1)).OddCount);
    }

    // Alike but for small differences of the averages, and names of their own.
    private static List<ValidatedDiploma> Even(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
        {
            var sample = IssuanceSamples.Diploma(0, 2);
            return sample with
            {
                Row = i + 2,
                Number = $"{10_000_000 + i}",
                Iin = IssuanceSamples.Diploma(i, 2).Iin,
                Name = sample.Name with { Family = Foundation.LocalizedText.Same($"Family{i}") },
                BirthDate = sample.AwardDate.AddYears(-22).AddDays(i),
                Gpa = 3.00m + (0.01m * (i % 5)),
                Honours = false,
            };
        }),
    ];
}
