using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Documents;

/// <summary>Writes the members in canonical order by hand; the two embedded values are canonical bytes already.</summary>
internal static class DiplomaFileWriter
{
    public static byte[] Write(DiplomaFile file)
    {
        if (file.SdJwt is null && file.Vc is null && file.Paper is null)
        {
            throw new ArgumentException("A diploma file carries at least one signed form.", nameof(file));
        }

        var output = new ArrayBufferWriter<byte>(
            2048 + (file.SdJwt?.Length ?? 0) + (file.Vc?.Length ?? 0) + (file.Entries.Count * 2048));
        output.Write("{"u8);
        if (file.Anchor is { } anchor)
        {
            output.Write("\"anchor\":{"u8);
            WritePlace(anchor.Index, anchor.Proof, output);
            output.Write(","u8);
        }

        output.Write("\"checkpoint\":"u8);
        Jcs.WriteString(file.Checkpoint, output);
        output.Write(",\"entries\":["u8);
        for (var i = 0; i < file.Entries.Count; i++)
        {
            if (i > 0)
            {
                output.Write(","u8);
            }

            WriteEntry(file.Entries[i], output);
        }

        output.Write("],\"forms\":{"u8);
        WriteForms(file, output);
        output.Write("},\"type\":\"MortanbaDiploma\",\"v\":1}"u8);
        return output.WrittenSpan.ToArray();
    }

    private static void WriteEntry(ProvenEntry entry, ArrayBufferWriter<byte> output)
    {
        output.Write("{\"entry\":"u8);
        output.Write(entry.Entry.Span);
        output.Write(","u8);
        WritePlace(entry.Index, entry.Proof, output);
    }

    // Index and hashes, as entries and anchor have them, and the end of their object.
    private static void WritePlace(long index, IReadOnlyList<ReadOnlyMemory<byte>> proof, ArrayBufferWriter<byte> output)
    {
        output.Write("\"index\":"u8);
        output.Write(Encoding.ASCII.GetBytes(index.ToString(CultureInfo.InvariantCulture)));
        output.Write(",\"proof\":["u8);
        for (var i = 0; i < proof.Count; i++)
        {
            output.Write(i > 0 ? ",\""u8 : "\""u8);
            var hash = proof[i].Span;
            var target = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(hash.Length));
            Base64.EncodeToUtf8(hash, target, out _, out var written);
            output.Advance(written);
            output.Write("\""u8);
        }

        output.Write("]}"u8);
    }

    // Sorted as RFC 8785 asks: dc+sd-jwt, vc, vnd.mortanba….
    private static void WriteForms(DiplomaFile file, ArrayBufferWriter<byte> output)
    {
        var separator = "\""u8;
        if (file.SdJwt is { } sdJwt)
        {
            output.Write(separator);
            output.Write("application/dc+sd-jwt\":"u8);
            Jcs.WriteString(sdJwt, output);
            separator = ",\""u8;
        }

        if (file.Vc is { } vc)
        {
            output.Write(separator);
            output.Write("application/vc\":"u8);
            output.Write(vc);
            separator = ",\""u8;
        }

        if (file.Paper is { } paper)
        {
            output.Write(separator);
            output.Write("application/vnd.mortanba.paper+jwt\":"u8);
            Jcs.WriteString(paper, output);
        }
    }
}
