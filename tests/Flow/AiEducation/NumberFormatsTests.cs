using System.Globalization;
using Mortanba.AiEducation.PersonalData;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>Numbers with valid check digits in every usual notation, made by a seeded generator: recall of the number kinds on many of them.</summary>
[Trait("Requirement", "AI-10")]
public sealed class NumberFormatsTests
{
    private const int Count = 2_000;
    private const double RecallMin = 0.95;

    private static readonly string[] Carriers = ["Менің деректерім: {0}, рахмет.", "Вот мои данные: {0}, проверьте.", "Here it is: {0}, thank you.", "{0}", "({0})", "\"{0}\"\n"];

    [Theory]
    [InlineData(PersonalDataKind.Iin)]
    [InlineData(PersonalDataKind.Phone)]
    [InlineData(PersonalDataKind.Email)]
    [InlineData(PersonalDataKind.Card)]
    public void Nearly_all_are_found_as_what_they_are(PersonalDataKind kind)
    {
        var random = new Random((int)kind + 1);
        var missed = new List<string>();
        for (var i = 0; i < Count; i++)
        {
            var value = kind switch
            {
                PersonalDataKind.Iin => Iin(random),
                PersonalDataKind.Phone => Phone(random),
                PersonalDataKind.Email => Email(random),
                _ => Card(random),
            };
            var text = string.Format(CultureInfo.InvariantCulture, Carriers[random.Next(Carriers.Length)], value);
            var start = text.IndexOf(value, StringComparison.Ordinal);
            if (!PersonalDataFilter.Find(text).Any(f => f.Kind == kind && f.Start <= start && f.End >= start + value.Length))
            {
                missed.Add(text);
            }
        }

        Assert.True(missed.Count <= Count * (1 - RecallMin), $"{missed.Count} of {Count}: {string.Join(" | ", missed.Take(5))}");
    }

    private static string Iin(Random random)
    {
        while (true)
        {
            var year = random.Next(0, 100);
            var digits = $"{year:D2}{random.Next(1, 13):D2}{random.Next(1, 29):D2}{(year < 27 ? random.Next(5, 7) : random.Next(3, 5))}{random.Next(9800, 10000)}";
            for (var check = 0; check < 10; check++)
            {
                if (Foundation.Iin.TryParse(digits + check, out var iin))
                {
                    return Grouped(iin.Value, [[12], [6, 6], [3, 3, 3, 3], [4, 4, 4], [6, 2, 4]], random);
                }
            }
        }
    }

    private static string Card(Random random)
    {
        string[] systems = ["440043", "516949", "400303", "220220", "548318", "531234"];
        var digits = systems[random.Next(systems.Length)] + random.NextInt64(1_000_000_000).ToString("D9", CultureInfo.InvariantCulture);
        var sum = digits.Reverse().Select((c, i) => i % 2 == 1 ? c - '0' : (c - '0') * 2 > 9 ? ((c - '0') * 2) - 9 : (c - '0') * 2).Sum();
        return Grouped($"{digits}{(10 - (sum % 10)) % 10}", [[16], [4, 4, 4, 4]], random);
    }

    private static string Phone(Random random)
    {
        string[] codes = ["701", "702", "705", "707", "747", "771", "775", "776", "777", "778", "727", "717", "721"];
        var (code, a, b, c) = (codes[random.Next(codes.Length)], random.Next(100, 1000), random.Next(10, 100), random.Next(10, 100));
        return random.Next(10) switch
        {
            0 => $"+7 {code} {a} {b} {c}",
            1 => $"+7 ({code}) {a}-{b}-{c}",
            2 => $"8 {code} {a} {b} {c}",
            3 => $"8{code}{a}{b}{c}",
            4 => $"+7{code}{a}{b}{c}",
            5 => $"8 ({code}) {a}-{b}-{c}",
            6 => $"8-{code}-{a}-{b}-{c}",
            7 => $"7{code}{a}{b}{c}",
            8 => $"+7-{code}-{a}-{b}{c}",
            _ => $"8({code}){a}{b}{c}",
        };
    }

    private static string Email(Random random)
    {
        string[] names = ["aigul", "d.omarova", "timur_2009", "a-b", "student4521", "math+club", "N.Petrov"];
        string[] hosts = ["mail.kz", "gmail.com", "school-12.edu.kz", "nis.edu.kz", "bk.ru", "xn--80ak6aa92e.kz"];
        return $"{names[random.Next(names.Length)]}@{hosts[random.Next(hosts.Length)]}";
    }

    private static string Grouped(string digits, int[][] groupings, Random random)
    {
        var grouping = groupings[random.Next(groupings.Length)];
        var separator = " -"[random.Next(2)];
        var at = 0;
        return string.Join(separator, grouping.Select(size => digits.Substring((at += size) - size, size)));
    }
}
