using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Intake;

/// <summary>The rules a list is checked against, resolved for one day: the award's, or the day of the upload.</summary>
public sealed record IntakeRules(DocumentKinds Kinds, GradeScale Grades, GpaRounding GpaRounding, IinFacets IinFacets)
{
    public static Outcome<IntakeRules> For(RuleBook book, DateOnly day) =>
        book.Resolve(RuleKeys.DocumentKinds, day).Then(kinds =>
            book.Resolve(RuleKeys.GradeScale, day).Then(grades =>
                book.Resolve(RuleKeys.GpaRounding, day).Then(rounding =>
                    book.Resolve(RuleKeys.IinFacets, day).Then(facets => Outcome<IntakeRules>.From(
                        new IntakeRules(kinds.Value, grades.Value, rounding.Value, facets.Value))))));
}
