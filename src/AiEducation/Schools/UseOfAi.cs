using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>Who wants to use a system.</summary>
/// <param name="Id">Pseudonym of a learner or a teacher.</param>
/// <param name="Born">Of a learner, null when the school does not know it; nobody asks a teacher.</param>
/// <param name="Class">Of a learner; null for who is in none.</param>
public sealed record AiUser(string Id, ToolRole Role, DateOnly? Born = null, string? Class = null);

/// <param name="IsSupervised">A teacher leads and sees it.</param>
public sealed record UseAsked(AiUser Who, AiSystem System, AiPurpose Purpose, bool IsSupervised, DateOnly Day);

/// <summary>All that decides on a use, as it stands at the moment of the question.</summary>
/// <param name="Tool">As the school allows it; null when it does not.</param>
/// <param name="Class">Switches of the learner's class; null when nothing was ever switched off.</param>
/// <param name="Learner">What the learner read and refused; null when nothing.</param>
/// <param name="Consents">Every consent for the learner.</param>
/// <param name="Notice">What has to be read before the first use.</param>
public sealed record UseGrounds(
    AiRegisterRules Rules, RegulationInForce Regulation, AllowedTool? Tool, ClassAi? Class, LearnerAi? Learner, IReadOnlyList<ParentalConsent> Consents,
    UseNotice? Notice)
{
    /// <summary>The school it is used at; a pilot is for no other than those it names.</summary>
    public Bin? School { get; init; }
}

/// <summary>The answer: yes, or every reason against it, the weightiest first.</summary>
/// <param name="Against">Empty when the use is allowed.</param>
/// <param name="NeedsConsent">A parent's consent is asked of this learner.</param>
/// <param name="NeedsSupervision">Only under a teacher's eyes.</param>
public sealed record UseAnswer(IReadOnlyList<Problem> Against, bool NeedsConsent, bool NeedsSupervision)
{
    public bool IsAllowed => Against.Count == 0;

    /// <summary>The same with the first reason alone.</summary>
    public Outcome<UseAnswer> First => Against is [var first, ..] ? first : this;
}

/// <summary>
/// Whether somebody may use an AI system for a purpose now (requirements AI-8, AI-9, AI-11, AI-12, AI-30). Pure: register, school, age,
/// consent, class and learner in, the answer out. Asked anew for every use, so what is withdrawn, suspended or switched off counts at once.
/// </summary>
public static class UseOfAi
{
    // Who may be a child is asked for as one.
    private static UseAnswer NoAge { get; } =
        new([new Problem("ai-school/age-unknown", "The school does not know the learner's date of birth.")], true, true);

    /// <summary>This person, with the consents, refusals and switches that concern them.</summary>
    public static UseAnswer MayUse(UseAsked asked, UseGrounds grounds) => Answer(asked, grounds, OfLearner);

    /// <summary>
    /// Anybody of this role and age, nobody in particular: what register, school and age say. Consent, notice and the class are the
    /// conditions of the answer, not reasons against it.
    /// </summary>
    /// <param name="age">Of a learner, in whole years.</param>
    public static UseAnswer MayAnybody(
        ToolRole role, int age, AiSystem system, AiPurpose purpose, bool isSupervised, DateOnly day, UseGrounds grounds) => Answer(
            new UseAsked(new AiUser("", role, day.AddYears(-age)), system, purpose, isSupervised, day), grounds, ByAge);

    /// <summary>
    /// Whether a system may read, for the teacher, what a learner wrote. The teacher uses it, so of the school its teachers are asked for; all that
    /// protects the learner is asked for as for a use of their own: the ages of the approval, parents, refusal, the switches of the class, the notice.
    /// </summary>
    /// <param name="asked">The learner, and what the text is read for.</param>
    public static UseAnswer MayRead(UseAsked asked, UseGrounds grounds)
    {
        if (asked.Who.Born is not { } born)
        {
            return NoAge;
        }

        var age = Age.On(born, asked.Day);
        var teacher = asked with { Who = asked.Who with { Role = ToolRole.Teacher } };
        return new UseAnswer(
            [.. ByRegister(asked, age), .. BySchool(teacher, grounds, age), .. ByFamily(asked, grounds, age), .. InClass(asked, grounds)],
            age < grounds.Rules.ConsentUntilAge, NeedsSupervision: false);
    }

    private static UseAnswer Answer(UseAsked asked, UseGrounds grounds, Func<UseAsked, UseGrounds, int, IEnumerable<Problem>> ofLearner)
    {
        var isLearner = asked.Who.Role == ToolRole.Learner;
        if (isLearner && asked.Who.Born is null)
        {
            return NoAge;
        }

        var age = asked.Who.Born is { } born && isLearner ? Age.On(born, asked.Day) : int.MaxValue;
        var against = ByRegister(asked, age).Concat(BySchool(asked, grounds, age));
        return new UseAnswer(
            [.. isLearner ? against.Concat(ofLearner(asked, grounds, age)) : against], age < grounds.Rules.ConsentUntilAge,
            IsGenerative(asked.System) && age < grounds.Regulation.Number(RegulationItems.SupervisedUntilAge));
    }

