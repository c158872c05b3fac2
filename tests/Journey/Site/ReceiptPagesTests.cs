using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mortanba.Host;
using Mortanba.Host.Receipts;
using Mortanba.Journey.Tests.Work;

namespace Mortanba.Journey.Tests.Site;

/// <summary>A receipt from the result page's button, brought back to the page that checks it; and the same by the API.</summary>
[Trait("Requirement", "DA-16")]
public sealed partial class ReceiptPagesTests(SmallSite site) : IClassFixture<SmallSite>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_button_gives_a_file_that_the_page_confirms_and_a_changed_one_is_refused()
    {
        using var client = new HttpClient { BaseAddress = new Uri(site.Site) };
        using var shown = new MultipartFormDataContent { { new ByteArrayContent("no diploma"u8.ToArray()), "file", "a.json" } };
        var page = await (await client.PostAsync("/en/verify", shown, Cancel)).Content.ReadAsStringAsync(Cancel);
        using var form = new FormUrlEncodedContent(HiddenPattern().Matches(page).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value));
        var kept = await client.PostAsync("/en/receipts/keep", form, Cancel);
        Assert.Equal((HttpStatusCode.OK, "attachment"), (kept.StatusCode, kept.Content.Headers.ContentDisposition?.DispositionType));
        var file = await kept.Content.ReadAsByteArrayAsync(Cancel);

        foreach (var language in (string[])["kk", "ru", "en"])
        {
            var answer = await BringAsync(client, $"/{language}/receipts", file);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var words = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.Contains("<table", words, StringComparison.Ordinal);
            Assert.DoesNotContain("receipts/", Regex.Replace(words, "(href|action)=\"[^\"]*\"", ""), StringComparison.Ordinal);
        }

        foreach (var (original, isIt) in ((byte[], bool)[])[("no diploma"u8.ToArray(), true), ("another"u8.ToArray(), false)])
        {
            var answer = await BringAsync(client, "/en/receipts", file, original);
            Assert.Equal(isIt ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(
                isIt ? "of this very file" : "not of this file", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        var changed = Encoding.UTF8.GetString(file).Replace("could-not-check", "in-force", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await BringAsync(client, "/en/receipts", Encoding.UTF8.GetBytes(changed))).StatusCode);
        using var forged = new FormUrlEncodedContent(new Dictionary<string, string> { ["content"] = "e30", ["seal"] = "AAAA" });
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync("/en/receipts/keep", forged, Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_program_gets_its_receipt_at_once_and_the_proof_once_the_ledger_has_it()
    {
        using var client = new HttpClient { BaseAddress = new Uri(site.Site) };
        using var body = new ByteArrayContent("nothing"u8.ToArray());
        var file = await (await client.PostAsync("/api/v1/receipts", body, Cancel)).Content.ReadAsByteArrayAsync(Cancel);
        var trust = await TrustBundles.CurrentAsync(site.Home, Cancel);
        var (receipt, _, _) = VerificationReceipt.Check(file, trust).Value;
        Assert.True(receipt.IsOf("nothing"u8));
        var address = "/api/v1/receipts/" + System.Buffers.Text.Base64Url.EncodeToString(receipt.Digest());
        var waits = await client.GetAsync(address, Cancel);
        Assert.Equal("receipts/waits", (await waits.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("code").GetString());

        Assert.True(await new VerificationReceipts(site.Home).RecordIfDueAsync(TimeSpan.Zero, Cancel));
        await site.Home.Log.PublishAsync(Cancel);
        var proof = ReceiptProof.Read(System.Text.Json.Nodes.JsonNode.Parse(await client.GetStringAsync(address, Cancel))!);
        Assert.True(proof!.Verify(receipt.Digest(), trust).IsDone);
        var unknown = await client.GetAsync("/api/v1/receipts/" + new string('A', 43), Cancel);
        Assert.Equal("receipts/unknown", (await unknown.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/api/v1/receipts/x", Cancel)).StatusCode);
    }

    private static async Task<HttpResponseMessage> BringAsync(HttpClient client, string address, byte[] file, byte[]? original = null)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(file), "file", "receipt.json" } };
        if (original is not null)
        {
            form.Add(new ByteArrayContent(original), "original", "a.json");
        }

        return await client.PostAsync(address, form, Cancel);
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"(content|seal)\" value=\"([^\"]*)\"")]
    private static partial Regex HiddenPattern();
}
