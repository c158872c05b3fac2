using System.Text;
using System.Text.Json;
using Mortanba.Credentials;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Journey.Tests.Demo;
using Mortanba.Verification;

namespace Mortanba.Journey.Tests.EndToEnd;

/// <summary>
/// One row of a list on its whole way: checked, signed, ledgered, delivered, and verified as every form, by every door.
/// Read this first.
/// </summary>
[Collection(DemoTests.Name)]
public sealed class DiplomaFlowTests(DemoSite demo)
{
    [Fact]
    [Trait("Requirement", "DA-16")]
    [Trait("Requirement", "DA-26")]
    [Trait("Requirement", "DA-28")]
    public async Task One_row_of_a_list_becomes_a_diploma_that_every_door_finds_in_force()
    {
        var (diploma, file, pdf) = await IssueAndDeliverAsync();
        var record = diploma.Record;
        var whole = await File.ReadAllBytesAsync(file);
        var name = record.Content.Name.In(Language.Kk);

        // 1. Offline: the file proves itself with what the trust bundle knows.
        var trust = TrustBundleFile.Parse(await File.ReadAllBytesAsync(demo.Trust)).Value;
        var report = await new Verifier(TimeProvider.System).VerifyAsync(whole, trust, null, CancellationToken.None);
        Assert.Equal(Verdict.InForce, report.Verdict);
        Assert.Equal(record.Initiator.Bin.Value, report.Issuer!.InitiatorBin);
        Assert.Equal(demo.Home.Settings.OperatorBin, report.Issuer.OperatorBin);
        Assert.DoesNotContain(report.Checks, check => check.State is CheckState.Failed);

        // 2. The API answers the same for the file, the PDF, and each signed form alone.
        string[] forms = [diploma.Forms.SdJwtText, Encoding.UTF8.GetString(diploma.Forms.Vc), Link(diploma).ToString()];
        foreach (var presented in (byte[][])[whole, await File.ReadAllBytesAsync(pdf), .. forms.Select(Encoding.UTF8.GetBytes)])
        {
            var answer = await demo.ApiVerifyAsync(presented);
            Assert.Equal("in-force", answer.GetProperty("verdict").GetString());
            Assert.Equal(record.Initiator.Bin.Value, answer.GetProperty("issuer").GetProperty("bin").GetString());
            Assert.Equal(
                demo.Home.Settings.OperatorBin, answer.GetProperty("issuer").GetProperty("operator").GetProperty("bin").GetString());
        }

        // 3. The web form, without script.
        var page = await demo.PostFileAsync(Language.Kk, Path.GetFileName(pdf), await File.ReadAllBytesAsync(pdf));
        Assert.Contains("ok", page.QuerySelector("section.verdict")!.ClassList);
        Assert.Contains(name, page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(
            record.Initiator.Name.Kk, page.QuerySelector("section[aria-labelledby=wh]")!.TextContent, StringComparison.Ordinal);

        // 4. The number gives state, issuer, programme and date, never a name.
        var byNumber = (await demo.GetAsync($"/ru/n/{record.Content.FullNumber}")).QuerySelector("main")!.TextContent;
        var inCyrillic = record.Content.FullNumber.Replace('B', 'В').Replace('D', 'Д').ToLowerInvariant();
        Assert.NotEqual(record.Content.FullNumber, inCyrillic, StringComparer.OrdinalIgnoreCase);
        Assert.Equal(byNumber, (await demo.GetAsync($"/ru/n/{inCyrillic}")).QuerySelector("main")!.TextContent);
        Assert.Contains(record.Initiator.Name.Ru, byNumber, StringComparison.Ordinal);
        Assert.DoesNotContain(record.Content.Name.Family.Ru, byNumber, StringComparison.Ordinal);

        // 5. The code on paper opens the content to compare.
        var onPaper = await demo.GetAsync($"/kk/q/{record.Capability}");
        Assert.Contains("ok", onPaper.QuerySelector("section.verdict")!.ClassList);
        Assert.Contains(name, onPaper.QuerySelector(".compare")!.TextContent, StringComparison.Ordinal);

        // 6. The command line.
        var ended = await Programs.MortanbaAsync("verify", file, pdf, "--trust", demo.Trust);
        Assert.True(ended.Exit == 0, ended.ToString());
    }

    [Fact]
    [Trait("Requirement", "DA-17")]
    public async Task A_subset_shows_the_chosen_fields_and_still_proves_itself()
    {
        var whole = SdJwt.Parse(Encoding.ASCII.GetBytes(demo.Genuine.SdJwt!)).Value;
        var subset = Presentation.Present(whole, claim => claim.Name is "qualification" or "award_date").Value;
        var answer = await demo.ApiVerifyAsync(subset);
        Assert.Equal("in-force", answer.GetProperty("verdict").GetString());
        var facts = answer.GetProperty("content").GetProperty("facts").EnumerateObject().Select(fact => fact.Name);
        Assert.Equal(["award_date", "qualification"], facts.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_disclosure_that_the_issuer_did_not_sign_is_not_genuine()
    {
        var other = DiplomaFile.Parse(await File.ReadAllBytesAsync(demo.Samples("genuine")[2])).Value.SdJwt!;
        var mixed = demo.Genuine.SdJwt + other.Split('~')[1] + "~";
        var answer = await demo.ApiVerifyAsync(Encoding.ASCII.GetBytes(mixed));
        Assert.Equal("not-genuine", answer.GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task A_form_alone_cannot_be_checked_without_a_network_and_the_answer_says_so()
    {
        var file = Path.Combine(demo.Directory, "alone.sd-jwt");
        await File.WriteAllTextAsync(file, demo.Genuine.SdJwt);
        Assert.Equal(0, (await Programs.MortanbaAsync("verify", file, "--trust", demo.Trust)).Exit);
        Assert.Equal(3, (await Programs.MortanbaAsync("verify", file, "--trust", demo.Trust, "--offline")).Exit);
    }

    [Fact]
    [Trait("Requirement", "DA-28")]
    public async Task Independent_tools_read_the_pdf_and_its_code()
    {
        foreach (var tool in (string[])["qpdf", "pdftotext", "pdftoppm", "zbarimg"])
        {
            Assert.SkipUnless(Programs.Find(tool), $"{tool} is not installed.");
        }

        var pdf = demo.Samples("genuine")[1];
        var diploma = await demo.StoredAsync(DemoSite.NumberOf(pdf));
        var check = await Programs.RunAsync("qpdf", ["--check", pdf]);
        Assert.True(check.Exit == 0, check.ToString());
        var text = await Programs.RunAsync("pdftotext", [pdf, "-"]);
        Assert.Contains(diploma.Record.Content.Name.In(Language.Kk), text.Out, StringComparison.Ordinal);

        var picture = Path.Combine(demo.Directory, "page");
        await Programs.RunAsync("pdftoppm", ["-r", "200", "-f", "1", "-l", "1", "-png", "-singlefile", pdf, picture]);
        var code = (await Programs.RunAsync("zbarimg", ["-q", "--raw", picture + ".png"])).Out.Trim();
        Assert.Equal(Link(diploma).ToString(), code);
        Assert.InRange(code.Length, 600, 900);

        var scanned = Path.Combine(demo.Directory, "scanned.txt");
        await File.WriteAllTextAsync(scanned, code);
        Assert.Equal(0, (await Programs.MortanbaAsync("verify", scanned, "--trust", demo.Trust)).Exit);
        var page = await demo.PostTextAsync(Language.Ru, code);
        Assert.Contains("ok", page.QuerySelector("section.verdict")!.ClassList);
        Assert.NotNull(page.QuerySelector(".compare"));
    }

    private static PaperQr Link(StoredDiploma diploma) =>
        new(diploma.Record.SiteAddress, diploma.Record.Capability, diploma.Forms.PaperText);

    /// <summary>The one sound row of the bad list, as a list of its own.</summary>
    private async Task<(StoredDiploma Diploma, string File, string Pdf)> IssueAndDeliverAsync()
    {
        var bad = Path.Combine(demo.Directory, "lists", "bad-list.csv");
        var rows = await File.ReadAllLinesAsync(bad);
        var courses = await File.ReadAllLinesAsync(Path.ChangeExtension(bad, ".courses.csv"));
        var student = courses[1].Split(';')[0];
        var list = Path.Combine(demo.Directory, "one.csv");
        await File.WriteAllLinesAsync(list, rows[..2]);
        await File.WriteAllLinesAsync(
            Path.ChangeExtension(list, ".courses.csv"),
            courses.Where((row, i) => i == 0 || row.StartsWith(student, StringComparison.Ordinal)));

        var initiator = Bin.Parse(JsonDocument.Parse(
            (await Programs.MortanbaAsync("verify", demo.Samples("genuine")[0], "--trust", demo.Trust, "--json")).Out)
            .RootElement.GetProperty("issuer").GetString()!);
        var issued = await demo.Flow.IssueAsync(new IssueRequest(
            new GraduationList(list), initiator, $"D-{initiator.Value}-1",
            "registrar-1", "rector-1", "rector", "Order 3 (invented)"));
        Assert.True(issued.IsDone, issued.Problem?.Detail);
        Assert.Equal(1, issued.Value.Issued);
        await demo.Flow.PublishAsync(allStatusLists: true);
        var diploma = await demo.StoredAsync(rows[1].Split(';')[0]);
        var delivered = (await new DeliverDiplomas(demo.Home).RunAsync([diploma.Record.Asset]))[0];
        return (diploma, delivered.DiplomaFile, delivered.Pdf);
    }
}
