using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Formats.Tests.Foundation;

/// <summary>RFC 8785; vectors of cyberphone/json-canonicalization.</summary>
public class JcsTests
{
    [Theory]
    [InlineData("""{"b":1,"a":[true,null,false]}""", """{"a":[true,null,false],"b":1}""")]
    [InlineData("""{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001]}""",
        """{"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}""")]
    [InlineData("""[-0,0.0,-0.0,1.0,100,1e2,-12]""", """[0,0,0,1,100,100,-12]""")]
    [InlineData("""{"\u0061":"\u002f\/\u20ac\u0041\n"}""", """{"a":"//€A\n"}""")]
    [InlineData("""[ { } , [ ] , "" ]""", """[{},[],""]""")]
    [InlineData("""["\u0000\u001f\u007f\b\t\f\r\"\\"]""", "[\"\\u0000\\u001f\u007f\\b\\t\\f\\r\\\"\\\\\"]")]
    [InlineData("""{"ё":1,"қ":2,"ә":3}""", """{"ё":1,"қ":2,"ә":3}""")]
    public void A_value_has_one_canonical_form(string json, string canonical) =>
        Assert.Equal(canonical, Canonical(json));

    [Fact]
    public void Names_sort_by_utf16_units_and_not_by_code_points() =>
        // U+1F602 is written D83D DE02 in UTF-16, so it goes before U+FB33, though its code point is higher.
        Assert.Equal("{\"a\":0,\"\U0001F602\":1,\"\uFB33\":2}", Canonical("{\"\uFB33\":2,\"a\":0,\"\U0001F602\":1}"));

    [Fact]
    public void An_escaped_name_sorts_and_is_omitted_as_what_it_means()
    {
        Assert.Equal("""{"a":1,"b":2}""", Canonical("""{"\u0062":2,"a":1}"""));
        using var document = JsonDocument.Parse("""{"z":1,"pr\u006fof":2,"a":3}""");
        using var writer = new JcsWriter();
        writer.WriteWithout(document.RootElement, "proof"u8);
        Assert.Equal("""{"a":3,"z":1}""", Encoding.UTF8.GetString(writer.Written));
    }

    [Fact]
    public void Only_the_outermost_member_is_omitted()
    {
        using var document = JsonDocument.Parse("""{"proof":1,"x":{"proof":2}}""");
        using var writer = new JcsWriter();
        writer.WriteWithout(document.RootElement, "proof"u8);
        Assert.Equal("""{"x":{"proof":2}}""", Encoding.UTF8.GetString(writer.Written));
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("""{"b":0,"a":1,"\u0061":2}""")]
    [InlineData("""["\ud800"]""")]
    [InlineData("""{"\udc00":1}""")]
    [InlineData("""[1e400]""")]
    public void What_has_no_canonical_form_throws(string json) =>
        Assert.Throws<FormatException>(() => Canonical(json));

    [Fact]
    public void Invalid_utf8_throws() =>
        Assert.Throws<FormatException>(() =>
        {
            using var document = JsonDocument.Parse(new byte[] { (byte)'"', 0xff, (byte)'"' });
            return Jcs.Canonicalize(document.RootElement);
        });

    [Theory]
    [InlineData("arrays")]
    [InlineData("french")]
    [InlineData("structures")]
    [InlineData("unicode")]
    [InlineData("values")]
    [InlineData("weird")]
    public void The_published_documents_come_out_byte_for_byte(string name)
    {
        using var input = SharedVectors.Json("vectors", "jcs", "input", name + ".json");
        var expected = SharedVectors.Bytes("vectors", "jcs", "output", name + ".json");
        var expectedHex = SharedVectors.Text("vectors", "jcs", "outhex", name + ".txt");

        var canonical = Jcs.Canonicalize(input.RootElement);
        Assert.Equal(Encoding.UTF8.GetString(expected).TrimEnd('\n'), Encoding.UTF8.GetString(canonical));
        Assert.Equal(
            Convert.FromHexString(string.Concat(expectedHex.Where(c => !char.IsWhiteSpace(c)))), canonical);
        Assert.Equal(canonical, Jcs.Canonicalize(JsonNode.Parse(input.RootElement.GetRawText())!));
        Assert.True(Jcs.IsCanonical(JsonDocument.Parse(canonical).RootElement, canonical));
    }

