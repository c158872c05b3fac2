using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Documents;

/// <summary>A diploma file as it lies in the bytes it was read from: what is large is neither copied nor parsed twice.</summary>
public sealed class OpenedDiplomaFile : IDisposable
{
    private readonly ReadOnlyMemory<byte> utf8;
    private readonly JsonDocument document;
    private readonly FormsInFile forms;

    internal OpenedDiplomaFile(
        ReadOnlyMemory<byte> utf8,
        JsonDocument document,
        bool isCanonical,
        FormsInFile forms,
        IReadOnlyList<ProvenEntry> entries,
        string checkpoint,
        CarriedAnchor? anchor)
    {
        this.utf8 = utf8;
        this.document = document;
        this.forms = forms;
        IsCanonical = isCanonical;
        Entries = entries;
        Checkpoint = checkpoint;
        Anchor = anchor;
    }

    /// <summary>True when the file was seen to be canonical (RFC 8785) as it stands, and so the VC in it.</summary>
    public bool IsCanonical { get; }

    /// <summary>The SD-JWT's compact form; null when absent. Lives as long as the bytes that were opened.</summary>
    public ReadOnlyMemory<byte>? SdJwt =>
        // Typed: a bare null would become an empty memory, and a file without an SD-JWT one with a broken one.
        forms.SdJwt is { } text ? TextOf(text) : default(ReadOnlyMemory<byte>?);

    /// <summary>The VC as it stands in the file, strict JSON; null when absent. Lives as long as this object.</summary>
    public JsonElement? Vc => forms.Vc;

    /// <summary>The canonical bytes of <see cref="Vc"/>, which must be there.</summary>
    public ReadOnlyMemory<byte> VcBytes => CanonicalOf(utf8, Vc!.Value, IsCanonical);

    /// <summary>The paper core, a compact JWS; null when absent.</summary>
    public string? Paper => forms.Paper?.GetString();

    /// <inheritdoc cref="DiplomaFile.Entries"/>
    public IReadOnlyList<ProvenEntry> Entries { get; }

    /// <inheritdoc cref="DiplomaFile.Checkpoint"/>
    public string Checkpoint { get; }

    /// <inheritdoc cref="DiplomaFile.Anchor"/>
    public CarriedAnchor? Anchor { get; }

    public void Dispose() => document.Dispose();

    /// <summary>The same as values of its own, which outlive this object.</summary>
    internal DiplomaFile ToFile() => new(
        forms.SdJwt?.GetString(), Vc is null ? null : VcBytes.ToArray(), Paper, [.. Entries.Select(Own)], Checkpoint)
    { Anchor = Anchor };

    /// <summary>The canonical bytes of a value of the text: cut out of it when they are there.</summary>
    internal static ReadOnlyMemory<byte> CanonicalOf(ReadOnlyMemory<byte> utf8, JsonElement value, bool isCanonical) =>
        isCanonical ? Cut(utf8, JsonMarshal.GetRawUtf8Value(value)) : Jcs.Canonicalize(value);

    private static ProvenEntry Own(ProvenEntry entry) => entry with { Entry = entry.Entry.ToArray() };

    // What has no escape stands in the file as it is.
    private ReadOnlyMemory<byte> TextOf(JsonElement text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text)[1..^1];
        return raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(text.GetString()!) : Cut(utf8, raw);
    }

    private static ReadOnlyMemory<byte> Cut(ReadOnlyMemory<byte> whole, ReadOnlySpan<byte> part) =>
        whole.Span.Overlaps(part, out var at) ? whole.Slice(at, part.Length) : part.ToArray();
}

/// <summary>The forms as they stand in the file; null for one that is absent.</summary>
internal sealed record FormsInFile(JsonElement? SdJwt, JsonElement? Vc, JsonElement? Paper)
{
    public bool IsEmpty => SdJwt is null && Vc is null && Paper is null;
}
