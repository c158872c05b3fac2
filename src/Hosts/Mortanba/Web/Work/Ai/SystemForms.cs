using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>What the forms of the register say. A field left blank is a blank of the register.</summary>
internal static class SystemForms
{
    public static SystemDescription Description(DeskForm form) => new(
        form["name"], Text(form, "purpose"), form["owner"], form["contact"], Text(form, "data"),
        form["generative"] switch { "yes" => true, "no" => false, _ => null }, form["agreement"], form["contract"])
    {
        Objection = form["objection"],
        Withheld =
        [
            .. SystemDescription.MayBeWithheld.Where(f => !string.IsNullOrWhiteSpace(form["withheld." + f]))
                .Select(f => new Withheld(f, form["withheld." + f])),
        ],
    };

    public static VendorAnswers Vendor(DeskForm form) => new(
        Answered(form["trains"]), form["basis"], form["stored"].Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries), Answered(form["deletes"]),
        Answered(form["advertising"]), Answered(form["profiles"]))
    {
        Company = form["company"],
        Models = form["models"],
        Retention = form["retention"],
        AgeFrom = form.Number("agefrom"),
        MarksContent = Answered(form["marks"]),
    };

    public static Outcome<Classification> Class(DeskForm form, AiRegisterRules rules) =>
        EventWords.Parse<AiRisk>(form["risk"]) is { } risk && EventWords.Parse<AiAutonomy>(form["autonomy"]) is { } autonomy
            && EventWords.Parse<AiMode>(form["mode"]) is { } mode
            ? new Classification(
                risk, autonomy, mode,
                rules.Forbidden.Concat(rules.HighImpact).Select(f => (f.Id, Answer: Answered(form["function." + f.Id])))
                    .Where(f => f.Answer != Answer.NotAnswered).ToDictionary(f => f.Id, f => f.Answer, StringComparer.Ordinal),
                form.Day("tested"))
            : new Problem("ai/no-class", "Choose risk, autonomy and mode.");

    public static EducationalValue Value(DeskForm form) => new(
        form["without"], form["gain"], form["evidence"].Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
    {
        Proportionality = form["proportionality"],
        Subsidiarity = form["subsidiarity"],
        Necessity = form["necessity"],
    };

    public static Outcome<Allowed> Terms(DeskForm form)
    {
        if (form.Day("until") is not { } until || form.Number("from") is not { } from || (form["to"].Length > 0 && form.Number("to") is null))
        {
            return new Problem("ai/no-terms", "An approval names the ages and its last day.");
        }

        var schools = new List<Bin>();
        foreach (var typed in form["schools"].Split((char[])[' ', ',', ';', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries).Distinct())
        {
            if (!Bin.TryParse(typed, out var bin))
            {
                return new Problem("ai/no-bin", $"'{typed}' is no BIN.", ("bin", typed));
            }

            schools.Add(bin);
        }

        return new Allowed(
            [.. form.All("purpose").Select(EventWords.Parse<AiPurpose>).OfType<AiPurpose>().Distinct()], from, form.Number("to"), until,
            form.Has("pilot", "yes"))
        { Schools = schools };
    }

    private static LocalizedText? Text(DeskForm form, string field)
    {
        var (kk, ru, en) = (form[field + ".kk"], form[field + ".ru"], form[field + ".en"]);
        return string.IsNullOrWhiteSpace(kk + ru + en) ? null : new LocalizedText(kk, ru, en);
    }

    private static Answer Answered(string word) => EventWords.Parse<Answer>(word) ?? Answer.NotAnswered;

}