    [Fact]
    public void The_published_ten_thousand_numbers_come_out_as_ecmascript_writes_them()
    {
        var count = 0;
        var output = new ArrayBufferWriter<byte>(64);
        foreach (var line in File.ReadLines(SharedVectors.Require("vectors", "jcs", "es6numbers-10k.txt")))
        {
            var comma = line.IndexOf(',', StringComparison.Ordinal);
            var bits = ulong.Parse(line.AsSpan(0, comma), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            output.ResetWrittenCount();
            Jcs.WriteNumber(BitConverter.UInt64BitsToDouble(bits), output);
            Assert.Equal(line[(comma + 1)..], Encoding.ASCII.GetString(output.WrittenSpan));
            count++;
        }

        Assert.Equal(10_000, count);
    }

    [Theory]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void The_numbers_of_rfc_8785_appendix_b_come_out_as_it_says(long bits, string text)
    {
        var output = new ArrayBufferWriter<byte>(64);
        Jcs.WriteNumber(BitConverter.Int64BitsToDouble(bits), output);
        Assert.Equal(text, Encoding.ASCII.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Every_finite_number_reads_back_as_itself() =>
        Prop.ForAll<double>(number =>
        {
            if (!double.IsFinite(number))
            {
                return true;
            }

            var output = new ArrayBufferWriter<byte>(64);
            Jcs.WriteNumber(number, output);
            return double.Parse(output.WrittenSpan, CultureInfo.InvariantCulture) == number;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Canonicalising_twice_changes_nothing_and_order_never_matters() =>
        Prop.ForAll<Dictionary<NonNull<string>, Tuple<int, NonNull<string>>>>(members =>
        {
            var forward = new JsonObject();
            var backward = new JsonObject();
            foreach (var (name, value) in members.Where(m => IsText(m.Key.Get) && IsText(m.Value.Item2.Get)))
            {
                forward.Add(name.Get, new JsonArray(value.Item1, value.Item2.Get));
            }

            foreach (var (name, value) in forward.Reverse())
            {
                backward.Add(name, value!.DeepClone());
            }

            var once = Jcs.Canonicalize(forward);
            using var document = JsonDocument.Parse(once);
            return once.AsSpan().SequenceEqual(Jcs.Canonicalize(backward))
                && Jcs.IsCanonical(document.RootElement, once);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("""{"a":1,"b":[{"a":{},"b":[]},"x",true,false,null,0,123456789012345]}""", true)]
    [InlineData("""{"a":{"z":1},"b":{"a":1}}""", true)]
    [InlineData("\"\\u0001\"", true)]
    [InlineData("""{"b":1,"a":1}""", false)]
    [InlineData("""{"a":[{"d":1,"c":1}]}""", false)]
    [InlineData("""{"a": 1}""", false)]
    [InlineData("""[1 ]""", false)]
    [InlineData("""[1.0]""", false)]
    [InlineData("""[1E2]""", false)]
    [InlineData("""[-0]""", false)]
    [InlineData("\"\\u0041\"", false)]
    [InlineData("{\"\uE000\":1,\"\U0001F600\":1}", false)]
    [InlineData("{\"\U0001F600\":1,\"\uE000\":1}", true)]
    public void A_text_is_told_to_be_canonical_or_not(string json, bool isCanonical)
    {
        var utf8 = Encoding.UTF8.GetBytes(json);
        using var document = JsonDocument.Parse(utf8);
        Assert.Equal(isCanonical, Jcs.IsCanonical(document.RootElement, utf8));
        Assert.Equal(isCanonical, Jcs.Canonicalize(document.RootElement).AsSpan().SequenceEqual(utf8));
    }

    [Theory]
    [InlineData("""{"proof":{"a":1}}""", "{}")]
    [InlineData("""{"proof":{"a":1},"z":1}""", """{"z":1}""")]
    [InlineData("""{"a":1,"proof":{"a":1}}""", """{"a":1}""")]
    [InlineData("""{"a":{"proof":1},"proof":{"a":1},"z":1}""", """{"a":{"proof":1},"z":1}""")]
    [InlineData("""{"z":1, "proof":{"a":1},"a":1}""", """{"a":1,"z":1}""")]
    public void A_member_is_cut_out_whether_or_not_the_text_is_canonical(string json, string expected)
    {
        using var document = JsonDocument.Parse(json);
        var output = new ArrayBufferWriter<byte>();
        Jcs.WriteWithout(document.RootElement, "proof"u8, document.RootElement.GetProperty("proof"), output);
        Assert.Equal(expected, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void A_document_larger_than_the_first_buffer_comes_out_whole()
    {
        var numbers = string.Join(",", Enumerable.Range(0, 50_000));
        Assert.Equal($"[{numbers}]", Canonical($"[ {numbers} ]"));
        var names = Enumerable.Range(0, 5_000).Select(i => $"\"{4_999 - i:D5}\":\"\\u0001\"").ToArray();
        Assert.Equal(
            "{" + string.Join(",", names.Reverse()) + "}", Canonical("{" + string.Join(",", names) + "}"));
    }

    private static bool IsText(string text)
    {
        try
        {
            new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(text);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    private static string Canonical(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Encoding.UTF8.GetString(Jcs.Canonicalize(document.RootElement));
    }
}
