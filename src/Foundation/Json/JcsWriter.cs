using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Mortanba.Foundation;

/// <summary>Writes canonical JSON (RFC 8785) into one pooled buffer: what is hashed need not become an array first.</summary>
/// <remarks>
/// Text that is canonical already is copied, not decoded: most of what we read we wrote ourselves. One writer serves one
/// thread; <see cref="Clear"/> makes it ready for the next value. The span of <see cref="Written"/> is lost then.
/// </remarks>
public sealed class JcsWriter : IDisposable
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int length;

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, length);

    public void Clear() => length = 0;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        length = 0;
    }

    /// <summary>Adds the canonical form of a value. Throws <see cref="FormatException"/> for what has none.</summary>
    public void Write(JsonElement value)
    {
        RequireUtf8(value);
        WriteValue(value);
    }

    /// <summary>Adds an object as if the member of that (plain ASCII) name were not there.</summary>
    public void WriteWithout(JsonElement value, ReadOnlySpan<byte> omittedName)
    {
        RequireUtf8(value);
        WriteObject(value, omittedName);
    }

    private static void RequireUtf8(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Undefined || !Utf8.IsValid(JsonMarshal.GetRawUtf8Value(value)))
        {
            throw new FormatException("The JSON value was never set or is not valid UTF-8.");
        }
    }

    private void WriteValue(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, default);
                break;
            case JsonValueKind.Array:
                Add((byte)'[');
                foreach (var item in value.EnumerateArray())
                {
                    WriteValue(item);
                    Add((byte)',');
                }

                Close((byte)']');
                break;
            case JsonValueKind.String:
                WriteString(value);
                break;
            case JsonValueKind.Number:
                WriteNumber(value);
                break;
            case JsonValueKind.True:
            case JsonValueKind.False:
            case JsonValueKind.Null:
                Add(JsonMarshal.GetRawUtf8Value(value));
                break;
            case JsonValueKind.Undefined:
            default:
                throw new FormatException("A JSON value that was never set.");
        }
    }

    private void WriteObject(JsonElement value, ReadOnlySpan<byte> omittedName)
    {
        Add((byte)'{');
        if (IsSorted(value))
        {
            foreach (var member in value.EnumerateObject())
            {
                WriteMember(member, omittedName);
            }
        }
        else
        {
            WriteSorted(value, omittedName);
        }

        Close((byte)'}');
    }

    private void WriteSorted(JsonElement value, ReadOnlySpan<byte> omittedName)
    {
        var count = value.GetPropertyCount();
        var members = ArrayPool<JsonProperty>.Shared.Rent(count);
        try
        {
            var filled = 0;
            foreach (var member in value.EnumerateObject())
            {
                members[filled++] = member;
            }

            var sorted = members.AsSpan(0, count);
            sorted.Sort(CompareNames);
            for (var i = 0; i < count; i++)
            {
                if (i > 0 && CompareNames(sorted[i - 1], sorted[i]) == 0)
                {
                    throw new FormatException("A name stands twice in one object.");
                }

                WriteMember(sorted[i], omittedName);
            }
        }
        finally
        {
            ArrayPool<JsonProperty>.Shared.Return(members, clearArray: true);
        }
    }

    private void WriteMember(JsonProperty member, ReadOnlySpan<byte> omittedName)
    {
        var name = JsonMarshal.GetRawUtf8PropertyName(member);
        if (!omittedName.IsEmpty && (name.SequenceEqual(omittedName)
            || (name.Contains((byte)'\\') && member.NameEquals(omittedName))))
        {
            return;
        }

        if (name.Contains((byte)'\\'))
        {
            WriteText(Name(member));
        }
        else
        {
            Add((byte)'"');
            Add(name);
            Add((byte)'"');
        }

        Add((byte)':');
        WriteValue(member.Value);
        Add((byte)',');
    }

    private static bool IsSorted(JsonElement value)
    {
        ReadOnlySpan<byte> previous = default;
        var first = true;
        foreach (var member in value.EnumerateObject())
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(member);
            if (name.ContainsAny(NotPlainName) || (!first && previous.SequenceCompareTo(name) >= 0))
            {
                return false;
            }

            previous = name;
            first = false;
        }

        return true;
    }

    /// <summary>
    /// RFC 8785 section 3.2.3: by UTF-16 code units. UTF-8 bytes order alike, but for U+E000-U+FFFF (lead bytes EE and
    /// EF), which UTF-16 puts after the surrogates.
    /// </summary>
    private static int CompareNames(JsonProperty a, JsonProperty b)
    {
        var rawA = JsonMarshal.GetRawUtf8PropertyName(a);
        var rawB = JsonMarshal.GetRawUtf8PropertyName(b);
        return rawA.ContainsAny(NotPlainName) || rawB.ContainsAny(NotPlainName)
            ? string.CompareOrdinal(Name(a), Name(b))
            : rawA.SequenceCompareTo(rawB);
    }

    private static readonly SearchValues<byte> NotPlainName = SearchValues.Create([(byte)'\\', 0xee, 0xef]);

    // An escaped lone surrogate has no text: the library throws another kind of exception for it.
    private static string Name(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            throw new FormatException("A name with a lone surrogate has no canonical form.");
        }
    }

    private static string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new FormatException("A string with a lone surrogate has no canonical form.");
        }
    }

    private void WriteString(JsonElement value)
    {
        // A parsed string holds no raw control character; without a backslash it is canonical as it stands.
        var raw = JsonMarshal.GetRawUtf8Value(value);
        if (!raw.Contains((byte)'\\'))
        {
            Add(raw);
            return;
        }

        WriteText(Text(value));
    }

    private void WriteText(string text)
    {
        var needed = (6 * Encoding.UTF8.GetMaxByteCount(text.Length)) + 2;
        Reserve(needed);
        length += Jcs.FormatString(text, buffer.AsSpan(length));
    }

    private void WriteNumber(JsonElement value)
    {
        // Up to fifteen digits without point or exponent are below 2^53: their shortest form is themselves.
        var raw = JsonMarshal.GetRawUtf8Value(value);
        if (raw.Length <= 15 && !raw.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            Add(raw);
            return;
        }

        Reserve(Jcs.NumberSizeMaxBytes);
        length += Jcs.FormatNumber(value.GetDouble(), buffer.AsSpan(length));
    }

    private void Add(byte one)
    {
        Reserve(1);
        buffer[length++] = one;
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    // Every item leaves a comma behind; the bracket takes the place of the last.
    private void Close(byte bracket)
    {
        if (buffer[length - 1] == (byte)',')
        {
            buffer[length - 1] = bracket;
        }
        else
        {
            Add(bracket);
        }
    }

    private void Reserve(int sizeBytes)
    {
        if (buffer.Length - length >= sizeBytes)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length + sizeBytes, buffer.Length * 2));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
