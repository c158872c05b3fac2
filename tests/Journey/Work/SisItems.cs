using System.Text.Json.Nodes;
using Mortanba.Host;
using Mortanba.Host.Demo;
using Mortanba.Intake;
using Mortanba.Rules;

namespace Mortanba.Journey.Tests.Work;

/// <summary>Invented graduates in the form of the bulk API.</summary>
internal static class SisItems
{
    private static readonly string[] Graduate =
    [
        "number", "iin", "family-kk", "given-kk", "patronymic-kk", "family-ru", "given-ru", "patronymic-ru", "family-en", "given-en",
        "patronymic-en", "passport-family", "passport-given", "birth-date", "student-number", "programme-code", "kind", "form",
        "instruction", "minutes-number", "minutes-date", "award-date", "study-from", "study-until", "honours", "credits", "gpa",
    ];

    private static readonly string[] Course =
        ["student-number", "course-code", "course-name-kk", "course-name-ru", "course-name-en", "course-credits", "percent", "letter"];

    public static JsonArray Of(string folder, Installation home, int skip, int count)
    {
        var file = Path.Combine(folder, "sis.csv");
        if (!File.Exists(file))
        {
            var today = new WorkingCalendar(home.Rules).DateOf(home.Time.GetUtcNow()).Value;
            new DemoLists(IntakeRules.For(home.Rules, today).Value, today).WriteLarge(file, 40);
        }

        var courses = File.ReadLines(Path.ChangeExtension(file, ".courses.csv")).Skip(1).Select(l => l.Split(';')).ToLookup(c => c[0]);
        return
        [
            .. File.ReadLines(file).Skip(1 + skip).Take(count).Select(line =>
            {
                var cells = line.Split(';');
                var student = cells[Array.IndexOf(Graduate, "student-number")];
                return new JsonObject
                {
                    ["key"] = student,
                    ["graduate"] = Fields(Graduate, cells),
                    ["courses"] = new JsonArray([.. courses[student].Select(c => Fields(Course[1..], c[1..]))]),
                };
            }),
        ];
    }

    private static JsonObject Fields(string[] names, string[] cells) =>
        new(names.Zip(cells, (name, cell) => KeyValuePair.Create(name, (JsonNode?)cell)).Where(f => ((string)f.Value!).Length > 0));
}
