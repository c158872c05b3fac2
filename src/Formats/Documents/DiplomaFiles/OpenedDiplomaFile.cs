using System.Text.Json;

namespace Mortanba.Documents;

/// <summary>A diploma file with the parsed JSON it was read from.</summary>
public sealed class OpenedDiplomaFile : IDisposable
{
    private readonly JsonDocument document;

    internal OpenedDiplomaFile(DiplomaFile file, JsonDocument document)
    {
        File = file;
        this.document = document;
    }

    public DiplomaFile File { get; }

    /// <summary>The VC as it stands in the file, strict JSON; null when absent. Lives as long as this object.</summary>
    public JsonElement? Vc => File.Vc is null
        ? null
        : document.RootElement.GetProperty("forms"u8).GetProperty(DiplomaFile.VcForm);

    public void Dispose() => document.Dispose();
}
