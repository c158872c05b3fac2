using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>A vendor answers before anybody asked, so that whoever proposes the system finds the answers there (requirement AI-31).</summary>
public static class OfferSystem
{
    public static Outcome<AiSystemEvent> Of(string by, SystemDescription description, VendorAnswers answers, DateTimeOffset at) =>
        DescribeSystem.Check(description).TryGet(out var whole, out var problem) && AnswerAsVendor.Check(answers).TryGet(out var said, out problem)
            ? new SystemOffered(at, by, whole, said)
            : problem;
}

/// <summary>Says who answers for the vendor; whoever names does not answer. What a vendor offered stays that vendor's until it is proposed.</summary>
public static class NameVendor
{
    public static Outcome<AiSystemEvent> Of(AiSystem now, string by, string account, DateTimeOffset at) =>
        RegisterRefusals.NotOpen(now) is { } closed ? closed
        : account == by ? new Problem("ai/vendor-is-self", "Somebody else than the vendor proposes a system.")
        : new VendorNamed(at, by, account);
}

/// <summary>The vendor answers once; every school reads the same answers (requirement AI-31).</summary>
public static class AnswerAsVendor
{
    private const int LineLengthMax = 500;
    private const int AgeMax = 99;

    public static Outcome<AiSystemEvent> Of(AiSystem now, string by, VendorAnswers answers, DateTimeOffset at) =>
        now.State == AiSystemState.Ended ? RegisterRefusals.OtherState(now)
        : now.VendorAccount != by ? new Problem("ai/not-vendor", "You do not answer for the vendor of this system.")
        : Check(answers).TryGet(out var said, out var problem) ? new VendorAnswered(at, by, said)
        : problem;

    internal static Outcome<VendorAnswers> Check(VendorAnswers said)
    {
        if (!RegisterRefusals.Blank(said.TrainingBasis).TryGet(out var basis, out var problem)
            || !RegisterRefusals.Blank(said.Company, LineLengthMax).TryGet(out var company, out problem)
            || !RegisterRefusals.Blank(said.Models).TryGet(out var models, out problem)
            || !RegisterRefusals.Blank(said.Retention).TryGet(out var retention, out problem))
        {
            return problem;
        }

        var countries = said.StoredIn.Select(c => c.Trim().ToUpperInvariant()).Where(c => c.Length > 0).Distinct().ToList();
        return countries.FirstOrDefault(c => c.Length != 2 || !c.All(char.IsAsciiLetterUpper)) is { } odd
            ? new Problem("ai/no-country", $"'{odd}' is no country code of two letters.", ("country", odd))
            : said.AgeFrom is < 0 or > AgeMax
                ? new Problem("ai/ages", "The ages of an approval run from the younger to the older.")
            : said with { TrainingBasis = basis ?? "", StoredIn = countries, Company = company, Models = models, Retention = retention };
    }
}
