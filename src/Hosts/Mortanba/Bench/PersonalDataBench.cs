using System.Text;
using Mortanba.AiEducation.PersonalData;

namespace Mortanba.Host.Bench;

/// <summary>The personal-data filter on one core: texts as people send them, of a few kilobytes, in three languages.</summary>
internal static class PersonalDataBench
{
    private const int Repeats = 12;

    private const string Sample =
        """
        Құрметті Гүлнара Серікқызы! Ұлым Данияр Ахметов (ЖСН 110415569802) бүгін ауырып қалды, сабаққа келмейді. Хабарласу үшін: +7 701 234 56 78.
        Біз Алматы қаласы, Абай көшесі, 15 үй, 3 пәтерде тұрамыз. «Абай жолы» романы бойынша шығармасын дүйсенбіде тапсырады.
        Уважаемая Светлана Викторовна! Прошу освободить мою дочь Аружан Сейткали от физкультуры на две недели, справка прилагается.
        Пушкин родился в 1799 году, а поезд прошёл 120 км со скоростью 80 км/ч; учебник стоит 3 450 тенге, ISBN 978-601-331-284-5.
        Dear Mr Johnson, please send the worksheets to a.nurpeisova@school12.kz. The area of a rectangle is 12 by 18, and x = 2y + 5.
        The transfer to 4400 4343 5205 6179 has arrived; the class of 2026 has 24 students, and the novel was written in 1942.

        """;

    /// <param name="mebibytes">How much UTF-8 text is read.</param>
    public static async IAsyncEnumerable<Measurement> RunAsync(int mebibytes)
    {
        var text = string.Concat(Enumerable.Repeat(Sample, Repeats));
        var size = Encoding.UTF8.GetByteCount(text);
        var rounds = (int)Math.Max(1, (long)mebibytes * 1024 * 1024 / size);
        Read(text, Math.Max(1, rounds / 10));
        yield return await Measurement.Of("personal-data (bytes)", (long)rounds * size, () => Read(text, rounds));
    }

    private static void Read(string text, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            if (PersonalDataFilter.Find(text).Count == 0)
            {
                throw new InvalidOperationException("The filter found nothing.");
            }
        }
    }
}
