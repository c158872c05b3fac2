using System.Diagnostics;
using System.Text.Json;
using Mortanba.AiEducation.PersonalData;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>The forms and tricks that the filter must see through, what it must leave alone, and what holds for any string.</summary>
[Trait("Requirement", "AI-10")]
public sealed class PersonalDataFilterTests
{
    [Theory]
    [InlineData("ИИН 010101000001", "Iin")]
    [InlineData("０１０１０１００００01", "Iin")]
    [InlineData("010101\u200B000001", "Iin")]
    [InlineData("010101 000001", "Iin")]
    [InlineData("010-101-000-001", "Iin")]
    [InlineData("ЖСН: 0 1 0 1 0 1 0 0 0 0 0 1", "Iin")]
    [InlineData("O1O101000001 — ИИН 01O101000001", "Iin")]
    [InlineData("ИИН/БИН: 010101000001", "Iin")]
    [InlineData("Заказ 010101000001", "Iin")]
    [InlineData("Заявка: 87012345678", "Phone")]
    [InlineData("Order: 87012345678", "Phone")]
    [InlineData("Тапсырыс, тел. 25-00-17", "Phone")]
    [InlineData("Карта для заказа: 4400 0000 0000 0008", "Card")]
    [InlineData("+7 (701) 234-56-78", "Phone")]
    [InlineData("8 701 234 56 78", "Phone")]
    [InlineData("87012345678", "Phone")]
    [InlineData("８７０１２３４５６７８", "Phone")]
    [InlineData("8·701·234·56·78", "Phone")]
    [InlineData("+49 30 123456 78", "Phone")]
    [InlineData("тел. 25-00-17", "Phone")]
    [InlineData("aсем@mаil.kz", "Email")]
    [InlineData("asem (at) mail (dot) kz", "Email")]
    [InlineData("asem [собака] mail [точка] kz", "Email")]
    [InlineData("4400 0000 0000 0008", "Card")]
    [InlineData("4400-0000-0000-0008", "Card")]
    [InlineData("Aйгүл Серікқызы", "Name")]
    [InlineData("Ай\u00ADгүл Серік\u200Dқызы", "Name")]
    [InlineData("Абай көшесі, 15 үй, 3 пәтер", "Address")]
    [InlineData("ул. Абая, д. 15, кв. 3", "Address")]
    [InlineData("15 Abay Street, apt 3", "Address")]
    [InlineData("родился 12.03.2010", "BirthDate")]
    [InlineData("удостоверение № 012345678", "Document")]
    public void Each_form_is_found(string text, string kind) =>
        Assert.Contains(PersonalDataFilter.Find(text), f => f.Kind.ToString() == kind);

    [Theory]
    [InlineData("БСН 940540002029 ашық дерек")]
    [InlineData("Номер заказа 250017, БИН 940540002029")]
    [InlineData("Паспорт выдан 15.06.2019, звоните до 15.09.26")]
    [InlineData("Бюджет: 87 012 345 678")]
    [InlineData("ISBN 978-601-06-4512-7")]
    [InlineData("Пушкин А. С. написал роман «Евгений Онегин» в 1823–1830 годах.")]
    [InlineData("Абай Құнанбайұлы 1845 жылы туған.")]
    [InlineData("x = 123456789012 + 5")]
    [InlineData("Население Казахстана — 20 033 546 человек.")]
    public void What_belongs_to_nobody_is_left_alone(string text) => Assert.Empty(PersonalDataFilter.Find(text));

    [Fact]
    public void The_same_value_has_the_same_placeholder_and_comes_back()
    {
        const string Text = "Айгүл: +7 701 234 56 78. Айгүлге 8 701 234-56-78 арқылы хабарласыңыз, ЖСН 010101000001.";
        var masked = MaskedText.Of(Text);
        Assert.Equal("[name 1]: [phone 1]. [name 1] [phone 1] арқылы хабарласыңыз, ЖСН [IIN 1].", masked.Text);
        Assert.Equal("Айгүл, 010101000001, [phone 2]", masked.Restore("[name 1], [IIN 1], [phone 2]"));
    }

    [Fact]
    public void The_rule_forbids_what_the_filter_can_find_and_lets_no_learner_lift_it()
    {
        var rule = RuleBook.Load(RuleBook.DefaultFolder).Value.Resolve(RuleKeys.PersonalDataToTools, new DateOnly(2026, 11, 23)).Value.Value;
        Assert.Equal(Enum.GetValues<PersonalDataKind>().Select(k => JsonNamingPolicy.KebabCaseLower.ConvertName(k.ToString())), rule.Forbidden);
        Assert.Contains("learner", rule.NoOverride);
    }

    [Fact]
    public void A_placeholder_that_stands_in_the_text_is_not_given_out() =>
        Assert.Equal("[phone 1] [phone 2]", MaskedText.Of("[phone 1] +7 701 234 56 78").Text);

    [Fact]
    public void Any_string_gives_places_in_range_that_do_not_overlap_and_a_text_that_can_be_restored()
    {
        const string Alphabet = "аәбАИіқұлыovОVи8701+-() .,@[]\n\r\u200B\u0306\uD835\uDFD9\uFFFF０кatdot«»/'=№";
        var random = new Random(20261123);
        for (var n = 0; n < 20_000; n++)
        {
            var text = string.Create(random.Next(60), random, (span, r) =>
            {
                foreach (ref var c in span)
                {
                    c = r.Next(4) == 0 ? (char)r.Next(0x10000) : Alphabet[r.Next(Alphabet.Length)];
                }
            });
            var end = 0;
            foreach (var finding in PersonalDataFilter.Find(text))
            {
                Assert.True(finding.Start >= end && finding.Length > 0 && finding.End <= text.Length);
                end = finding.End;
            }

            var masked = MaskedText.Of(text);
            Assert.True(masked.Findings.Count > 0 || masked.Text == text);
        }
    }

    [Theory]
    [InlineData("1 ")]
    [InlineData("a@")]
    [InlineData("[phone 1]")]
    [InlineData("ұлының")]
    [InlineData("Айгүл ")]
    [InlineData("ул. А")]
    [InlineData("(at)[dot]")]
    [InlineData("1-2/3(4)")]
    [InlineData("А.Б.")]
    [InlineData("көшесі 1 ")]
    [InlineData("+7 701 234 56 78 ")]
    [InlineData("\u0306")]
    public void Time_grows_with_the_length_whatever_stands_in_the_text(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length));
        MaskedText.Of(text[..4_000]);
        var watch = Stopwatch.StartNew();
        MaskedText.Of(text);

        // A tenth of a second is enough on an idle machine; anything quadratic takes far more than this.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(4), $"{watch.Elapsed}");
    }
}
