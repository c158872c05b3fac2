using System.Text;
using Mortanba.Faults.Tests.Fuzz.Targets;
using Xunit;

namespace Mortanba.Faults.Tests.Fuzz;

/// <summary>Every parser, given what strangers may give it (issue: a fuzz target for every parser, a fixed budget).</summary>
public sealed class FuzzTests
{
    private static readonly FuzzTarget[] All =
        [.. JsonTargets.All, .. SignedTargets.All, .. LogTargets.All, .. DocumentTargets.All, .. ListTargets.All];

    public static TheoryData<string> Names => [.. All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Never_throws_never_toils_and_reads_again_what_it_read(string name)
    {
        var target = All.Single(t => t.Name == name);
        var corpus = Corpus.Of(name);
        Assert.True(corpus.Count > 0, $"tests/Faults/Corpus/{name} is empty.");

        var (taken, fault) = Fuzzer.Run(target, corpus, Fuzzer.Iterations);

        Assert.True(fault is null, fault);
        Assert.True(taken > 0, $"Nothing was taken by {name}: the target would prove nothing.");
    }

    [Fact]
    public void Every_folder_of_the_corpus_has_its_target() => Assert.Equal(
        All.Select(t => t.Name).Order(StringComparer.Ordinal),
        Directory.GetDirectories(Corpus.Folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));

    [Fact]
    public void The_same_seed_makes_the_same_input()
    {
        byte[][] corpus = ["one corpus item 123"u8.ToArray(), "and another"u8.ToArray()];
        var made = Enumerable.Range(0, 500).Select(new Mutator(corpus, ["token"]).Make).ToList();
        Assert.Equal(made, Enumerable.Range(0, 500).Select(new Mutator(corpus, ["token"]).Make));
        Assert.True(made.Distinct(new ByContent()).Count() > 300);
    }

    [Fact]
    public void A_fault_is_found_and_its_input_made_small()
    {
        var target = new FuzzTarget("self-test", bytes => bytes.AsSpan().IndexOf((byte)'{') < 0
            ? true
            : throw new InvalidOperationException("found"));
        var (_, fault) = Fuzzer.Run(target, [("seed", Encoding.ASCII.GetBytes(new string('x', 500)))], 2000);
        Assert.Contains("1 bytes", fault);
        Assert.EndsWith(Convert.ToBase64String("{"u8), fault);
    }

    [Fact]
    public void Work_beyond_the_bound_is_a_fault()
    {
        var target = new FuzzTarget("self-test", _ => new byte[2000].Length > 0) { WorkMaxBytes = 1000 };
        Assert.Contains("too much work", Fuzzer.Run(target, [("seed", [1])], 0).Fault);
    }

    private sealed class ByContent : IEqualityComparer<byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => obj.Length;
    }
}
