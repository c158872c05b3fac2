using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>What a person is at a school.</summary>
public enum SchoolPersonKind
{
    Teacher,
    Learner,
}

/// <summary>
/// A teacher or a learner of a school. Outside the school a learner is the pseudonym alone; name and day of birth are sealed under the
/// school's key.
/// </summary>
/// <param name="Id">Pseudonym, <c>p-</c> and 64 random bits; stands for the person in every event and fact.</param>
/// <param name="Class">Name of the class, for example <c>9A</c>; empty for a teacher.</param>
/// <param name="Classes">Classes a teacher teaches.</param>
/// <param name="Grade">School year the learner is in, 0 to 12; 0 for a teacher.</param>
/// <param name="Language">Language of instruction; empty when nobody said.</param>
/// <param name="Sex"><c>female</c>, <c>male</c>; empty when nobody said.</param>
/// <param name="Disability">Has special educational needs, for the equity view alone; null when nobody said.</param>
/// <param name="Account">Who signs in as this person; null when nobody does.</param>
/// <param name="Guardians">Accounts of the legal representatives of a learner.</param>
public sealed record SchoolPerson(
    string Id, Bin School, SchoolPersonKind Kind, string Class, IReadOnlyList<string> Classes, int Grade, string Language, string Sex, bool? Disability,
    string? Account, IReadOnlyList<string> Guardians, PersonWords? Words, DateTimeOffset Joined, DateTimeOffset? Left)
{
    /// <summary>Age on a day by the civil calendar (<see cref="Age.On"/>); null when the day of birth is not known.</summary>
    public int? AgeOn(DateOnly day) => Words?.BirthDate is { } born ? Age.On(born, day) : null;

    /// <summary>Somebody else speaks for the learner: until the age of majority, and as long as the day of birth is not known.</summary>
    /// <param name="majority">Age in whole years, from the rules.</param>
    public bool IsRepresentedOn(DateOnly day, int majority) => Kind == SchoolPersonKind.Learner && !(AgeOn(day) >= majority);
}

/// <summary>What only the school reads.</summary>
public sealed record PersonWords(string Name, DateOnly? BirthDate)
{
    /// <summary>As the school's roster has it, by which an account is found (<see cref="RosterAccounts"/>); empty when it does not say.</summary>
    public string Email { get; init; } = "";
}
