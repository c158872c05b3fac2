using System.Text;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Formats.Tests.Foundation;

public class StrictJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"a":2}""", "json/duplicate-name")]
    [InlineData("""{"a":1,"\u0061":2}""", "json/duplicate-name")]
    [InlineData("""{"x":[{"b":{"a":1,"c":0,"a":1}}]}""", "json/duplicate-name")]
    [InlineData("", "json/malformed")]
    [InlineData("{", "json/malformed")]
    [InlineData("""{"a":1,}""", "json/malformed")]
    [InlineData("""{"a":1} x""", "json/malformed")]
    [InlineData("""{"a":1}{"a":1}""", "json/malformed")]
    [InlineData("""[1 /* one */]""", "json/malformed")]
    [InlineData("""[01]""", "json/malformed")]
    [InlineData("""[NaN]""", "json/malformed")]
    [InlineData("""['a']""", "json/malformed")]
    [InlineData("[\"\t\"]", "json/malformed")]
    [InlineData("\uFEFF{}", "json/byte-order-mark")]
    [InlineData("""["\ud800"]""", "json/ambiguous")]
    [InlineData("""["\uDC00\uD800"]""", "json/ambiguous")]
    [InlineData("""["\ud83dx\ude02"]""", "json/ambiguous")]
    [InlineData("""["\ud83d\n\ude02"]""", "json/ambiguous")]
    [InlineData("""["\ud83d\ud83d\ude02"]""", "json/ambiguous")]
    [InlineData("""{"\ud800":1}""", "json/ambiguous")]
    [InlineData("""[9007199254740993]""", "json/ambiguous")]
    [InlineData("""[-9007199254740994]""", "json/ambiguous")]
    [InlineData("""[1e16]""", "json/ambiguous")]
    [InlineData("""[1E400]""", "json/ambiguous")]
    [InlineData("""{"a":{"b":[0,12345678901234567890]}}""", "json/ambiguous")]
    public void Refuses_what_two_readers_could_read_in_two_ways(string json, string code) =>
        Assert.Equal(code, StrictJson.Parse(Encoding.UTF8.GetBytes(json)).Problem?.Code);

    [Theory]
    [InlineData("""{"a":9007199254740992,"b":-9007199254740992,"c":1.5,"d":1e3,"e":123456789012345}""")]
    [InlineData("""["\ud83d\ude02","\\ud800","\u0000","12345678901234567890","1e400"]""")]
    [InlineData("""["a\"9007199254740993\"b\\",0.1234567890123456789]""")]
    [InlineData(" \n{}\t")]
    public void Takes_what_has_one_meaning(string json) =>
        Assert.True(StrictJson.Parse(Encoding.UTF8.GetBytes(json)).IsDone);

    [Fact]
    public void Refuses_invalid_utf8_even_inside_a_string() =>
        Assert.Equal(
            "json/not-utf8", StrictJson.Parse(new byte[] { (byte)'"', 0xc3, 0x28, (byte)'"' }).Problem?.Code);

    [Theory]
    [InlineData(64, null)]
    [InlineData(65, "json/too-deep")]
    [InlineData(10_000, "json/too-deep")]
    public void Refuses_nesting_beyond_the_limit(int depth, string? code)
    {
        var json = new string('[', depth) + new string(']', depth);
        Assert.Equal(code, StrictJson.Parse(Encoding.UTF8.GetBytes(json)).Problem?.Code);
    }

    [Fact]
    public void Refuses_deep_nesting_that_never_ends() =>
        Assert.Equal(
            "json/malformed", StrictJson.Parse(Encoding.UTF8.GetBytes(new string('[', 1_000_000))).Problem?.Code);

    [Fact]
    public void Refuses_input_one_byte_above_the_limit()
    {
        Assert.True(StrictJson.Parse("[1]"u8.ToArray(), 3).IsDone);
        Assert.Equal("json/too-large", StrictJson.Parse("[1]"u8.ToArray(), 2).Problem?.Code);
    }

    [Fact]
    public void Names_the_place_of_an_ambiguous_value_but_never_at_length()
    {
        var problem = StrictJson.Parse("""{"a":[{},{"b":12345678901234567890}]}"""u8.ToArray()).Problem!;
        Assert.Equal("$.a[1].b", problem.Args["path"]);

        var longName = new string('n', 100_000);
        problem = StrictJson.Parse(Encoding.UTF8.GetBytes($$"""{"{{longName}}":1e99}""")).Problem!;
        Assert.True(problem.Args["path"].Length < 200);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Never_throws_on_random_bytes(int seed)
    {
        var random = new Random(seed);
        const string Alphabet = "{}[]\":,0123456789.eE-+\\u\"dDfnrtb \"";
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(40)];
            for (var at = 0; at < bytes.Length; at++)
            {
                bytes[at] = (byte)Alphabet[random.Next(Alphabet.Length)];
            }

            if (StrictJson.Parse(bytes).TryGet(out var document, out _))
            {
                Jcs.Canonicalize(document.RootElement);
                document.Dispose();
            }
        }
    }
}
