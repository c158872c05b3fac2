using System.Text;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Formats.Tests.Foundation;

/// <summary>What the quick look at a text finds must be what the slow ways find: white space inside sends a text there.</summary>
public class JsonScanTests
{
    private const int Texts = 20_000;

    private static readonly string[] Names =
        ["a", "b", "ab", "kk", "ru", "", "é", "\uE000", "\U0001F600", "Ω", "\\u0061", "\\n", "proof"];

    private static readonly string[] Scalars =
    [
        "0", "7", "-1", "1.5", "1e3", "007", "123456789012345", "1234567890123456", "9007199254740993", "true", "false",
        "null", "nul", "\"\"", "\"x\"", "\"a\\nb\"", "\"\\\"\"", "\"\\/\"", "\"\\u0041\"", "\"\\ud800\"", "\"қазақ\"",
        "\"a name that is longer than one block of the search\\\\ and goes on\"", "\"open", "\"\t\"", "",
    ];

    [Fact]
    public void The_quick_look_accepts_and_refuses_what_the_slow_way_does()
    {
        var random = new Random(20261122);
        var (canonical, refused) = (0, 0);
        for (var i = 0; i < Texts; i++)
        {
            var text = new StringBuilder();
            Write(text, random, depth: 0);
            var quick = StrictJson.Parse(Encoding.UTF8.GetBytes($"[{text}]"), out var isCanonical);
            var slow = StrictJson.Parse(Encoding.UTF8.GetBytes($"[ {text}]"), out var isSpacedCanonical);
            Assert.False(isSpacedCanonical);
            Assert.Equal(slow.Problem?.Code, quick.Problem?.Code);
            refused += quick.IsDone ? 0 : 1;
            if (isCanonical && slow.TryGet(out var document, out _))
            {
                canonical++;
                Assert.Equal($"[{text}]", Encoding.UTF8.GetString(Jcs.Canonicalize(document.RootElement)));
            }
        }

        Assert.True(canonical > 1_000 && refused > 1_000, $"{canonical} canonical, {refused} refused: nothing was compared.");
    }

    [Theory]
    [InlineData("""{"a":1,"b":{"a":[1,"x\n"]}}""", true)]
    [InlineData("""{"b":1,"a":2}""", false)]
    [InlineData("""{"a": 1}""", false)]
    [InlineData("""{"a":"\/"}""", false)]
    [InlineData("""{"a":1.0}""", false)]
    public void A_text_is_called_canonical_only_as_it_stands(string json, bool expected)
    {
        Assert.True(StrictJson.Parse(Encoding.UTF8.GetBytes(json), out var isCanonical).IsDone);
        Assert.Equal(expected, isCanonical);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(300)]
    public void A_name_that_stands_twice_is_found_however_many_there_are(int count)
    {
        var names = Enumerable.Range(0, count).Select(i => $"\"n{count - i:D4}\":{i}");
        var json = "{" + string.Join(",", names.Append("\"n0007\":0")) + "}";
        Assert.Equal("json/duplicate-name", StrictJson.Parse(Encoding.UTF8.GetBytes(json)).Problem?.Code);
    }

    private static void Write(StringBuilder text, Random random, int depth)
    {
        switch (depth > 3 ? 0 : random.Next(4))
        {
            case 1:
                text.Append('{');
                foreach (var i in Enumerable.Range(0, random.Next(4)))
                {
                    text.Append(i == 0 ? "" : ",").Append('"').Append(Names[random.Next(Names.Length)]).Append("\":");
                    Write(text, random, depth + 1);
                }

                text.Append(random.Next(60) == 0 ? ']' : '}');
                break;
            case 2:
                text.Append('[');
                foreach (var i in Enumerable.Range(0, random.Next(4)))
                {
                    text.Append(i == 0 ? "" : ",");
                    Write(text, random, depth + 1);
                }

                text.Append(']');
                break;
            default:
                text.Append(Scalars[random.Next(random.Next(3) == 0 ? Scalars.Length : 3)]);
                break;
        }
    }
}
