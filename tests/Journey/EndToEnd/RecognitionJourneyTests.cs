using Microsoft.Playwright;
using Mortanba.Host.Demo;
using Mortanba.Journey.Tests.Demo;
using Mortanba.Journey.Tests.Site;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Journey.Tests.EndToEnd;

/// <summary>
/// A qualification from abroad on its whole way through the real site in Chromium, once in each language: guide, account, case, one list of
/// what is missing, comparison, a refusal that cannot be, a decision on conditions, the appeal, and both certificates on the public page and
/// without a network. Elements are found by what they are, so that the same steps serve the three languages.
/// </summary>
[Collection(DemoTests.Name)]
public sealed partial class RecognitionJourneyTests(DemoSite demo, Chromium chromium, RecognitionStaff staff) : IClassFixture<RecognitionStaff>
{
    private const string Password = "a long sentence for the applicant";
    private const string Awarded = "2024-06-30";
    private const string Why = "What is to be studied here builds on it.";
    private const string Measure = "Pass the course on the safety of structures.";
    private const string Reason = "Compared in five elements; one course is missing.";
    private const string Words = "The course is on page 2 of the annex.";
    private const string Answer = "It is there, as the applicant says.";

    private static readonly string[] Elements = [.. Enum.GetValues<Element>().Select(BasisRecord.Code)];

    // Subjects that no other case of the demonstration is like: another's outcome would ask for a reason to deviate.
    private static readonly (string Title, string Field, string Institution)[] Awards =
    [
        ("Bachelor of Architecture", "0731", "Invented College of Building"),
        ("Bachelor of Horticulture", "0812", "Invented College of Gardens"),
        ("Bachelor of Nautical Science", "1041", "Invented College of the Sea"),
    ];

    private string console = "";

    public static TheoryData<string, int> Ways => new() { { "kk", 0 }, { "ru", 1 }, { "en", 2 } };

    [Theory]
    [MemberData(nameof(Ways))]
    [Trait("Requirement", "RQ-1")]
    [Trait("Requirement", "RQ-5")]
    [Trait("Requirement", "RQ-6")]
    [Trait("Requirement", "RQ-7")]
    [Trait("Requirement", "RQ-8")]
    [Trait("Requirement", "RQ-14")]
    [Trait("Requirement", "RQ-15")]
    [Trait("Requirement", "RQ-16")]
    [Trait("Requirement", "RQ-17")]
    [Trait("Requirement", "RQ-18")]
    [Trait("Requirement", "RQ-22")]
    [Trait("Requirement", "RQ-27")]
    public async Task From_the_guide_to_a_decision_that_an_appeal_changed(string language, int place)
    {
        Chromium.SkipUnlessPresent();
        var name = $"Aigerim Journeykyzy-{language}";
        var applicant = await chromium.PageAsync(390);
        await ReadGuideAsync(applicant, language);
        await SignUpAsync(applicant, $"newcomer-{language}@journey.example");
        var mine = await FileAsync(applicant, Awards[place], name);
        console = $"{demo.Site}/{language}/console/recognition/cases/{mine[(mine.LastIndexOf('/') + 1)..]}";

        var officer = await staff.PageAsync(DemoPeople.RecognitionOfficer);
        await AskOnceAsync(officer, applicant);
        await TakeInAsync(officer);
        // The clock runs: a mark for each day of the limit.
        await applicant.ReloadAsync();
        Assert.Equal(staff.LimitDays, await applicant.Locator(".days i").CountAsync());
        await CompareAsync(name);
        await DecideAsync();
        var (first, certificate) = await ReadAndAppealAsync(applicant);
        await ReviewAsync();
        var (second, _) = await DownloadAsync(applicant);
        await CheckInPublicAsync(language, first, second);
        await CheckWithoutNetworkAsync(language, second, certificate);
        await applicant.Context.CloseAsync();
    }

