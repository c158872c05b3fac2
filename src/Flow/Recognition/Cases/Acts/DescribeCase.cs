using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>The applicant says what is to be recognised, for what, and who they are; again as often as they like before filing.</summary>
public static class DescribeCase
{
    /// <param name="now">The case as it is; null to open one.</param>
    /// <param name="kind">Of the holder, whoever files.</param>
    /// <param name="representation">Who acts for the holder; null where they file themselves.</param>
    /// <param name="today">Civil day at the body.</param>
    public static Outcome<CaseEvent> Of(
        RecognitionCase? now, string by, Holder holder, HolderKind kind, RecognitionPurpose purpose, Qualification qualification,
        Representation? representation, DateOnly today, DateTimeOffset at)
    {
        if (now?.Unless(CaseStage.Draft) is { } wrong)
        {
            return wrong;
        }

        if (now is not null && now.Applicant != by)
        {
            return CaseRefusals.NotYours;
        }

        return string.IsNullOrWhiteSpace(holder.Name) || holder.Name.Length > Qualification.TextLengthMax
                ? new Problem("recognition/no-name", "The holder's name stands as in the identity document.")
            : holder.Born > today || holder.Born?.Year < 1900 ? new Problem("recognition/no-birth", "The day of birth lies in the past.")
            : qualification.Wrong(today) is { } problem ? problem
            : holder.Born is { } born && qualification.Awarded < born ? new Problem("recognition/award-before-birth", "The award lies before the birth of its holder.")
            : representation is { Name: var name } && (string.IsNullOrWhiteSpace(name) || name.Length > Qualification.TextLengthMax)
                ? new Problem("recognition/no-representative", "Whoever acts for a holder gives their own name, and nobody else does.")
            : new CaseDescribed(at, by, holder, kind, purpose, qualification, representation);
    }
}
