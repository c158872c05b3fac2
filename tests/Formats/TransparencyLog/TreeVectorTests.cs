using System.Security.Cryptography;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Formats.Tests.TransparencyLog;

/// <summary>RFC 6962 trees against the vectors of transparency-dev/merkle.</summary>
public sealed class TreeVectorTests
{
    [Theory]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void Has_the_published_root_at_each_size(int size, string root)
    {
        string[] leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

        var hashes = leaves.Take(size).Select(leaf => MerkleTree.Leaf(Convert.FromHexString(leaf))).ToArray();

        Assert.Equal(root, Convert.ToHexStringLower(MerkleTree.Root(hashes).Bytes));
    }

    [Fact]
    public void An_empty_tree_has_the_hash_of_nothing() =>
        Assert.Equal(SHA256.HashData([]), MerkleTree.Root([]).ToArray());

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(55)]
    [InlineData(4096)]
    [InlineData(8193)]
    [InlineData(65535)]
    public void Hashes_leaves_as_the_base_class_library_does(int length)
    {
        var entry = new byte[length];
        new Random(length).NextBytes(entry);

        Assert.Equal(SHA256.HashData([0, .. entry]), MerkleTree.Leaf(entry).ToArray());
    }

    [Fact]
    public void Every_inclusion_vector_ends_as_published()
    {
        var wrong = new List<string>();
        foreach (var (name, vector) in Vectors("inclusion"))
        {
            var proof = Proof(vector);
            var problem = proof is null || Empty(vector, "leafHash") || Empty(vector, "root")
                ? new Problem("test", "a hash of another length, which the types refuse")
                : InclusionProof.Verify(
                    Hash(vector, "leafHash"), Long(vector, "leafIdx"), Long(vector, "treeSize"), proof, Hash(vector, "root"));
            if ((problem is not null) != vector.GetProperty("wantErr").GetBoolean())
            {
                wrong.Add(name);
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_consistency_vector_ends_as_published()
    {
        var wrong = new List<string>();
        foreach (var (name, vector) in Vectors("consistency"))
        {
            var proof = Proof(vector);
            var problem = proof is null || Empty(vector, "root1") || Empty(vector, "root2")
                ? new Problem("test", "a hash of another length, which the types refuse")
                : ConsistencyProof.Verify(
                    Long(vector, "size1"), Long(vector, "size2"), proof, Hash(vector, "root1"), Hash(vector, "root2"));
            if ((problem is not null) != vector.GetProperty("wantErr").GetBoolean())
            {
                wrong.Add(name);
            }
        }

        Assert.Empty(wrong);
    }

    private static IEnumerable<(string Name, JsonElement Vector)> Vectors(string kind)
    {
        var root = SharedVectors.Require("vectors", "merkle", "testdata", kind);
        var files = Directory.GetFiles(root, "*.json", SearchOption.AllDirectories);
        Assert.True(files.Length > 90, "The vectors are incomplete.");
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            yield return (Path.GetRelativePath(root, file), document.RootElement.Clone());
        }
    }

    private static TreeHash[]? Proof(JsonElement vector)
    {
        var proof = vector.GetProperty("proof");
        if (proof.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        var hashes = proof.EnumerateArray().Select(hash => hash.GetBytesFromBase64()).ToArray();
        return hashes.Any(hash => hash.Length != TreeHash.SizeBytes) ? null : [.. hashes.Select(hash => new TreeHash(hash))];
    }

    // Some vectors write a placeholder text for a root; its hash keeps "same" and "other" as they were.
    private static TreeHash Hash(JsonElement vector, string name)
    {
        var bytes = vector.GetProperty(name).GetBytesFromBase64();
        return new TreeHash(bytes.Length == TreeHash.SizeBytes ? bytes : SHA256.HashData(bytes));
    }

    private static bool Empty(JsonElement vector, string name) =>
        vector.GetProperty(name) is var hash && (hash.ValueKind == JsonValueKind.Null || hash.GetString()!.Length == 0);

    private static long Long(JsonElement vector, string name)
    {
        var number = vector.GetProperty(name).GetUInt64();
        return number > long.MaxValue ? long.MaxValue : (long)number;
    }
}
