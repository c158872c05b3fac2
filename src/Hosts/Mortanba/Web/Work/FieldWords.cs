using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>What the fields of forms are called where a form is shown again apart from its page.</summary>
internal static class FieldWords
{
    // The first that fits the address: the same name is another field in another place.
    private static readonly (string Place, string Name, string Key)[] Labels =
    [
        ("/changes", "basis", "changes/basis"), ("/changes", "batch", "changes/batch"), ("/changes", "column", "changes/column"),
        ("/changes", "first", "changes/first"), ("/changes", "numbers", "changes/numbers"), ("/changes", "reason", "changes/reason"),
        ("/changes", "value", "changes/value"),
        ("/changes", "draft", "work/unsent.list"),
        ("/clients", "days", "work/clients.days"), ("/clients", "name", "work/clients.name"), ("/clients", "scope", "work/clients.scopes"),
        ("/columns", "remember", "lists/columns.remember"),
        ("/lists", "decision", "lists/decision"), ("/lists", "reason", "lists/remove.reason"), ("/lists", "title", "lists/title"),
        ("/lists", "value", "lists/replace.new"),
        ("/share", "abroad", "me/build.abroad"), ("/share", "again", "me/exists.again"), ("/share", "course", "work/unsent.course"),
        ("/share", "download", "me/build.download"), ("/share", "field", "me/build.what"), ("/share", "lang", "me/build.language"),
        ("/share", "pin", "me/build.pin"), ("/share", "until", "me/share.until"), ("/share", "why", "me/build.why"),
        ("/me/", "day", "me/build.day"), ("/me/", "days", "me/prolong"), ("/me/", "field", "me/correct.field"),
        ("/me/", "openings", "me/notices.openings"), ("/me/", "proof", "me/correct.proof"),
        ("/me/", "recipient", "me/share.for"), ("/me/", "ref", "me/build.ref"), ("/me/", "right", "me/correct.right"),
        ("/correct", "wrong", "me/correct.wrong"), ("/me/", "wrong", "me/erase.why"),
        ("/people", "email", "work/email"), ("/people", "role", "work/role"),
        ("/deliveries", "email", "delivery/one.email"), ("/deliveries", "phone", "delivery/one.phone"),
        ("/webhooks", "event", "webhooks/event"), ("/webhooks", "url", "webhooks/url"),
    ];

    /// <summary>Null for a field that people do not fill in, or that has no name beside its own page.</summary>
    public static string? LabelOf(Texts texts, Language language, string address, string name)
    {
        if (name.Split('.') is ["c", var row, var cell])
        {
            // A row of a list by its number; the courses of a diploma that is corrected are counted from nothing.
            return !address.Contains("/changes", StringComparison.Ordinal) ? texts.Get(language, "work/unsent.row", ("row", row))
                : int.TryParse(row, CultureInfo.InvariantCulture, out var course) && texts.Has("changes/field." + cell)
                ? $"{texts.Get(language, "work/unsent.course")} {course + 1}: {texts.Get(language, "changes/field." + cell)}"
                : null;
        }

        if (address.EndsWith("/columns", StringComparison.Ordinal) && name is ['g' or 'c', .. var index]
            && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var column))
        {
            return $"{texts.Get(language, name[0] == 'g' ? "lists/table.graduates" : "lists/table.courses")}, {column + 1}";
        }

        if (Labels.FirstOrDefault(l => l.Name == name && address.Contains(l.Place, StringComparison.Ordinal)).Key is { } key)
        {
            return texts.Get(language, key);
        }

        var field = "changes/field." + (name.StartsWith("f.", StringComparison.Ordinal) ? name[2..] : name);
        return address.Contains("/changes", StringComparison.Ordinal) && texts.Has(field) ? texts.Get(language, field) : null;
    }

    /// <summary>What was chosen or typed, in words where it stands for something else.</summary>
    public static string ValueOf(Texts texts, Language language, string address, string name, string value)
    {
        var isOfShare = address.Contains("/share", StringComparison.Ordinal);
        return name switch
        {
            "role" => Known(texts, language, "work/role." + value, value),
            "scope" => Known(texts, language, "work/scope." + value, value),
            "event" => Known(texts, language, "webhooks/type." + value, value),
            "why" => Known(texts, language, "me/purpose." + value, value),
            "field" => ReportWords.Claim(texts, language, value),
            // Courses are ticked by their place, counted from nothing.
            "course" when int.TryParse(value, CultureInfo.InvariantCulture, out var place) => (place + 1).ToString(CultureInfo.InvariantCulture),
            "until" when isOfShare && int.TryParse(value, CultureInfo.InvariantCulture, out var days) => texts.Get(language, "me/days", ("n", days)),
            "until" when isOfShare => texts.Get(language, "me/build.date"),
            "abroad" or "again" or "download" or "openings" or "pin" or "remember" => texts.Get(language, "intake/word.yes"),
            _ when address.EndsWith("/columns", StringComparison.Ordinal) => Known(texts, language, "lists/field." + value, value),
            _ => Words.DateIfIso(language, value),
        };
    }

    private static string Known(Texts texts, Language language, string key, string value) => texts.Has(key) ? texts.Get(language, key) : value;
}
