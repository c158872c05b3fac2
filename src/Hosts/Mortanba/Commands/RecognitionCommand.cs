using System.CommandLine;
using Mortanba.Host.Web;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Commands;

/// <summary><c>recognition basis</c>: the guide's answer at the terminal, from the packs beside the program; no installation, no network.</summary>
internal static class RecognitionCommand
{
    private static readonly Option<string[]> Country = new("--country") { Required = true };
    private static readonly Option<string> At = new("--at");

    /// <summary>One option a value of the question; of an award, its day and what it is for are always said.</summary>
    private static readonly Option<string?>[] Others =
        [.. ((string[])["awarded", "purpose", "holder", "filer", "level", "extent", "mode", "qs", "arwu", "the"])
            .Select(name => new Option<string?>("--" + name) { Required = name is "awarded" or "purpose" })];

    public static Command Create()
    {
        var basis = new Command("basis") { Country, At };
        foreach (var option in Others)
        {
            basis.Options.Add(option);
        }

        basis.SetAction(Run);
        return new Command("recognition") { basis, RecognitionImportCommand.Create(), ReadFileCommand.Create() };
    }

    private static int Run(ParseResult parsed)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        var (question, wrong) = GuideQuestion.Read(name => name == "country"
            ? parsed.GetValue(Country)!
            : new[] { parsed.GetValue(Others.First(o => o.Name == "--" + name)) });
        if (question is null)
        {
            foreach (var (_, what) in wrong)
            {
                Console.Error.WriteLine(speaker.Say(what));
            }

            return CommandLine.Usage;
        }

        if (!RuleBook.Load(RuleBook.DefaultFolder).TryGet(out var rules, out var problem))
        {
            return speaker.Refuse(problem);
        }

        var desk = new RecognitionDesk(rules, TimeProvider.System);
        if (!RecognitionPages.DayOf(parsed.GetValue(At), desk.Today).TryGet(out var at, out problem)
            || !desk.Guide(question, at).TryGet(out var guide, out problem))
        {
            return speaker.Refuse(problem);
        }

        var words = new GuideWords(speaker.Texts, speaker.Language, desk);
        if (parsed.GetValue(CommandLine.Json))
        {
            using var output = Console.OpenStandardOutput();
            output.Write(RecognitionPages.Json(guide, words).Span);
            output.WriteByte((byte)'\n');
        }
        else
        {
            Tell(guide, words);
        }

        return 0;
    }

    private static void Tell(RecognitionGuide guide, GuideWords words)
    {
        Console.WriteLine(words.Title(guide));
        foreach (var paragraph in words.Paragraphs(guide))
        {
            Console.WriteLine("  " + paragraph);
        }

        if (guide.Basis.Route != CaseRoute.Exempt)
        {
            TellProcedure(guide, words);
        }

        Console.WriteLine(words.Text("rules") + ": " + BasisRecord.Digest(guide.Basis));
        foreach (var rule in guide.Rules)
        {
            Console.WriteLine($"  {rule.Rule}, {rule.Pack} {rule.Version}: {words.Text(rule.Unconfirmed ? "unconfirmed" : "certain")} ({rule.Tag})");
        }
    }

    private static void TellProcedure(RecognitionGuide guide, GuideWords words)
    {
        var national = guide.Basis.National.Value;
        Line("limit", [words.Limit(guide), .. words.LimitNotes(guide)]);
        Line("fee", [words.Fee(guide), words.FeeNote(guide)]);
        Line("body", [national.Body.In(words.Language)]);
        Line("way", [national.Way.In(words.Language)]);
        Line("appeal", [guide.Appeal.Value.Way.In(words.Language), .. words.AppealNotes(guide)]);
        Line("shortcut", [words.Shortcut(guide)]);
        Console.WriteLine(words.Text("documents"));
        foreach (var item in guide.Documents)
        {
            Console.WriteLine("  – " + item.Text.In(words.Language));
        }

        if (guide.WithoutDocuments is { } without)
        {
            Line("without", [without.Value.Text.In(words.Language), words.Validity(guide)]);
        }

        Console.WriteLine(words.Text("treaties"));
        foreach (var finding in guide.Basis.Treaties)
        {
            Console.WriteLine($"  {Mark(finding.Standing)} {finding.Treaty.Short.In(words.Language)}: {string.Join(' ', finding.Reasons.Select(words.Reason))}");
        }

        void Line(string key, IEnumerable<string?> parts) =>
            Console.WriteLine($"{words.Text(key)}: {string.Join(" · ", parts.Where(p => !string.IsNullOrEmpty(p)))}");
    }

    private static char Mark(Standing standing) => standing switch
    {
        Standing.Applies => '✓',
        Standing.DoesNotApply => '·',
        Standing.NotKnown => '?',
    };
}