    /// <summary>Asked by country, day and purpose; law, time limit and documents before anything is filed.</summary>
    private async Task ReadGuideAsync(IPage page, string language)
    {
        await page.GotoAsync($"{demo.Site}/{language}/recognition");
        await page.SelectOptionAsync("#country", "DE");
        await page.FillAsync("#awarded", Awarded);
        await page.SelectOptionAsync("#purpose", BasisRecord.Code(RecognitionPurpose.FurtherStudy));
        await page.ClickAsync("main form button.primary");
        await page.WaitForSelectorAsync("h2#law");
        var limit = await page.TextContentAsync("section[aria-labelledby=facts] dl > div >> nth=0");
        Assert.Contains($"{staff.LimitDays}", limit, StringComparison.Ordinal);
        Assert.Equal(4, await page.Locator("section[aria-labelledby=bring] ol > li").CountAsync());
        Assert.True(await page.Locator("section[aria-labelledby=treaties] tbody tr").CountAsync() > 1);
        await page.ClickAsync("main a.primary[href*='/recognition/apply?']");
    }

    private async Task SignUpAsync(IPage page, string email)
    {
        await page.FillAsync("#email", email);
        await page.ClickAsync("main form button.primary");
        await page.WaitForSelectorAsync("section.note.ok");
        await page.GotoAsync(await PeopleJourneyTests.LinkToAsync(demo, email, "apply"));
        await page.FillAsync("#name", "Journey Applicant");
        await page.FillAsync("#password", Password);
        await page.ClickAsync("main form button.primary");
        await page.WaitForSelectorAsync("#institution0");
    }

    /// <summary>What was asked in the guide stands in the form; a foreign PDF and a diploma of this platform; gives the address of the case.</summary>
    private async Task<string> FileAsync(IPage page, (string Title, string Field, string Institution) award, string name)
    {
        Assert.Equal((Awarded, "DE"), (await page.InputValueAsync("#awarded"), await page.InputValueAsync("#country0")));
        await page.FillAsync("#name", name);
        await page.FillAsync("#born", "1999-03-04");
        await page.FillAsync("#title", award.Title);
        await page.SelectOptionAsync("#isced", "6");
        await page.FillAsync("#institution0", award.Institution);
        await page.ClickAsync("main details >> nth=1");
        await page.FillAsync("#field", award.Field);
        await page.ClickAsync("main form button.primary");

        await page.WaitForSelectorAsync("#f-document");
        var documents = page.Url;
        await UploadAsync(page, "document", new FilePayload
        {
            Name = "Urkunde.pdf",
            MimeType = "application/pdf",
            Buffer = OnePagePdf.Of($"{award.Institution}: {award.Title}, {name}, {Awarded}, 180 ECTS"),
        });
        Assert.Equal(0, await page.Locator(".badge.ok").CountAsync());
        var own = demo.Samples("genuine")[1];
        await UploadAsync(page, DocumentItems.Other, own);
        Assert.Equal(1, await page.Locator($"li:has-text('{Path.GetFileName(own)}') .badge.ok").CountAsync());

        await page.ClickAsync("a.primary[href$='/file']");
        await page.CheckAsync("#read");
        await page.ClickAsync("main form button.primary");
        await page.WaitForSelectorAsync("#documents");
        Assert.Equal(documents, page.Url + "/documents");
        return page.Url;
    }

    private static async Task UploadAsync<TFile>(IPage page, string item, TFile file)
    {
        var field = page.Locator($"[id='f-{item}']");
        await (file is FilePayload made ? field.SetInputFilesAsync(made) : field.SetInputFilesAsync($"{file}"));
        var lines = await page.Locator("a[href*='/documents/']").CountAsync();
        await page.ClickAsync($"form:has([id='f-{item}']) button");
        await page.Locator("a[href*='/documents/']").Nth(lines).WaitForAsync();
    }

