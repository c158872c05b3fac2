using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>What the paper QR proves without a network: the few facts that stand on the diploma, signed at issue.</summary>
/// <remarks>
/// Payload of a compact JWS (docs/formats/paper-core.md): JCS JSON with one-letter names. It does not cover courses,
/// grades, the supplement or the photo of the holder, and says nothing about the state after issue.
/// </remarks>
/// <param name="Number">Series and number as printed: <c>BD 00412867</c>.</param>
/// <param name="NameLatin">Full name in Latin script, as on the English side.</param>
/// <param name="InitiatorName">Name of the institution in Kazakh.</param>
/// <param name="StatusUri">Address of the Token Status List.</param>
/// <param name="StatusIndex">Index in that list, 0 to 131,071.</param>
public sealed record PaperCore(
    AssetId Asset,
    string Number,
    string NameKk,
    string NameLatin,
    string QualificationKk,
    string QualificationEn,
    DateOnly AwardDate,
    Bin Initiator,
    string InitiatorName,
    string StatusUri,
    int StatusIndex)
{
    internal const int SizeMaxBytes = 4096;
    private const string DateFormat = "yyyy-MM-dd";

    /// <summary>The payload: canonical JSON, UTF-8.</summary>
    public byte[] Write()
    {
        var output = new ArrayBufferWriter<byte>(768);
        Member("{\"b\":", Initiator.ToString(), output);
        Member(",\"d\":", AwardDate.ToString(DateFormat, CultureInfo.InvariantCulture), output);
        Member(",\"i\":", InitiatorName, output);
        Member(",\"id\":", Asset.ToString(), output);
        Member(",\"k\":", NameKk, output);
        Member(",\"l\":", NameLatin, output);
        Member(",\"n\":", Number, output);
        Member(",\"q\":{\"en\":", QualificationEn, output);
        Member(",\"kk\":", QualificationKk, output);
        Member("},\"s\":{\"u\":", StatusUri, output);
        output.Write(",\"x\":"u8);
        output.Write(Encoding.ASCII.GetBytes(StatusIndex.ToString(CultureInfo.InvariantCulture)));
        output.Write("}}"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a payload; <c>credentials/paper-malformed</c> when a member is missing, extra or of another kind.</summary>
    public static Outcome<PaperCore> Parse(ReadOnlyMemory<byte> payload)
    {
        if (!StrictJson.Parse(payload, SizeMaxBytes).TryGet(out var document, out _))
        {
            return Malformed;
        }

        using (document)
        {
            return Read(document.RootElement) is { } core ? core : Malformed;
        }
    }

    private static PaperCore? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || root.GetPropertyCount() != 9
            || !root.TryGetProperty("q", out var q) || q.ValueKind != JsonValueKind.Object || q.GetPropertyCount() != 2
            || !root.TryGetProperty("s", out var s) || s.ValueKind != JsonValueKind.Object || s.GetPropertyCount() != 2
            || !s.TryGetProperty("x", out var x) || x.ValueKind != JsonValueKind.Number
            || !x.TryGetInt32(out var index) || index < 0
            || !AssetId.TryParse(Text(root, "id"), out var asset)
            || !Bin.TryParse(Text(root, "b"), out var bin)
            || !DateOnly.TryParseExact(
                Text(root, "d"), DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return null;
        }

        return Text(root, "n") is { } number && Text(root, "k") is { } kk && Text(root, "l") is { } latin
            && Text(root, "i") is { } initiator && Text(q, "kk") is { } qualificationKk
            && Text(q, "en") is { } qualificationEn && Text(s, "u") is { } uri
                ? new PaperCore(
                    asset, number, kk, latin, qualificationKk, qualificationEn, date, bin, initiator, uri, index)
                : null;
    }

    private static string? Text(JsonElement value, string name) =>
        value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;

    private static void Member(string before, string value, ArrayBufferWriter<byte> output)
    {
        output.Write(Encoding.ASCII.GetBytes(before));
        Jcs.WriteString(value, output);
    }

    internal static readonly Problem Malformed =
        new("credentials/paper-malformed", "The signed core of the paper code has another shape than expected.");
}
