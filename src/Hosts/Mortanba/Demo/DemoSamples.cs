using System.Text;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Host.Web;

namespace Mortanba.Host;

/// <summary>The diplomas to try: good, suspended, annulled, superseded and tampered ones, listed in <c>DIR/samples.json</c>.</summary>
internal static class DemoSamples
{
    public const string Genuine = "genuine";
    public const string Suspended = "suspended";
    public const string Annulled = "annulled";
    public const string Superseded = "superseded";
    public const string Tampered = "tampered";

    private const string IndexFile = "samples.json";

    /// <summary>Samples of an installation for its site, two of a kind at most; empty outside a demonstration.</summary>
    public static IEnumerable<(SampleView View, string Path)> Find(Installation home)
    {
        var index = Path.Combine(home.Directory, IndexFile);
        if (!File.Exists(index))
        {
            yield break;
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(index));
        foreach (var kind in document.RootElement.EnumerateObject())
        {
            var count = 0;
            foreach (var file in kind.Value.EnumerateArray().Take(2))
            {
                var path = Path.Combine(home.Directory, file.GetString()!);
                yield return (new SampleView($"{kind.Name}-{++count}", kind.Name, Path.GetFileName(path)), path);
            }
        }
    }

    /// <summary>Writes the index; paths relative to DIR.</summary>
    public static void Save(Installation home, IReadOnlyDictionary<string, List<string>> samples)
    {
        using var stream = File.Create(Path.Combine(home.Directory, IndexFile));
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        foreach (var (kind, files) in samples)
        {
            json.WriteStartArray(kind);
            foreach (var file in files)
            {
                json.WriteStringValue(Path.GetRelativePath(home.Directory, file));
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>A genuine diploma with one grade raised, as a diploma file and inside a PDF.</summary>
    public static async Task<List<string>> TamperAsync(Installation home, AssetId asset, CancellationToken cancel)
    {
        var delivery = new DeliverDiplomas(home);
        var (diploma, file) = (await delivery.FileOfAsync(asset, cancel))!.Value;
        var raised = Encoding.UTF8.GetString(file.Vc!).Replace(
            diploma.Record.Content.Programme.Qualification.En, "Doctor of philosophy", StringComparison.Ordinal);
        if (raised == Encoding.UTF8.GetString(file.Vc!))
        {
            throw new InvalidOperationException("The sample has nothing to tamper with.");
        }

        var bytes = (file with { Vc = Encoding.UTF8.GetBytes(raised) }).Write();
        var folder = Directory.CreateDirectory(Path.Combine(home.Directory, "samples")).FullName;
        var (json, pdf) = (Path.Combine(folder, "tampered.diploma.json"), Path.Combine(folder, "tampered.pdf"));
        await File.WriteAllBytesAsync(json, bytes, cancel);
        await File.WriteAllBytesAsync(pdf, delivery.Pdf(diploma, bytes), cancel);
        return [json, pdf];
    }
}
