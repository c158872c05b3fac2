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
    [InlineData("Иван Олег", "Ивана, Ивану, Иваном, Иванның; Олега, Олегу, Олегпен и Олегтің, Ivan, Oleg")]
    [InlineData("Анна Алия", "Анны, Анне, Анну, Анной, Аннаның; Алии, Алию, Алией, Алияға; Anna, Aliya, Alia")]
    [InlineData("Anna Ivan", "Анны, Анной, Ивана, Иваном")]
    [InlineData("Лия Ким", "Лии, Лию, Лией; Кима, Киму, Кимнің")]
    public void Short_names_are_hidden_in_their_cases(string name, string text)
    {
        var left = new HolderMask(Of(name)).Apply(text);
        Assert.Equal(text.Length, left.Length);
        Assert.DoesNotContain(left, letter => char.IsLetter(letter) && letter != 'и');
    }

    [Fact]
    public void A_name_of_any_letters_costs_no_more_than_the_text_does()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        foreach (var letter in "aeihjksyxцщжёияюңқ")
        {
            // Sounds of one and of two letters: a search that goes back has two ways at each of them, and none of them ends well.
            var many = string.Join(' ', Enumerable.Range(2, 22).Select(n => new string(letter, n)));
            var (run, name) = (new string(letter, 28), new string(letter, 299));
            Assert.Equal($"{new string('▇', 299)} ends", new HolderMask(Of(name)).Apply(name + " ends"));
            var text = string.Join(' ', Enumerable.Repeat(run + "б" + run, 200));
            Assert.Equal(text, new HolderMask(Of(many)).Apply(text));
            Assert.Equal(text, new HolderMask(Of(run + "г")).Apply(text));
        }

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(2));
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
        const string text = "An analysis of the course Kinetics; Bachelor of Informatics; кимберлит, Анна Каренина, для людей, ли; 180 ECTS, 30 June 2024";
        Assert.Equal(text, new HolderMask(Of("Ким Ан")).Apply(text));
        Assert.Equal("лей, ли, Аннета, Ивановка", new HolderMask(Of("Лия Анна Иван")).Apply("лей, ли, Аннета, Ивановка"));
    }

    private static RecognitionCase Of(string name) => RecognitionCase.Of("case-1", [((CaseDescribed)CaseWorld.Described()) with { Holder = new Holder(name, new DateOnly(2000, 1, 1)) }]);
}
