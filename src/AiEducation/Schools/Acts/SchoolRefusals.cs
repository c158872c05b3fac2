using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Refusals that the acts of a school and the question who may use what share.</summary>
internal static class SchoolRefusals
{
    public static Problem NotOfSchool { get; } = new("ai-school/not-of-school", "The school does not allow this system.");

    public static Problem NotOfPilot { get; } = new("ai-school/not-of-pilot", "It is approved for a pilot in other schools, which are named.");

    public static Problem PurposeNotApproved { get; } = new("ai-school/purpose-not-approved", "The system is not approved for this purpose.");

    public static Problem PurposeByRegulation { get; } =
        new("ai-school/purpose-by-regulation", "By the school's regulation learners do not use AI for this purpose.");

    public static Problem ConsentOver { get; } = new("ai-school/consent-over", "This consent is over already.");

    public static Problem ConsentHolds { get; } = new("ai-school/consent-holds", "The consent still holds, or that was told already.");

    public static Problem NotAllowed(AiSystem system) => system.State is AiSystemState.Suspended or AiSystemState.Prohibited
        ? new Problem("ai-school/system-suspended", $"{system.Description.Name} is taken out of use in all schools.", ("system", system.Description.Name))
        : new Problem("ai-school/system-not-allowed", $"{system.Description.Name} is not approved.", ("system", system.Description.Name));

    public static Problem AgeNotApproved(Allowed approved)
    {
        var ages = approved.AgeTo is { } to ? $"{approved.AgeFrom}–{to}" : $"{approved.AgeFrom}+";
        return new Problem("ai-school/age-not-approved", $"The system is approved for these ages: {ages}.", ("ages", ages));
    }
}