    private static IEnumerable<Problem> ByRegister(UseAsked asked, int age)
    {
        if (!asked.System.IsAllowed)
        {
            yield return SchoolRefusals.NotAllowed(asked.System);
            yield break;
        }

        var approved = asked.System.Approval!.Allowed;
        if (asked.Day > approved.Until)
        {
            yield return Ended("ai-school/approval-ended", "Its approval ended", approved.Until);
        }

        if (!approved.Purposes.Contains(asked.Purpose))
        {
            yield return SchoolRefusals.PurposeNotApproved;
        }

        if (asked.Who.Role == ToolRole.Learner && (age < approved.AgeFrom || age > (approved.AgeTo ?? int.MaxValue)))
        {
            yield return SchoolRefusals.AgeNotApproved(approved);
        }
    }

    private static IEnumerable<Problem> BySchool(UseAsked asked, UseGrounds grounds, int age)
    {
        if (grounds.Tool is not { } tool)
        {
            yield return SchoolRefusals.NotOfSchool;
            yield break;
        }

        if (asked.System.Approval?.Allowed.IsFor(grounds.School) == false)
        {
            yield return SchoolRefusals.NotOfPilot;
        }

        if (asked.Day > tool.Until)
        {
            yield return Ended("ai-school/tool-ended", "The school allowed it", tool.Until);
        }

        if (!tool.Roles.Contains(asked.Who.Role))
        {
            yield return new Problem("ai-school/role", "The school does not allow it for people in this role.");
        }

        if (!tool.Purposes.Contains(asked.Purpose))
        {
            yield return new Problem("ai-school/purpose", "The school does not allow it for this purpose.");
        }

        if (asked.Who.Role == ToolRole.Learner && (age < tool.AgeFrom || age > (tool.AgeTo ?? int.MaxValue)))
        {
            yield return new Problem("ai-school/age", "The school does not allow it at this age.");
        }
    }

    private static IEnumerable<Problem> ByAge(UseAsked asked, UseGrounds grounds, int age)
    {
        var (system, regulation) = (asked.System, grounds.Regulation);
        if (!regulation.AllowsLearners(asked.Purpose))
        {
            yield return SchoolRefusals.PurposeByRegulation;
        }

        var from = Math.Max(grounds.Rules.GenerativeFromAge, regulation.Number(RegulationItems.GenerativeFromAge));
        if (IsGenerative(system) && age < from)
        {
            yield return new Problem("ai-school/too-young", $"Nobody under {from} uses a generative system on their own.", ("age", $"{from}"));
        }

        var until = regulation.Number(RegulationItems.SupervisedUntilAge);
        if (IsGenerative(system) && age < until && !asked.IsSupervised)
        {
            yield return new Problem("ai-school/supervised-only", $"Under {until} only with a teacher who leads and sees it.", ("age", $"{until}"));
        }
    }

    private static IEnumerable<Problem> OfLearner(UseAsked asked, UseGrounds grounds, int age)
    {
        foreach (var problem in ByAge(asked, grounds, age))
        {
            yield return problem;
        }

        foreach (var problem in ByFamily(asked, grounds, age).Concat(InClass(asked, grounds)))
        {
            yield return problem;
        }
    }

    // What a teacher switched off in the class, and what the learner was told.
    private static IEnumerable<Problem> InClass(UseAsked asked, UseGrounds grounds)
    {
        if (grounds.Class?.IsOff(asked.System.Id) == true)
        {
            yield return new Problem("ai-school/switched-off", "The teacher has switched it off in this class.");
        }

        if (grounds.Notice is { } notice && grounds.Learner?.Notices.GetValueOrDefault(asked.System.Id) != notice.Edition)
        {
            yield return new Problem("ai-school/notice-not-read", "The learner has not read yet what it is, its limits and its agreement.");
        }
    }

    private static IEnumerable<Problem> ByFamily(UseAsked asked, UseGrounds grounds, int age)
    {
        if (age < grounds.Rules.ConsentUntilAge && Consent(asked, grounds.Consents) is { } against)
        {
            yield return against;
        }

        if (grounds.Learner?.Refuses(asked.System.Id) == true)
        {
            yield return new Problem("ai-school/refused", "The learner works without it, on the equal way without AI.");
        }
    }

    // The newest tells why there is none: a parent who withdrew is not told that the term was over.
    private static Problem? Consent(UseAsked asked, IReadOnlyList<ParentalConsent> consents)
    {
        var its = consents.Where(c => c.IsFor(asked.Who.Id, asked.System.Id, asked.Purpose)).OrderBy(c => c.Given.At).ToList();
        return its.Any(c => c.HoldsOn(asked.Day) && c.IsTo(asked.System)) ? null
            : its.LastOrDefault() is not { } newest
                ? new Problem("ai-school/no-consent", "No parent has agreed to it for this purpose.")
            : newest.HoldsOn(asked.Day)
                ? new Problem("ai-school/consent-other", "Other data go in now, or to somebody else, than the parents agreed to: they are asked anew.")
            : newest.Withdrawn is not null
                ? new Problem("ai-school/consent-withdrawn", "The parents' consent was withdrawn; nothing that was made is lost, the way without AI goes on.")
            : Ended("ai-school/consent-ended", "The parents' consent ended", newest.Given.Elements.Until);
    }

    // Who did not say that a system makes nothing is asked as if it did.
    private static bool IsGenerative(AiSystem system) => system.Description.IsGenerative != false;

    private static Problem Ended(string code, string what, DateOnly until) => new(code, $"{what}: last day {until:yyyy-MM-dd}.", ("until", $"{until:yyyy-MM-dd}"));
}
