using Mortanba.Recognition;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.Recognition;

/// <summary>Until when a case must be there; where that is not known, it is kept.</summary>
[Trait("Requirement", "RQ-29")]
public sealed class CaseRetentionTests
{
    private static readonly RetentionTerms Terms = new([new RetentionTerm("archive", 10, ["court-order"])]);

    [Fact]
    public void A_case_is_kept_by_the_longest_term_that_stops_the_reason()
    {
        Assert.Equal(new DateOnly(2036, 12, 31), Until(CaseWorld.Filed, "holder-request").Value);
        Assert.Null(Until(CaseWorld.Filed, "court-order").Value);
    }

    [Fact]
    public void A_case_whose_end_is_not_known_is_kept_whatever_the_reason()
    {
        Assert.Equal("recognition/retention-not-known", Until(null, "court-order").Problem?.Code);
        // A day without a calendar.
        Assert.Equal("recognition/retention-not-known", Until(DateTimeOffset.MinValue, "court-order").Problem?.Code);
    }

    private static Foundation.Outcome<DateOnly?> Until(DateTimeOffset? ended, string reason) =>
        (CaseWorld.At(CaseStage.Intake).Now with { EndedAt = ended }).KeptUntil(Terms, new WorkingCalendar(CaseWorld.Rules), reason);
}
