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
        ("/clients", "days", "work/clients.days"), ("/clients", "name", "work/clients.name"),
        ("/lists", "decision", "lists/decision"), ("/lists", "reason", "lists/remove.reason"), ("/lists", "title", "lists/title"),
        ("/lists", "value", "lists/replace.new"),
        ("/me/", "day", "me/build.day"), ("/me/", "days", "me/prolong"), ("/me/", "proof", "me/correct.proof"),
        ("/me/", "recipient", "me/share.for"), ("/me/", "ref", "me/build.ref"), ("/me/", "right", "me/correct.right"),
        ("/correct", "wrong", "me/correct.wrong"), ("/me/", "wrong", "me/erase.why"),
        ("/people", "email", "work/email"), ("/people", "role", "work/role"),
        ("/deliveries", "email", "delivery/one.email"), ("/deliveries", "phone", "delivery/one.phone"),
        ("/webhooks", "url", "webhooks/url"),
    ];

    /// <summary>Null for a field that people do not fill in, or that has no name beside its own page.</summary>
    public static string? LabelOf(Texts texts, Language language, string address, string name)
    {
        if (name.Split('.') is ["c", var row, _])
        {
            return texts.Get(language, "work/unsent.row", ("row", row));
        }

        if (Labels.FirstOrDefault(l => l.Name == name && address.Contains(l.Place, StringComparison.Ordinal)).Key is { } key)
        {
            return texts.Get(language, key);
        }

        var column = "changes/field." + (name.StartsWith("f.", StringComparison.Ordinal) ? name[2..] : name);
        return address.Contains("/changes", StringComparison.Ordinal) && texts.Has(column) ? texts.Get(language, column) : null;
    }

    /// <summary>What was chosen or typed, in words where it stands for something else.</summary>
    public static string ValueOf(Texts texts, Language language, string name, string value) =>
        name == "role" && texts.Has("work/role." + value) ? texts.Get(language, "work/role." + value) : value;
}
