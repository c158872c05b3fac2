using System.Globalization;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Documents;

/// <summary>Reads the shape of a diploma file; every refusal names the place, never the content.</summary>
internal static class DiplomaFileReader
{
    private const int HashSizeBytes = 32;
    private const int ProofLengthMax = 64;

    public static Outcome<DiplomaFile> Read(ReadOnlyMemory<byte> utf8, bool withForms)
    {
        if (!Open(utf8, withForms).TryGet(out var opened, out var problem))
        {
            return problem;
        }

        using (opened)
        {
            return opened.ToFile();
        }
    }

    public static Outcome<OpenedDiplomaFile> Open(ReadOnlyMemory<byte> utf8, bool withForms = true)
    {
        if (utf8.Length > DiplomaFile.SizeMaxBytes)
        {
            return new Problem(
                "documents/file-too-large",
                $"{utf8.Length} bytes; a diploma file has at most {DiplomaFile.SizeMaxBytes}.",
                ("size", Number(utf8.Length)),
                ("limit", Number(DiplomaFile.SizeMaxBytes)));
        }

        if (!StrictJson.Parse(utf8, out var isCanonical, DiplomaFile.SizeMaxBytes).TryGet(out var document, out var problem))
        {
            return new Problem("documents/file-not-json", problem.Detail, ("reason", problem.Code));
        }

        if (Read(utf8, document, isCanonical, withForms).TryGet(out var opened, out problem))
        {
            return opened;
        }

        document.Dispose();
        return problem;
    }

    private static Outcome<OpenedDiplomaFile> Read(
        ReadOnlyMemory<byte> utf8, JsonDocument document, bool isCanonical, bool withForms)
    {
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("type"u8, out var type)
            || type.ValueKind != JsonValueKind.String || !type.ValueEquals(DiplomaFile.Type))
        {
            return new Problem("documents/file-wrong-type", "Not an object whose type is MortanbaDiploma.");
        }

        if (!root.TryGetProperty("v"u8, out var v)
            || v.ValueKind != JsonValueKind.Number || !v.TryGetInt32(out var version) || version != DiplomaFile.Version)
        {
            return new Problem("documents/file-unknown-version", "A version of the diploma file that is not read here.");
        }

        string? checkpoint = null;
        CarriedAnchor? anchor = null;
        List<ProvenEntry>? entries = null;
        FormsInFile? forms = null;
        foreach (var member in root.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type" or "v":
                    break;
                case "anchor" when PlaceOf(member.Value, members: 2) is var (index, proof):
                    anchor = new CarriedAnchor(index, proof);
                    break;
                case "checkpoint" when member.Value.ValueKind == JsonValueKind.String:
                    checkpoint = member.Value.GetString();
                    break;
                case "entries" when member.Value.ValueKind == JsonValueKind.Array:
                    if (!ReadEntries(utf8, member.Value, isCanonical).TryGet(out entries, out var refused))
                    {
                        return refused;
                    }

                    break;
                case "forms" when member.Value.ValueKind == JsonValueKind.Object:
                    forms = FormsOf(member.Value);
                    if (forms is null || forms.IsEmpty == withForms)
                    {
                        return Malformed("$.forms");
                    }

                    break;
                default:
                    return Malformed("$");
            }
        }

        return checkpoint is null || entries is null || forms is null
            ? Malformed("$")
            : new OpenedDiplomaFile(utf8, document, isCanonical, forms, entries, checkpoint, anchor);
    }

    // Null when there is a form of another kind.
    private static FormsInFile? FormsOf(JsonElement value)
    {
        var forms = new FormsInFile(null, null, null);
        foreach (var member in value.EnumerateObject())
        {
            switch (member.Name)
            {
                case DiplomaFile.SdJwtForm when member.Value.ValueKind == JsonValueKind.String:
                    forms = forms with { SdJwt = member.Value };
                    break;
                case DiplomaFile.VcForm when member.Value.ValueKind == JsonValueKind.Object:
                    forms = forms with { Vc = member.Value };
                    break;
                case DiplomaFile.PaperForm when member.Value.ValueKind == JsonValueKind.String:
                    forms = forms with { Paper = member.Value };
                    break;
                default:
                    return null;
            }
        }

        return forms;
    }

    private static Outcome<List<ProvenEntry>> ReadEntries(ReadOnlyMemory<byte> utf8, JsonElement value, bool isCanonical)
    {
        if (value.GetArrayLength() > DiplomaFile.EntryCountMax)
        {
            return Malformed("$.entries");
        }

        var entries = new List<ProvenEntry>(value.GetArrayLength());
        foreach (var item in value.EnumerateArray())
        {
            if (ReadEntry(utf8, item, isCanonical) is not { } entry)
            {
                return Malformed($"$.entries[{Number(entries.Count)}]");
            }

            entries.Add(entry);
        }

        return entries;
    }

    private static ProvenEntry? ReadEntry(ReadOnlyMemory<byte> utf8, JsonElement item, bool isCanonical)
    {
        if (PlaceOf(item, members: 3) is not var (index, proof)
            || !item.TryGetProperty("entry"u8, out var entry) || entry.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var canonical = OpenedDiplomaFile.CanonicalOf(utf8, entry, isCanonical);
        return canonical.Length <= LedgerEntry.SizeMaxBytes ? new ProvenEntry(index, canonical, proof) : null;
    }

    // Index and hashes, as entries and anchor have them; null when they are not there, or when there are more members.
    private static (long Index, ReadOnlyMemory<byte>[] Proof)? PlaceOf(JsonElement item, int members)
    {
        if (item.ValueKind != JsonValueKind.Object || item.GetPropertyCount() != members
            || !item.TryGetProperty("index"u8, out var at)
            || at.ValueKind != JsonValueKind.Number || !at.TryGetInt64(out var index) || index < 0
            || !item.TryGetProperty("proof"u8, out var path) || path.ValueKind != JsonValueKind.Array
            || path.GetArrayLength() > ProofLengthMax)
        {
            return null;
        }

        var proof = new ReadOnlyMemory<byte>[path.GetArrayLength()];
        var i = 0;
        foreach (var hash in path.EnumerateArray())
        {
            if (hash.ValueKind != JsonValueKind.String
                || !hash.TryGetBytesFromBase64(out var bytes) || bytes.Length != HashSizeBytes)
            {
                return null;
            }

            proof[i++] = bytes;
        }

        return (index, proof);
    }

    private static Problem Malformed(string where) =>
        new("documents/file-malformed", $"The diploma file has another shape than expected at {where}.", ("where", where));

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
