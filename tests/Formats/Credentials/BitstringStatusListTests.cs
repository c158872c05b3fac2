using System.Buffers.Text;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Formats.Tests.Credentials;

public class BitstringStatusListTests
{
    private const string Url = "https://site.example/status-lists/1/revocation";
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 21, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_index_that_was_set_reads_as_set_and_its_neighbours_do_not()
    {
        var bits = new byte[BitstringStatusList.EntryCountMin / 8];
        int[] set = [0, 7, 8, 94_567, BitstringStatusList.EntryCountMin - 1];
        Array.ForEach(set, i => BitstringStatusList.Set(bits, i, true));
        BitstringStatusList.Set(bits, 9, true);
        BitstringStatusList.Set(bits, 9, false);
        Assert.Equal(0b1000_0001, bits[0]); // index 0 is the most significant bit of the first byte

        var list = Read(List(bits)).Value;
        foreach (var index in set.Concat([1, 6, 9, 94_566, 94_568]))
        {
            var status = list.StatusOf(Entry(index)).Value;
            Assert.Equal(set.Contains(index) ? 1 : 0, status.Value);
        }

        Assert.Equal(TimeSpan.FromMinutes(5), list.TimeToLive);
        Assert.Equal(Now.AddDays(1), list.ValidUntil);
    }

    [Fact]
    public void The_list_of_the_specification_example_unpacks_to_its_length()
    {
        // Bitstring Status List 1.0, example 4.
        const string Encoded = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA";
        var list = Read(Changed(n => n["credentialSubject"]!["encodedList"] = Encoded)).Value;
        Assert.Equal(BitstringStatusList.EntryCountMin, list.SizeBits);
        Assert.Equal(0, list.StatusOf(Entry(94_567)).Value.Value);
    }

    [Fact]
    public void A_list_credential_is_canonical_and_structurally_a_credential_and_its_proof_holds()
    {
        var key = P256PrivateKey.Generate();
        var did = DidResolver.KeyDid(key.ToPublicKey());
        var unsigned = BitstringStatusList.WriteCredential(
            Url, "revocation", new byte[BitstringStatusList.EntryCountMin / 8], did, Now, Now.AddDays(1));
        var signed = DataIntegrity.SignCanonical(unsigned, new ProofOptions(did + "#" + key.Multibase(), Now), key);
        using var document = JsonDocument.Parse(signed);

        Assert.True(Jcs.IsCanonical(document.RootElement, signed));
        Assert.Equal(did, VerifiableCredential.Read(document.RootElement).Value.IssuerId);
        Assert.True(ProofVerifier.Verify(
            document.RootElement,
            new ProofDemand(did, Now),
            (id, purpose) => DidResolver.ResolveLocally(id).Then(d => d.Find(id, purpose))).IsDone);
        Assert.True(BitstringStatusList.Read(document.RootElement).IsDone);
    }

    [Fact]
    public void A_list_that_unpacks_beyond_the_limit_is_refused_while_it_unpacks()
    {
        var bomb = Packed(new byte[64 * 1024 * 1024]);
        Assert.True(bomb.Length < 200_000);
        Assert.Equal(
            "credentials/status-list-too-large",
            Read(Changed(n => n["credentialSubject"]!["encodedList"] = bomb)).Problem?.Code);
    }

    [Fact]
    public void A_list_one_byte_too_short_is_refused() =>
        Assert.Equal(
            "credentials/status-list-too-short",
            Read(Changed(n => n["credentialSubject"]!["encodedList"] = Packed(new byte[16_383]))).Problem?.Code);

    [Theory]
    [InlineData("encodedList", "\"H4sI\"")]
    [InlineData("encodedList", "\"uAAAA\"")]
    [InlineData("encodedList", "\"u\"")]
    [InlineData("encodedList", "7")]
    [InlineData("statusPurpose", "null")]
    [InlineData("type", "\"StatusList2021\"")]
    public void A_list_out_of_form_is_refused(string member, string value) =>
        Assert.Equal(
            "credentials/malformed-status-list",
            Read(Changed(n => n["credentialSubject"]![member] = JsonNode.Parse(value))).Problem?.Code);

    [Fact]
    public void The_status_of_another_list_purpose_or_index_is_never_told()
    {
        var list = Read(List(new byte[BitstringStatusList.EntryCountMin / 8])).Value;
        Assert.Equal(
            "credentials/status-index-out-of-range", list.StatusOf(Entry(BitstringStatusList.EntryCountMin)).Problem?.Code);
        Assert.Equal(
            "credentials/status-purpose-mismatch", list.StatusOf(Entry(1) with { Purpose = "suspension" }).Problem?.Code);
        Assert.Equal(
            "credentials/status-list-mismatch", list.StatusOf(Entry(1) with { ListUri = Url + "2" }).Problem?.Code);
        Assert.Equal("credentials/status-list-too-short", list.StatusOf(Entry(1) with { SizeBits = 2 }).Problem?.Code);
    }

