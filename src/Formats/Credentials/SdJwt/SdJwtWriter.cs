using System.Buffers.Text;
using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>Writes and signs SD-JWTs (RFC 9901 section 7, issuance); one object is used again and again.</summary>
/// <remarks>
/// <para>
/// Claims are written in order, each with a flag that says whether it stands in the open or in a disclosure of its own;
/// objects and array elements may be disclosable too, and hold disclosable claims in turn (recursive disclosures).
/// </para>
/// <para>
/// One buffer serves as a stack: a disclosable value is written behind its unfinished container, encoded, hashed, and
/// cut off again; only its digest stays. Nothing is allocated but the result. Not safe for several threads: keep one a
/// thread. Claim names are the issuer's own constants: plain ASCII without quotes.
/// </para>
/// </remarks>
public sealed class SdJwtWriter
{
    private const int DepthMax = 16;

    private readonly Utf8Buffer json = new(8 * 1024);
    private readonly Utf8Buffer disclosures = new(16 * 1024);
    private readonly DigestStack digests = new();
    private readonly Frame[] frames = new Frame[DepthMax];
    private readonly Salts salts = new();
    private int depth = -1;

    private struct Frame
    {
        /// <summary>Where the disclosure text of this container begins; -1 when it stands in the open.</summary>
        public int DisclosureStart;

        /// <summary>Size of the digest stack when the container was opened.</summary>
        public int DigestsStart;
        public bool IsArray;
        public bool HasMembers;
    }

    /// <summary>Begins a new SD-JWT; whatever was unfinished is dropped.</summary>
    public SdJwtWriter Begin()
    {
        json.Clear();
        disclosures.Clear();
        digests.Clear();
        depth = -1;
        Open(isArray: false, disclosureStart: -1);
        return this;
    }

    public SdJwtWriter Text(ReadOnlySpan<byte> name, ReadOnlySpan<char> value, bool disclosable = false)
    {
        var start = StartMember(name, disclosable);
        json.WriteJsonString(value);
        EndValue(start);
        return this;
    }

    public SdJwtWriter Number(ReadOnlySpan<byte> name, long value, bool disclosable = false)
    {
        var start = StartMember(name, disclosable);
        WriteNumber(value);
        EndValue(start);
        return this;
    }

    /// <summary>A decimal with the digits it has: 3.40 stays 3.40.</summary>
    public SdJwtWriter Number(ReadOnlySpan<byte> name, decimal value, bool disclosable = false)
    {
        var start = StartMember(name, disclosable);
        value.TryFormat(json.Span(32), out var written, default, CultureInfo.InvariantCulture);
        json.Advance(written);
        EndValue(start);
        return this;
    }

    public SdJwtWriter Boolean(ReadOnlySpan<byte> name, bool value, bool disclosable = false)
    {
        var start = StartMember(name, disclosable);
        json.Write(value ? "true"u8 : "false"u8);
        EndValue(start);
        return this;
    }

    /// <summary>A value that is JSON already; the caller answers for its being so.</summary>
    public SdJwtWriter Json(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool disclosable = false)
    {
        var start = StartMember(name, disclosable);
        json.Write(value);
        EndValue(start);
        return this;
    }

    public SdJwtWriter StartObject(ReadOnlySpan<byte> name, bool disclosable = false)
    {
        Open(isArray: false, StartMember(name, disclosable));
        return this;
    }

    public SdJwtWriter StartArray(ReadOnlySpan<byte> name, bool disclosable = false)
    {
        Open(isArray: true, StartMember(name, disclosable));
        return this;
    }

    /// <summary>An array element that is text.</summary>
    public SdJwtWriter TextElement(ReadOnlySpan<char> value, bool disclosable = false)
    {
        var start = StartElement(disclosable);
        json.WriteJsonString(value);
        EndValue(start);
        return this;
    }

    /// <summary>An array element that is JSON already.</summary>
    public SdJwtWriter JsonElement(ReadOnlySpan<byte> value, bool disclosable = false)
    {
        var start = StartElement(disclosable);
        json.Write(value);
        EndValue(start);
        return this;
    }

    public SdJwtWriter StartObjectElement(bool disclosable = false)
    {
        Open(isArray: false, StartElement(disclosable));
        return this;
    }

    public SdJwtWriter StartArrayElement(bool disclosable = false)
    {
        Open(isArray: true, StartElement(disclosable));
        return this;
    }

    /// <summary>Adds digests that no disclosure has to the open container, so that the number of claims is not seen.</summary>
    public SdJwtWriter Decoys(int count)
    {
        Span<byte> digest = stackalloc byte[32];
        Span<byte> text = stackalloc byte[DigestStack.TextSize];
        for (var i = 0; i < count; i++)
        {
            ShortSha256.Hash(salts.Next(), digest);
            Base64Url.EncodeToUtf8(digest, text);
            PlaceDigest(text);
        }

        return this;
    }

    /// <summary>Closes the innermost object or array.</summary>
    public SdJwtWriter End()
    {
        if (depth == 0)
        {
            throw new InvalidOperationException("Nothing is open; the payload itself is closed by Sign.");
        }

        EndValue(Close());
        return this;
    }