    /// <summary>Reasons, condition, letter; then the appeal. Gives the files of the first decision.</summary>
    private static async Task<(byte[] Letter, byte[] Certificate)> ReadAndAppealAsync(IPage page)
    {
        var files = await DownloadAsync(page);
        var said = await page.TextContentAsync("main");
        foreach (var expected in (string[])[Reason, Why, Measure, "Demo Decision Maker"])
        {
            Assert.Contains(expected, said, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Demo Evaluator", said, StringComparison.Ordinal);
        await page.FillAsync("#words", Words);
        await page.ClickAsync("form[action$='/appeal'] button.primary");
        await page.WaitForSelectorAsync("#appeal");
        return files;
    }

    /// <summary>Letter and certificate of the decision in force, from the page of the case.</summary>
    private static async Task<(byte[] Letter, byte[] Certificate)> DownloadAsync(IPage page)
    {
        await page.ReloadAsync();
        return (await TakeAsync("letter.pdf"), await TakeAsync("certificate"));

        async Task<byte[]> TakeAsync(string name)
        {
            var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync($"a.btn[href$='/{name}'] >> nth=0"));
            return await File.ReadAllBytesAsync((await download.PathAsync())!);
        }
    }

    /// <summary>A stranger drops both letters on the public page, and asks for both numbers.</summary>
    private async Task CheckInPublicAsync(string language, byte[] first, byte[] second)
    {
        var page = await chromium.PageAsync(1280);
        var numbers = new List<string>();
        foreach (var (letter, verdict) in new[] { (first, "hold"), (second, "ok") })
        {
            await page.GotoAsync($"{demo.Site}/{language}");
            await page.SetInputFilesAsync("#f", new FilePayload { Name = "letter.pdf", MimeType = "application/pdf", Buffer = letter });
            await page.ClickAsync("#bring .row > button.primary");
            Assert.True(await page.WaitForSelectorAsync("section.verdict." + verdict) is not null);
            numbers.Add((await page.TextContentAsync(".crumbs [aria-current=page]"))!.Trim());
        }

        await page.GotoAsync($"{demo.Site}/{language}/n/{Packed(numbers[1])}");
        Assert.Equal(1, await page.Locator("main .state.ok").CountAsync());
        await page.GotoAsync($"{demo.Site}/{language}/n/{Packed(numbers[0])}");
        Assert.Equal(1, await page.Locator("main .state.hold").CountAsync());
        Assert.Equal(1, await page.Locator($"main a[href$='/n/{Packed(numbers[1])}']").CountAsync());
        Assert.DoesNotContain("Journeykyzy", await page.ContentAsync(), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    /// <summary>The program in a place without a network, and the page that is one file.</summary>
    private async Task CheckWithoutNetworkAsync(string language, byte[] letter, byte[] certificate)
    {
        var folder = Directory.CreateTempSubdirectory("mortanba-letter-");
        try
        {
            var (pdf, file) = (Path.Combine(folder.FullName, "letter.pdf"), Path.Combine(folder.FullName, "certificate.json"));
            await File.WriteAllBytesAsync(pdf, letter);
            await File.WriteAllBytesAsync(file, certificate);
            string[] arguments = ["verify", pdf, file, "--trust", demo.Trust, "--offline", "--lang", language];
            var ended = await (await Programs.CanCutTheNetworkAsync()
                ? Programs.MortanbaWithoutNetworkAsync(arguments)
                : Programs.MortanbaAsync(arguments));
            Assert.True(ended.Exit == 0, ended.ToString());

            var offline = Path.Combine(AppContext.BaseDirectory, "verifier.html");
            if (File.Exists(offline))
            {
                var page = await chromium.PageAsync(768);
                await page.Context.SetOfflineAsync(true);
                await page.GotoAsync($"{new Uri(offline)}#{language}");
                await page.SetInputFilesAsync("#f", [demo.Trust, pdf]);
                await page.WaitForSelectorAsync(".verdict.ok");
                await page.Context.CloseAsync();
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Packed(string number) => number.Replace(" ", "", StringComparison.Ordinal);
}
