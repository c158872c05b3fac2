using System.Text;
using Mortanba.Credentials;
using Mortanba.Documents;
using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>What was presented, recognised and taken apart.</summary>
/// <param name="Form"><c>diploma-file</c>, <c>pdf</c>, <c>sd-jwt</c>, <c>vc</c>, <c>paper</c>, <c>unknown</c>.</param>
/// <param name="Refused">Why nothing further can be read; null when something can.</param>
/// <param name="Entries">Ledger entries that came along; empty when none did.</param>
/// <param name="Checkpoint">Null when none came along.</param>
/// <param name="File">The diploma file the forms were read from and live in; null when it was none.</param>
internal sealed record PresentedThing(
    string Form,
    Problem? Refused,
    IReadOnlyList<SignedForm> Forms,
    IReadOnlyList<ProvenEntry> Entries,
    string? Checkpoint,
    OpenedDiplomaFile? File = null) : IDisposable
{
    public SdJwtForm? SdJwt => First<SdJwtForm>();

    public VcForm? Vc => First<VcForm>();

    public PaperForm? Paper => First<PaperForm>();

    /// <summary>
    /// What the forms are credentials of; <see cref="CredentialKind.Other"/> when they differ, null when all are too broken to tell.
    /// </summary>
    public CredentialKind? Kind
    {
        get
        {
            CredentialKind? kind = null;
            foreach (var form in Forms)
            {
                kind = kind is null || form.Kind is null || form.Kind == kind ? kind ?? form.Kind : CredentialKind.Other;
            }

            return kind;
        }
    }

    /// <summary>The asset the first form names; null when none names one.</summary>
    public string? Asset
    {
        get
        {
            foreach (var form in Forms)
            {
                if (form.Asset is { } asset)
                {
                    return asset;
                }
            }

            return null;
        }
    }

    public static PresentedThing Recognise(ReadOnlyMemory<byte> presented, DateTimeOffset now)
    {
        if (PdfDiploma.LooksLikePdf(presented.Span))
        {
            return PdfDiploma.Find(presented).TryGet(out var embedded, out var refused)
                ? ReadFile("pdf", embedded, now)
                : Unreadable("pdf", refused);
        }

        var trimmed = Trim(presented);
        if (trimmed.IsEmpty)
        {
            return Unreadable("unknown", new Problem("verification/empty", "Nothing was presented."));
        }

        if (trimmed.Span[0] == (byte)'{')
        {
            return ReadJson(trimmed, now);
        }

        return trimmed.Span.Contains((byte)'~')
            ? new PresentedThing("sd-jwt", null, [SdJwtForm.Read(trimmed, now)], [], null)
            : ReadText(trimmed);
    }

    public void Dispose()
    {
        foreach (var form in Forms)
        {
            form.Dispose();
        }

        File?.Dispose();
    }

    private static PresentedThing ReadJson(ReadOnlyMemory<byte> json, DateTimeOffset now)
    {
        if (DiplomaFile.Open(json).TryGet(out var file, out var refused))
        {
            return Open("diploma-file", file, now);
        }

        // Only "this is another kind of JSON" sends us on; a broken diploma file stays one.
        if (refused.Code != "documents/file-wrong-type")
        {
            return Unreadable("diploma-file", refused);
        }

        var vc = VcForm.Read(json);
        if (vc.Malformed?.Code != "verification/vc-malformed")
        {
            return new PresentedThing("vc", null, [vc], [], null);
        }

        vc.Dispose();
        return Unreadable(
            "unknown", new Problem("verification/form-unknown", "JSON, but neither a diploma file nor a credential."));
    }

    private static PresentedThing ReadFile(string form, ReadOnlyMemory<byte> json, DateTimeOffset now) =>
        DiplomaFile.Open(json).TryGet(out var file, out var refused) ? Open(form, file, now) : Unreadable(form, refused);

    private static PresentedThing Open(string form, OpenedDiplomaFile file, DateTimeOffset now)
    {
        var forms = new List<SignedForm>(3);
        if (file.SdJwt is { } sdJwt)
        {
            forms.Add(SdJwtForm.Read(sdJwt, now));
        }

        if (file.Vc is { } vc)
        {
            forms.Add(VcForm.Read(vc, file.VcBytes, file.IsCanonical));
        }

        if (file.Paper is { } paper)
        {
            forms.Add(PaperForm.Read(paper));
        }

        return new PresentedThing(form, null, forms, file.Entries, file.Checkpoint, file);
    }

    // A scanned QR text, or the compact JWS alone.
    private static PresentedThing ReadText(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > PaperJws.SizeMaxBytes + 512 || !System.Text.Unicode.Utf8.IsValid(bytes.Span))
        {
            return Unreadable("unknown", new Problem("verification/form-unknown", "Not a form that is known here."));
        }

        var text = Encoding.UTF8.GetString(bytes.Span);
        if (PaperQr.Parse(text).TryGet(out var qr, out _))
        {
            return qr.Jws is null
                ? Unreadable("paper", new Problem(
                    "verification/link-without-core", "Only the link of a paper code: open it, or scan the whole code."))
                : new PresentedThing("paper", null, [PaperForm.Read(qr.Jws)], [], null);
        }

        return text.Count(c => c == '.') == 2
            ? new PresentedThing("paper", null, [PaperForm.Read(text)], [], null)
            : Unreadable("unknown", new Problem("verification/form-unknown", "Not a form that is known here."));
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> bytes)
    {
        // Editors put a byte order mark in front of what they save.
        var content = bytes.Span.StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes;
        return content.Trim(" \t\r\n"u8);
    }

    private T? First<T>()
        where T : SignedForm
    {
        foreach (var form in Forms)
        {
            if (form is T found)
            {
                return found;
            }
        }

        return null;
    }

    private static PresentedThing Unreadable(string form, Problem refused) => new(form, refused, [], [], null);
}