    /// <summary>Signs what was written: ASCII of the compact SD-JWT with every disclosure, ending in a tilde.</summary>
    /// <param name="signer">ES256 for P-256, EdDSA for Ed25519.</param>
    /// <param name="type"><c>typ</c> of the header, for example <c>dc+sd-jwt</c>.</param>
    /// <param name="keyId"><c>kid</c> of the header.</param>
    public byte[] Sign(ISigner signer, string type, string keyId)
    {
        if (depth != 0)
        {
            throw new InvalidOperationException("An object or array is still open.");
        }

        if (disclosures.Length > 0 || digests.Length > 0)
        {
            MemberName("_sd_alg"u8);
            json.Write("\"sha-256\""u8);
        }

        Close();
        var payloadSize = json.Length;
        json.Write("""{"alg":"""u8);
        json.WriteJsonString(Jws.AlgorithmOf(signer.Kind));
        json.Write(""","typ":"""u8);
        json.WriteJsonString(type);
        json.Write(""","kid":"""u8);
        json.WriteJsonString(keyId);
        json.Write("}"u8);
        return Assemble(signer, header: json.Written[payloadSize..], payload: json.Written[..payloadSize]);
    }

    private byte[] Assemble(ISigner signer, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        var headerSize = Base64Url.GetEncodedLength(header.Length);
        var inputSize = headerSize + 1 + Base64Url.GetEncodedLength(payload.Length);
        var signedSize = inputSize + 1 + Base64Url.GetEncodedLength(64);
        var compact = new byte[signedSize + 1 + disclosures.Length];
        Base64Url.EncodeToUtf8(header, compact);
        compact[headerSize] = (byte)'.';
        Base64Url.EncodeToUtf8(payload, compact.AsSpan(headerSize + 1));
        compact[inputSize] = (byte)'.';
        Base64Url.EncodeToUtf8(signer.Sign(compact.AsSpan(0, inputSize)), compact.AsSpan(inputSize + 1));
        compact[signedSize] = (byte)'~';
        disclosures.Written.CopyTo(compact.AsSpan(signedSize + 1));
        depth = -1;
        return compact;
    }

    private void Open(bool isArray, int disclosureStart)
    {
        if (++depth == DepthMax)
        {
            throw new InvalidOperationException($"At most {DepthMax} levels.");
        }

        frames[depth] = new Frame { DisclosureStart = disclosureStart, DigestsStart = digests.Length, IsArray = isArray };
        json.Write(isArray ? "["u8 : "{"u8);
    }

    // Gives the start of the disclosure the container stands in, as StartMember did when it was opened.
    private int Close()
    {
        ref var frame = ref frames[depth];
        if (!frame.IsArray && digests.Length > frame.DigestsStart)
        {
            MemberName("_sd"u8);
            digests.PopTo(frame.DigestsStart, json);
        }

        json.Write(frame.IsArray ? "]"u8 : "}"u8);
        depth--;
        return frame.DisclosureStart;
    }

    // Returns where the disclosure text begins, or -1 for a claim in the open.
    private int StartMember(ReadOnlySpan<byte> name, bool disclosable)
    {
        RequireContainer(isArray: false);
        if (!disclosable)
        {
            MemberName(name);
            return -1;
        }

        var start = json.Length;
        StartDisclosure();
        json.Write(",\""u8);
        json.Write(name);
        json.Write("\","u8);
        return start;
    }

    private int StartElement(bool disclosable)
    {
        RequireContainer(isArray: true);
        if (!disclosable)
        {
            Separate();
            return -1;
        }

        var start = json.Length;
        StartDisclosure();
        json.Write(","u8);
        return start;
    }

    private void RequireContainer(bool isArray)
    {
        if (depth < 0 || frames[depth].IsArray != isArray)
        {
            throw new InvalidOperationException(isArray ? "An element stands in an array." : "A member stands in an object.");
        }
    }

    private void StartDisclosure()
    {
        json.Write("[\""u8);
        Base64Url.EncodeToUtf8(salts.Next(), json.Span(Salts.TextSize));
        json.Advance(Salts.TextSize);
        json.Write("\""u8);
    }

    private void EndValue(int disclosureStart)
    {
        if (disclosureStart < 0)
        {
            return;
        }

        json.Write("]"u8);
        var disclosure = json.Written[disclosureStart..];
        var size = Base64Url.GetEncodedLength(disclosure.Length);
        var text = disclosures.Span(size + 1)[..size];
        Base64Url.EncodeToUtf8(disclosure, text);
        Span<byte> digest = stackalloc byte[32];
        ShortSha256.Hash(text, digest);
        disclosures.Advance(size);
        disclosures.Write("~"u8);
        json.CutTo(disclosureStart);
        Span<byte> digestText = stackalloc byte[DigestStack.TextSize];
        Base64Url.EncodeToUtf8(digest, digestText);
        PlaceDigest(digestText);
    }

    private void PlaceDigest(ReadOnlySpan<byte> digestText)
    {
        if (!frames[depth].IsArray)
        {
            digests.Push(digestText);
            return;
        }

        Separate();
        json.Write("{\"...\":\""u8);
        json.Write(digestText);
        json.Write("\"}"u8);
    }

    private void MemberName(ReadOnlySpan<byte> name)
    {
        Separate();
        json.Write("\""u8);
        json.Write(name);
        json.Write("\":"u8);
    }

    private void Separate()
    {
        if (frames[depth].HasMembers)
        {
            json.Write(","u8);
        }

        frames[depth].HasMembers = true;
    }

    private void WriteNumber(long value)
    {
        value.TryFormat(json.Span(20), out var written, default, CultureInfo.InvariantCulture);
        json.Advance(written);
    }
}
