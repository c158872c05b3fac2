using System.Net;
using System.Text;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Journey.Tests.Demo;

namespace Mortanba.Journey.Tests.Site;

/// <summary>What the code on paper opens: enough to see altered paper, and nothing that does not stand on it.</summary>
[Collection(DemoTests.Name)]
public sealed class PaperCopyTests(DemoSite demo)
{
    [Fact]
    [Trait("Requirement", "DA-16")]
    [Trait("Requirement", "DA-27")]
    public async Task The_page_behind_the_code_shows_names_award_and_grades_and_no_number_of_the_person()
    {
        var diploma = await demo.StoredAsync(DemoSite.NumberOf(demo.Samples("genuine")[0]));
        var content = diploma.Record.Content;
        foreach (var language in Languages.All)
        {
            var page = await demo.GetAsync($"/{language.Tag()}/q/{diploma.Record.Capability}");
            var shown = page.QuerySelector(".compare")!.TextContent;
            Assert.Contains(content.Name.In(Language.Kk), shown, StringComparison.Ordinal);
            Assert.Contains(content.Programme.Qualification.In(language), shown, StringComparison.Ordinal);
            Assert.Contains(content.FullNumber, shown, StringComparison.Ordinal);
            Assert.Contains(content.Courses[^1].Name.In(language), shown, StringComparison.Ordinal);
            var html = page.DocumentElement.OuterHtml;
            Assert.DoesNotContain(content.Iin.Value, html, StringComparison.Ordinal);
            Assert.DoesNotContain(content.StudentNumber, html, StringComparison.Ordinal);
            Assert.DoesNotContain(
                page.QuerySelectorAll("dt"), e => e.TextContent is "Туған күні" or "Дата рождения" or "Date of birth");
        }
    }

    [Fact]
    [Trait("Requirement", "DA-16")]
    public async Task The_pdf_behind_the_code_verifies_and_tells_no_more_than_the_page()
    {
        var diploma = await demo.StoredAsync(DemoSite.NumberOf(demo.Samples("genuine")[0]));
        var content = diploma.Record.Content;
        using var response = await demo.Client.GetAsync($"/kk/q/{diploma.Record.Capability}/pdf");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/pdf", response.Content.Headers.ContentType!.MediaType);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Contains("noindex", response.Headers.GetValues("X-Robots-Tag").Single(), StringComparison.Ordinal);
        var pdf = await response.Content.ReadAsByteArrayAsync();
        Assert.InRange(pdf.Length, 10_000, 110_000);
        Assert.Equal("in-force", (await demo.ApiVerifyAsync(pdf)).GetProperty("verdict").GetString());

        var inside = DiplomaFile.Parse(PdfDiploma.Find(pdf).Value).Value;
        Assert.Null(inside.Vc);
        var disclosed = string.Concat(inside.SdJwt!.Split('~')[1..^1].Select(Disclosure));
        Assert.Contains(content.Programme.Qualification.En, disclosed, StringComparison.Ordinal);
        Assert.DoesNotContain(content.Iin.Value, disclosed, StringComparison.Ordinal);
        Assert.DoesNotContain(content.StudentNumber, disclosed, StringComparison.Ordinal);
        Assert.DoesNotContain("birthdate", disclosed, StringComparison.Ordinal);
        if (Programs.Find("pdftotext"))
        {
            var file = Path.Combine(demo.Directory, "copy.pdf");
            await File.WriteAllBytesAsync(file, pdf);
            var text = (await Programs.RunAsync("pdftotext", [file, "-"])).Out;
            Assert.Contains(content.Name.In(Language.Kk), text, StringComparison.Ordinal);
            Assert.DoesNotContain(content.StudentNumber, text, StringComparison.Ordinal);
            Assert.DoesNotContain(
                content.BirthDate.ToString("dd'/'MM'/'yyyy", System.Globalization.CultureInfo.InvariantCulture), text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_unknown_code_opens_neither_page_nor_pdf()
    {
        foreach (var path in (string[])["/en/q/AAAAAAAAAAAAAAAAAAAAAA", "/en/q/AAAAAAAAAAAAAAAAAAAAAA/pdf"])
        {
            using var response = await demo.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.True(response.Headers.CacheControl!.NoStore);
        }
    }

    private static string Disclosure(string encoded) =>
        Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(encoded));
}