    [Fact]
    public void A_message_entry_reads_its_two_bits_and_its_word()
    {
        var bits = new byte[BitstringStatusList.EntryCountMin / 4];
        bits[1] = 0b1100_0000; // entry 4 of two bits: value 3
        var list = Read(Changed(n =>
        {
            n["credentialSubject"]!["statusPurpose"] = new JsonArray("revocation", "message");
            n["credentialSubject"]!["encodedList"] = BitstringStatusList.Encode(bits);
        })).Value;
        var entry = ReadEntry(
            $$"""
            {"type":"BitstringStatusListEntry","statusPurpose":"message","statusListIndex":"4","statusSize":2,
            "statusListCredential":"{{Url}}","statusMessage":[{"status":"0x0","message":"a"},{"status":"0x1","message":"b"},
            {"status":"0x2","message":"c"},{"status":"0x3","message":"d"}]}
            """).Value;
        Assert.Equal(new StatusResult("message", 3, "d"), list.StatusOf(entry).Value);
    }

    [Theory]
    [InlineData("""{"type":"StatusList2021Entry","statusListIndex":"1"}""", "credentials/unknown-status-type")]
    [InlineData("""{"type":"1EdTechRevocationList","id":"https://x.example/1"}""", "credentials/unknown-status-type")]
    [InlineData("""{}""", "credentials/unknown-status-type")]
    [InlineData("""7""", "credentials/malformed-status")]
    [InlineData("""{"type":"BitstringStatusListEntry"}""", "credentials/malformed-status")]
    [InlineData(
        """{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListCredential":"https://x.example","statusListIndex":1}""",
        "credentials/malformed-status")]
    [InlineData(
        """{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListCredential":"https://x.example","statusListIndex":"-1"}""",
        "credentials/malformed-status")]
    [InlineData(
        """{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListCredential":"https://x.example","statusListIndex":"1e3"}""",
        "credentials/malformed-status")]
    [InlineData(
        """{"type":"BitstringStatusListEntry","statusListCredential":"https://x.example","statusListIndex":"1"}""",
        "credentials/malformed-status")]
    [InlineData(
        """{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListCredential":"x","statusListIndex":"1"}""",
        "credentials/malformed-status")]
    [InlineData(
        """{"id":"https://x.example","type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListCredential":"https://x.example","statusListIndex":"1"}""",
        "credentials/malformed-status")]
    [InlineData(
        """{"type":"BitstringStatusListEntry","statusPurpose":"message","statusListCredential":"https://x.example","statusListIndex":"1"}""",
        "credentials/malformed-status")]
    public void An_entry_that_cannot_be_read_says_so(string json, string code) =>
        Assert.Equal(code, ReadEntry(json).Problem?.Code);

    [Fact]
    public void Every_entry_is_read_and_not_the_first_alone()
    {
        using var document = JsonDocument.Parse(
            $$"""
            {"credentialStatus":[{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"1",
            "statusListCredential":"{{Url}}"},{"type":"Unknown"}]}
            """);
        var entries = BitstringStatusEntry.ReadAll(document.RootElement);
        Assert.Equal(2, entries.Count);
        Assert.True(entries[0].IsDone);
        Assert.Equal("credentials/unknown-status-type", entries[1].Problem?.Code);
    }

    [Theory]
    [InlineData("""{"credentialStatus":[]}""")]
    [InlineData("""{"credentialStatus":null}""")]
    public void An_empty_status_is_not_taken_for_no_status(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal("credentials/malformed-status", Assert.Single(BitstringStatusEntry.ReadAll(document.RootElement)).Problem?.Code);
    }

    private static BitstringStatusEntry Entry(long index) =>
        new("revocation", index, Url, 1, new Dictionary<int, string>());

    private static byte[] List(byte[] bits) => BitstringStatusList.WriteCredential(
        Url, "revocation", bits, "did:web:site.example", Now, Now.AddDays(1), TimeSpan.FromMinutes(5));

    private static byte[] Changed(Action<JsonNode> change)
    {
        var node = JsonNode.Parse(List(new byte[BitstringStatusList.EntryCountMin / 8]))!;
        change(node);
        return Jcs.Canonicalize(node);
    }

    private static Outcome<BitstringStatusList> Read(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return BitstringStatusList.Read(document.RootElement);
    }

    private static Outcome<BitstringStatusEntry> ReadEntry(string json)
    {
        using var document = JsonDocument.Parse(json);
        return BitstringStatusEntry.Read(document.RootElement);
    }

    private static string Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return "u" + Base64Url.EncodeToString(packed.ToArray());
    }
}
