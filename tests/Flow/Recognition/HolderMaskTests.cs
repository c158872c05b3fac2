using Mortanba.Recognition;
using Xunit;

namespace Mortanba.Flow.Tests.Recognition;

/// <summary>What an evaluator does not read of a holder, in three languages and two alphabets; and what stays.</summary>
[Trait("Requirement", "RQ-20")]
public sealed class HolderMaskTests
{
    [Theory]
    [InlineData("Жанұзақова Әйгерім", "Awarded to Aigerim Zhanuzakova, Aygerim JANUZAQOVA and Айгерим Жанузакова.")]
    [InlineData("Aigerim Zhanuzakova", "Берілді: Әйгерім Жанұзақоваға. Выдано Айгерим Жанузаковой.")]
    [InlineData("Alexey Shcherbakov", "Щербаков Алексей, Щербакову Алексею; Aleksei Scherbakov")]
    [InlineData("Мария Ёлкина", "Mariya Yolkina, Maria Elkina, Марии Ёлкиной")]
    [InlineData("Kozhakhmet Nursultan", "Қожахметтің Нұрсұлтан, Кожахмета Нурсултана, Qojahmet")]
    public void The_name_is_hidden_in_the_other_alphabet_and_in_its_cases(string name, string text)
    {
        var left = new HolderMask(Of(name)).Apply(text);
        Assert.Equal(text.Length, left.Length);
        foreach (var part in new[] { "Ж", "Z", "J", "Sh", "Щ", "Sch", "Ё", "Y", "Elk", "Mari", "Мари", "Қож", "Кож", "Qoj", "Nur", "Нур", "Нұр", "Ай", "Әй", "Ai", "Ay", "Але", "Ale" })
        {
            Assert.DoesNotContain(part, left, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("born 1 January 2000, 2000-01-01, 01.01.2000, 1 января 2000 года, 2000 жылғы 1 қаңтарда", "1 January|2000-01|01.01|января|қаңтар")]
    [InlineData("number 000101300123 of the person", "000101300123")]
    public void The_day_of_birth_and_long_numbers_are_hidden(string text, string gone)
    {
        var left = new HolderMask(Of("A B")).Apply(text);
        Assert.All(gone.Split('|'), part => Assert.DoesNotContain(part, left, StringComparison.Ordinal));
    }

    [Fact]
    public void Other_words_stay()
    {
        const string text = "An analysis of the course Kinetics; Bachelor of Informatics; кимберлит, Анна Каренина; 180 ECTS, 30 June 2024";
        Assert.Equal(text, new HolderMask(Of("Ким Ан")).Apply(text));
    }

    private static RecognitionCase Of(string name) => RecognitionCase.Of("case-1", [((CaseDescribed)CaseWorld.Described()) with { Holder = new Holder(name, new DateOnly(2000, 1, 1)) }]);
}
