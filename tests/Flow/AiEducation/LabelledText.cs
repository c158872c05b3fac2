using System.Text;
using Mortanba.AiEducation.PersonalData;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>A sentence with its personal data marked by hand: <c>Менің телефоным {phone:+7 701 234 56 78}</c>.</summary>
/// <param name="Labels">What the filter should find; confidence is not labelled.</param>
internal sealed record LabelledText(string Text, IReadOnlyList<Finding> Labels)
{
    /// <summary>All sentences of one file of personal-data/: language and part, as in <c>kk.development</c>.</summary>
    public static IReadOnlyList<LabelledText> Read(string name) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "AiEducation", "personal-data", name + ".txt"))
            .Where(line => line.Length > 0 && line[0] != '#').Select(Parse)];

    public static LabelledText Parse(string line)
    {
        var text = new StringBuilder();
        var labels = new List<Finding>();
        for (var i = 0; i < line.Length; i++)
        {
            var colon = line.IndexOf(':', i);
            if (line[i] != '{' || colon < 0 || KindOf(line[(i + 1)..colon]) is not { } kind)
            {
                text.Append(line[i]);
                continue;
            }

            var end = line.IndexOf('}', colon);
            labels.Add(new Finding(text.Length, end - colon - 1, kind, Confidence.Certain));
            text.Append(line, colon + 1, end - colon - 1);
            i = end;
        }

        return new LabelledText(text.ToString(), labels);
    }

    private static PersonalDataKind? KindOf(string word) => word switch
    {
        "iin" => PersonalDataKind.Iin,
        "phone" => PersonalDataKind.Phone,
        "email" => PersonalDataKind.Email,
        "card" => PersonalDataKind.Card,
        "address" => PersonalDataKind.Address,
        "born" => PersonalDataKind.BirthDate,
        "document" => PersonalDataKind.Document,
        "name" => PersonalDataKind.Name,
        _ => null,
    };
}
