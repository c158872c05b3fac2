namespace Mortanba.Host.Demo;

/// <summary>The faults of the bad list: one a row, the ones registrars really meet.</summary>
internal static class DemoFaults
{
    /// <summary>Row 2 of the list stays sound. Needs sixteen graduates.</summary>
    public static void Spoil(IReadOnlyList<DemoGraduate> people)
    {
        void Set(int person, string header, Func<string, string> change)
        {
            var column = Array.IndexOf(DemoHeaders.Ru, header);
            people[person].Cells[column] = change(people[person].Cells[column]);
        }

        // The check digit of the IIN.
        Set(1, "ИИН", iin => iin[..11] + ((iin[11] - '0' + 1) % 10));

        // A Latin "a" that looks like the Cyrillic one.
        Set(2, "Фамилия", family => family[..1] + "a" + family[1..]);

        // A day that does not exist.
        Set(3, "Дата протокола", _ => "31.02.2026");
        Set(4, "Код программы", _ => "6B06999");

        // The same number as row 2.
        Set(5, "Номер диплома", _ => people[0].Cells[0]);
        Set(6, "GPA", _ => "1,07");
        people[7].Percents[4] = 41;
        Set(8, "Дата выдачи", _ => people[8].Cells[Array.IndexOf(DemoHeaders.Ru, "Дата поступления")]);
        people[9].Percents[0] = 50;
        Set(9, "С отличием", _ => "да");
        Set(9, "GPA", _ => "");
        Set(10, "Фамилия в паспорте", _ => "");

        // What is left of Kazakh letters after saving in Windows-1251.
        Set(11, "Имя (каз.)", _ => "Н?рс?лтан");
        Set(12, "Номер протокола", _ => "=HYPERLINK(\"http://evil.example\")");

        // A spreadsheet took the leading zero.
        Set(13, "ИИН", iin => iin[1..]);
        Set(14, "Номер диплома", number => "ВD" + number[2..]);
        Set(15, "Форма обучения", _ => "как все");
    }
}
