using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>A guide in words of one language: the page, the API and the command line say the same.</summary>
public sealed class GuideWords(Texts texts, Language language, RecognitionDesk desk)
{
    public Language Language => language;

    public string Text(string key, params ReadOnlySpan<(string Name, object? Value)> args) => texts.Get(language, "recognition/" + key, args);

    public string State(string code) => desk.NameOf(code).In(language);

    public string Title(RecognitionGuide guide) => guide.Basis.Route switch
    {
        CaseRoute.Exempt => Text("answer.exempt"),
        CaseRoute.AuthenticityOnly => Text("answer.short"),
        CaseRoute.Case => ByLaw(guide),
    };

    public IEnumerable<string> Paragraphs(RecognitionGuide guide)
    {
        var basis = guide.Basis;
        if (basis.Route == CaseRoute.Exempt)
        {
            yield return Text("answer.exempt.text");
            yield break;
        }

        if (basis.Route == CaseRoute.AuthenticityOnly)
        {
            yield return Text("answer.short.text", ("top", basis.Shortcut.Rule.Top));
            yield return ByLaw(guide) + ".";
        }

        var act = basis.National.Value.Act(basis.Question.Level).Name.In(language);
        yield return Text(basis.Applied.Any() ? "answer.treaty.text" : "answer.national.text", ("act", act));
        foreach (var former in basis.Former)
        {
            yield return Text("former", ("state", former.Name.In(language)));
        }

        if (basis.Question.Countries.Contains(desk.Treaties.Home))
        {
            yield return Text("joint-home", ("state", State(desk.Treaties.Home)));
        }

        if (basis.Question.Purpose == RecognitionPurpose.Employment)
        {
            yield return Text("purpose.employment.note");
        }
    }

    public string Reason(BasisReason reason) => Text(
        "reason." + BasisRecord.Code(reason.Code),
        ("state", reason.State is { } state ? State(state) : null),
        ("day", reason.Day),
        ("articles", string.Join(", ", reason.Articles ?? [])),
        ("number", reason.Number));

    public string Standing(TreatyFinding finding) => Text("standing." + BasisRecord.Code(finding.Standing));

    public string Shortcut(RecognitionGuide guide) => Text("shortcut." + BasisRecord.Code(guide.Basis.Shortcut.State));

    /// <summary>The rule itself.</summary>
    public string ShortcutRule(RecognitionGuide guide) =>
        Text("shortcut.rule", ("top", guide.Basis.Shortcut.Rule.Top), ("n", guide.Basis.Shortcut.Rule.InAtLeast));

    public string Limit(RecognitionGuide guide) =>
        guide.TimeLimit.Value.WorkingDays is { } days ? Text("limit.days", ("n", days)) : Text("limit.unset");

    public IEnumerable<string> LimitNotes(RecognitionGuide guide)
    {
        if (!guide.CanOpenCases)
        {
            yield return Text("limit.unset.text");
        }

        foreach (var finding in guide.Basis.Applied)
        {
            if (finding.Treaty.DecisionMonthsMax is { } months)
            {
                yield return Text("limit.treaty", ("treaty", finding.Treaty.Short.In(language)), ("n", months));
            }
        }

        foreach (var note in TermNotes(guide.Own?.Value.IntakeWorkingDays, guide.Own?.Value.AnswerWorkingDays))
        {
            yield return note;
        }

        if (guide.TimeLimit.Value.Doubt is { } doubt)
        {
            yield return doubt.In(language);
        }
    }

    /// <summary>The terms before the time limit runs: of the body for looking at a filing, of the applicant for an answer.</summary>
    public IEnumerable<string> TermNotes(int? intake, int? answer) =>
    [
        intake is { } look ? Text("limit.intake", ("n", look)) : Text("limit.intake.unset"),
        answer is { } bring ? Text("limit.answer", ("n", bring)) : Text("limit.answer.unset"),
    ];

    /// <summary>How long a recognition holds that rests on what stands in for documents.</summary>
    public string Validity(RecognitionGuide guide) =>
        guide.ValidMonths is { } months ? Text("without.valid", ("n", months)) : Text("without.no-end");

    public string Fee(RecognitionGuide guide) => guide.IsFree ? Text("fee.free")
        : guide.Fee.Value.Indices is { } indices ? Text("fee.indices", ("n", Words.Decimal(language, indices, "0.##")))
        : Text("fee.unknown");

    public string? FeeNote(RecognitionGuide guide) => guide.IsFree ? null : guide.Fee.Value.Doubt?.In(language);

    public IEnumerable<string> AppealNotes(RecognitionGuide guide)
    {
        var appeal = guide.Appeal.Value;
        if (appeal.FileWorkingDays is { } file)
        {
            yield return Text("appeal.file", ("n", file));
        }

        if (appeal.DecideWorkingDays is { } decide)
        {
            yield return Text("appeal.decide", ("n", decide));
        }

        if (appeal.Doubt is { } doubt)
        {
            yield return doubt.In(language);
        }
    }

    /// <summary>Act and article as the reader knows them.</summary>
    public string Source(RuleSource source) => source.ActIn(language) + (source.Article is "–" ? "" : ", " + Text("article", ("article", source.Article)));

    private string ByLaw(RecognitionGuide guide)
    {
        var applied = guide.Basis.Applied.Select(f => f.Treaty.Short.In(language)).ToList();
        return applied.Count == 0 ? Text("answer.national") : Text("answer.treaty", ("treaty", string.Join(", ", applied)));
    }
}
