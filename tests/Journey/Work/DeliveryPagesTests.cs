using System.Net;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Journey.Tests.Demo;

namespace Mortanba.Journey.Tests.Work;

[Collection(DemoTests.Name)]
public sealed class DeliveryPagesTests(DemoSite demo)
{
    private const string Own = "940540002029";

    [Fact]
    public async Task The_table_finds_by_number_and_by_name_and_shows_addresses_in_part()
    {
        using var registrar = await Person.SignedInAsync(demo, $"registrar@{Own}.example");
        var line = await BouncedAsync();
        var name = (await demo.StoredAsync($"{line.Series} {line.Number}")).Record.Content.Name;
        foreach (var text in (string[])[line.Number, $"{line.Series} {line.Number}", name.Family.En.ToUpperInvariant(), $"{name.Given.Kk} {name.Family.Kk}"])
        {
            var page = await registrar.PageAsync($"/en/console/{Own}/deliveries?find={Uri.EscapeDataString(text)}");
            Assert.Contains(line.Number, page.Body!.TextContent, StringComparison.Ordinal);
            Assert.Contains("•••••", page.Body.TextContent, StringComparison.Ordinal);
        }

        var html = await (await registrar.GetAsync($"/en/console/{Own}/deliveries")).Content.ReadAsStringAsync();
        Assert.DoesNotContain("graduate-2@post.example", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a@b.example\r\nBcc: c@d.example", "")]
    [InlineData("<script>alert(1)</script>", "")]
    [InlineData("\u202emoc.elpmaxe@a", "")]
    [InlineData("", "+7 701 000 00 0x")]
    [InlineData("", "")]
    public async Task A_hostile_address_is_refused_and_comes_back_as_it_was_typed(string email, string phone)
    {
        using var registrar = await Person.SignedInAsync(demo, $"registrar@{Own}.example");
        var path = $"/en/console/{Own}/deliveries/{(await BouncedAsync()).Asset.Value:D}";
        var answer = await registrar.PostAsync(path + "/contact", await registrar.TokenAsync("/en/sign-in"), ("email", email), ("phone", phone));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.DoesNotContain("<script>alert", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Letters_come_as_a_PDF_with_the_link_or_with_the_code_never_both()
    {
        using var registrar = await Person.SignedInAsync(demo, $"registrar@{Own}.example");
        var asset = (await BouncedAsync()).Asset;
        foreach (var (kind, here, absent) in new[] { ("link", true, false), ("code", false, true) })
        {
            var answer = await registrar.PostAsync(
                $"/en/console/{Own}/deliveries/letters", await registrar.TokenAsync("/en/sign-in"), ("id", asset.Value.ToString("N")), ("kind", kind));
            Assert.Equal("application/pdf", answer.Content.Headers.ContentType!.MediaType);
            var pdf = await answer.Content.ReadAsByteArrayAsync();
            Assert.True(pdf.AsSpan().StartsWith("%PDF"u8));
            // The link of a letter stands in the file as an address that can be clicked.
            Assert.Equal(here, pdf.AsSpan().IndexOf("/claim/"u8) >= 0);
            Assert.Equal(absent, pdf.AsSpan().IndexOf("/claim/"u8) < 0);
        }
    }

    [Fact]
    public async Task Who_only_reads_sends_nothing_and_another_institutions_diploma_is_not_there()
    {
        var asset = (await BouncedAsync()).Asset.Value;
        using var auditor = await Person.SignedInAsync(demo, $"auditor@{Own}.example");
        using var other = await Person.SignedInAsync(demo, "registrar@980940003039.example");
        foreach (var act in (string[])["contact", "send", "code", "bounced", "letter"])
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await auditor.PostAsync(
                $"/en/console/{Own}/deliveries/{asset:D}/{act}", await auditor.TokenAsync("/en/sign-in"))).StatusCode);
            var foreign = await other.PostAsync(
                $"/en/console/980940003039/deliveries/{asset:D}/{act}", await other.TokenAsync("/en/sign-in"), ("email", "x@y.example"));
            Assert.True(foreign.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.UnprocessableEntity, $"{act}: {foreign.StatusCode}");
        }
    }

    /// <summary>The demonstration's diploma whose message came back.</summary>
    private async Task<DeliveryLine> BouncedAsync()
    {
        await using var connection = await demo.Home.Database.ConnectAsync();
        return (await DeliveryTable.PageAsync(connection, Bin.Parse(Own), new DeliveryFilter("bounced"), 0, 1)).Lines.Single();
    }
}
