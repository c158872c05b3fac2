using Mortanba.Recognition;
using Xunit;

namespace Mortanba.Flow.Tests.Recognition;

/// <summary>The modified Bavarian formula and its guards.</summary>
public sealed class GradeConversionTests
{
    private static readonly GradeScale German = new(1m, 4m);

    [Theory]
    [Trait("Requirement", "RQ-25")]
    // x = 1 + 3 (Nmax - Nd) / (Nmax - Nmin), worked by hand.
    [InlineData("100", "100", "50", "1")]
    [InlineData("75", "100", "50", "2.5")]
    [InlineData("50", "100", "50", "4")]
    [InlineData("3.5", "4.0", "2.0", "1.75")]
    [InlineData("17", "20", "10", "1.9")]
    // From a scale in which the smaller number is the better one.
    [InlineData("2.0", "1.0", "4.0", "2")]
    public void A_grade_keeps_its_share_of_the_way(string grade, string best, string lowest, string expected) =>
        Assert.Equal(Number(expected), GradeConversion.Convert(Number(grade), new(Number(best), Number(lowest)), German).Value);

    [Theory]
    [Trait("Requirement", "RQ-25")]
    [InlineData("49.9", "100", "50", "recognition/fails")]
    [InlineData("100.1", "100", "50", "recognition/beyond-scale")]
    [InlineData("4.1", "1.0", "4.0", "recognition/fails")]
    [InlineData("0.9", "1.0", "4.0", "recognition/beyond-scale")]
    [InlineData("5", "5", "5", "recognition/no-scale")]
    public void What_has_no_grade_in_the_other_scale_is_refused(string grade, string best, string lowest, string code) =>
        Assert.Equal(code, GradeConversion.Convert(Number(grade), new(Number(best), Number(lowest)), German).Problem?.Code);

    [Fact]
    [Trait("Requirement", "RQ-25")]
    public void A_grade_that_passes_never_becomes_one_that_fails()
    {
        var to = new GradeScale(4.0m, 1.67m);
        for (var grade = 50m; grade <= 100m; grade += 0.1m)
        {
            Assert.InRange(GradeConversion.Convert(grade, new(100m, 50m), to).Value, 1.67m, 4.0m);
        }
    }

    private static decimal Number(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
