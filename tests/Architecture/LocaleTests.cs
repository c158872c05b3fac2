using System.Reflection;
using System.Text.RegularExpressions;
using Mortanba.Foundation;
using Mortanba.Host.Web;
using Mortanba.Intake.Columns;
using Xunit;

namespace Mortanba.Architecture.Tests;

public sealed partial class LocaleTests
{
    [Fact]
    [Trait("Requirement", "X-5")]
    public void Every_text_exists_in_kk_ru_and_en_with_the_same_placeholders() =>
        Assert.Empty(Texts.Read().Faults());

    [Fact]
    public void Every_key_that_a_page_names_has_a_text()
    {
        var texts = Texts.Load();
        var web = Path.Combine(Repository.Root, "src", "Hosts", "Mortanba", "Web");
        var missing = Directory.EnumerateFiles(web, "*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".razor", StringComparison.Ordinal) || f.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(f => NamedKey().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value))
            .Where(key => !key.EndsWith('.') && !texts.Has(key))
            .Distinct()
            .ToList();
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_kind_of_ledger_entry_has_words()
    {
        var texts = Texts.Load();
        var missing = typeof(LedgerEntryTypes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!)
            .Where(type => !texts.Has("web/entry." + type));
        Assert.Empty(missing);
    }

    [Fact]
    public void The_words_that_a_refusal_offers_are_words_that_a_list_may_use()
    {
        const string Prefix = "intake/word.";
        string[] fields = ["kind", "form", "instruction", "honours"];
        var texts = Texts.Load();
        var unknown = texts.Keys.Where(key => key.StartsWith(Prefix, StringComparison.Ordinal))
            .SelectMany(key => Languages.All.Select(language => (key, Word: texts.Get(language, key))))
            .Where(w => !fields.Any(field => CellMeaning.Of(field, w.Word) == w.key[Prefix.Length..]))
            .ToList();
        Assert.Empty(unknown);
        Assert.Contains(
            "очная, заочная, дистанционная",
            texts.GetOr(Language.Ru, "intake/unknown-word", "", [KeyValuePair.Create("known", "full-time, part-time, distance")]), StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_is_the_same_in_Kazakh_and_Russian_unless_it_is_a_name_or_a_sign()
    {
        var texts = Texts.Load();
        var same = texts.Keys
            .Where(key => key.StartsWith("web/", StringComparison.Ordinal))
            .Where(key => texts.Get(Language.Kk, key) == texts.Get(Language.Ru, key))
            .Where(key => texts.Get(Language.Ru, key).Length > 24)
            .ToList();
        Assert.Empty(same);
    }

    // docs/glossary.md: suspension, приостановка. In Kazakh both are one word.
    [Fact]
    [Trait("Requirement", "AI-8")]
    public void What_is_suspended_is_never_called_stopped()
    {
        var texts = Texts.Load();
        string[] areas = ["ai", "ai-school", "ai-safety", "airegister", "trail/ai"];
        var other = texts.Keys.Where(key => areas.Any(area => key.StartsWith(area + "/", StringComparison.Ordinal)))
            .Where(key => Stopped().IsMatch(texts.Get(Language.En, key)) || Stopped().IsMatch(texts.Get(Language.Ru, key)));
        Assert.Empty(other);
    }

    [GeneratedRegex("stopped|(?<!при)останов", RegexOptions.IgnoreCase)]
    private static partial Regex Stopped();

    // "web/…" in quotes, not cut by an interpolation or a concatenation that follows a dot.
    [GeneratedRegex("""(?:T\(|Get\([A-Za-z.]+, )"(web/[a-z0-9./-]+)"\s*[,)]""")]
    private static partial Regex NamedKey();
}
