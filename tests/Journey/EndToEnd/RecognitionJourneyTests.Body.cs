using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using Mortanba.Host.Demo;
using Mortanba.Recognition;

namespace Mortanba.Journey.Tests.EndToEnd;

/// <summary>The steps of the body: intake, comparison, decision, review.</summary>
public sealed partial class RecognitionJourneyTests
{
    /// <summary>Everything that is missing in one list; it is answered, and nothing else can be asked for any more.</summary>
    private async Task AskOnceAsync(IPage officer, IPage applicant)
    {
        string[] missing = ["identity", "translation"];
        await officer.GotoAsync(console);
        Assert.True(await officer.Locator("#missing input[name=missing]").CountAsync() > missing.Length);
        foreach (var item in missing)
        {
            await officer.CheckAsync($"#missing input[value={item}]");
            await officer.FillAsync($"[id='why-{item}']", $"There is no {item} yet.");
        }

        await officer.ClickAsync("form[action$='/missing'] button");
        await officer.WaitForSelectorAsync("#missing ul li");

        await applicant.ReloadAsync();
        Assert.Equal(missing.Length, await applicant.Locator("section[aria-labelledby=missing] ol > li").CountAsync());
        foreach (var item in missing)
        {
            await UploadAsync(applicant, item, new FilePayload { Name = item + ".pdf", MimeType = "application/pdf", Buffer = OnePagePdf.Of(item) });
        }

        await applicant.ClickAsync("#answered");
        await applicant.WaitForSelectorAsync("main:not(:has(#answered))");

        await officer.ReloadAsync();
        Assert.Equal(missing, await officer.EvalOnSelectorAllAsync<string[]>("#missing input[name=missing]", "boxes => boxes.map(b => b.value)"));
    }

    /// <summary>Intake ended, people named, the document found authentic by the issuer's register, the issuer found entitled.</summary>
    private async Task TakeInAsync(IPage officer)
    {
        await officer.ClickAsync("form[action$='/complete'] button");
        await officer.WaitForSelectorAsync("#authenticity");
        await officer.SelectOptionAsync("#evaluator", new SelectOptionValue { Label = "Demo Evaluator" });
        await officer.SelectOptionAsync("#second", new SelectOptionValue { Label = "Second Demo Evaluator" });
        await officer.SelectOptionAsync("#maker", new SelectOptionValue { Label = "Demo Decision Maker" });
        await officer.ClickAsync("form[action$='/assign'] button");
        await officer.WaitForSelectorAsync(
            "#evaluator option:first-child:has-text('Demo Evaluator')", new() { State = WaitForSelectorState.Attached });
        // What the machine found in the applicant's own diploma stands there with the receipt; the foreign one is nobody's proof.
        Assert.Equal(1, await officer.Locator("#documents .evid .mono").CountAsync());

        await officer.SelectOptionAsync("#item", DocumentItems.RegisterExtract);
        await officer.SetInputFilesAsync("#file", new FilePayload
        {
            Name = "register.txt",
            MimeType = "text/plain",
            Buffer = Encoding.UTF8.GetBytes("The programme has no course on the safety of structures."),
        });
        await officer.ClickAsync("form[action$='/evidence'] button");
        await officer.WaitForSelectorAsync("#authenticity label:has-text('register.txt')");
        await officer.CheckAsync("#authenticity input[value=confirmed]");
        await officer.SelectOptionAsync("#way", BasisRecord.Code(AuthenticityWay.IssuerRegister));
        await officer.CheckAsync("#authenticity label:has-text('register.txt') input");
        await officer.ClickAsync("#authenticity button.primary");

        await officer.CheckAsync("#right input[value=entitled]");
        await officer.CheckAsync("#right label:has-text('register.txt') input");
        await officer.ClickAsync("#right button.primary");
        // What was found stands there closed, to be found anew.
        await officer.WaitForSelectorAsync("details#right");
    }

    /// <summary>A substantial difference on the body's own evidence; a refusal without it is neither offered nor taken.</summary>
    private async Task CompareAsync(string name)
    {
        var (first, second) = (await staff.PageAsync(DemoPeople.Evaluator), await staff.PageAsync(DemoPeople.OtherEvaluator));
        await first.GotoAsync(console + "/compare");
        var parts = name.Split(' ', '-');
        Assert.DoesNotContain(parts[0], await first.ContentAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(parts[1], await first.ContentAsync(), StringComparison.OrdinalIgnoreCase);

        // Software reads the foreign PDF; what it found counts for nothing before somebody confirms it.
        await first.ClickAsync("form[action*='/suggest?'] button");
        await first.ClickAsync("form[action*='/compare/suggestion'] button[value=confirm] >> nth=0");
        await first.WaitForSelectorAsync("#elements");

        // On the applicant's papers alone: refused, and what was typed is kept.
        await FillInAsync(first, isSubstantial: true);
        await first.CheckAsync("label:not(:has(small)) >> [name='evidence.profile'] >> nth=0");
        await first.ClickAsync("button[value=finish]");
        await first.WaitForSelectorAsync("main .errors");
        Assert.Equal(Why, await first.InputValueAsync("#why-profile"));
        await RefuseAnywayAsync(first);

        // The body shows it.
        await FillInAsync(first, isSubstantial: true);
        await first.CheckAsync("label:has(small) >> [name='evidence.profile'] >> nth=0");
        await first.ClickAsync("button[value=finish]");
        await first.WaitForSelectorAsync("main:not(:has(.errors)) #elements");

        await second.GotoAsync(console + "/compare");
        await FillInAsync(second, isSubstantial: false);
        await second.ClickAsync("button[value=finish]");
        await second.WaitForSelectorAsync("#evidence ~ div section.flush");

        // One evaluator alone is not enough against the holder: said beside the choice, and refused when it is sent all the same.
        await first.GotoAsync(console + "/compare");
        Assert.True(await first.IsDisabledAsync("input[name=outcome][value=refusal]"));
        Assert.NotEmpty((await first.TextContentAsync("#no-refusal"))!);
        await RefuseAnywayAsync(first);

        await first.CheckAsync("input[name=outcome][value=conditional]");
        await first.FillAsync("#measure-profile", Measure);
        await first.FillAsync("#until-profile", Day(300));
        await first.ClickAsync("#proposal button.primary");
        await first.WaitForSelectorAsync("main:not(:has(#proposal))");
    }

    /// <summary>Somebody who writes the form themselves.</summary>
    private static async Task RefuseAnywayAsync(IPage page)
    {
        await page.EvaluateAsync("""
            () => {
                const form = document.querySelector('#proposal');
                for (const [name, value] of [['outcome', 'refusal'], ['measure.profile', 'Study more.']]) {
                    form.querySelectorAll(`[name="${name}"]`).forEach(field => field.disabled = true);
                    form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
                }
                document.querySelectorAll('main .errors').forEach(old => old.remove());
                form.submit();
            }
            """);
        await page.WaitForSelectorAsync("main .errors");
        Assert.EndsWith("/propose", page.Url, StringComparison.Ordinal);
    }

    /// <summary>The five elements; the difference in the profile says why it matters.</summary>
    private static async Task FillInAsync(IPage page, bool isSubstantial)
    {
        foreach (var element in Elements)
        {
            var isIt = isSubstantial && element == BasisRecord.Code(Element.Profile);
            var difference = BasisRecord.Code(isIt ? Difference.Substantial : Difference.None);
            await page.CheckAsync($"[name='difference.{element}'][value={difference}]", new() { Force = true });
            await page.FillAsync($"[id='here-{element}']", "6B07301");
            if (!isIt)
            {
                await page.CheckAsync($"[name='evidence.{element}'] >> nth=0");
                continue;
            }

            if (!await page.IsVisibleAsync($"[id='why-{element}']"))
            {
                await page.ClickAsync($"section:has([id='el-{element}']) summary");
            }

            await page.CheckAsync($"[name='ground.{element}'][value={BasisRecord.Code(DifferenceGround.Content)}]");
            await page.FillAsync($"[id='why-{element}']", Why);
        }
    }

    private async Task DecideAsync()
    {
        var maker = await staff.PageAsync(DemoPeople.DecisionMaker);
        await maker.GotoAsync(console + "/decide");
        Assert.Contains(Measure, await maker.TextContentAsync("main"), StringComparison.Ordinal);
        await maker.FillAsync("#reason", Reason);
        await staff.ProveAsync(maker);
        await maker.ClickAsync("#decide button[value=confirm]");
        await maker.WaitForSelectorAsync("main:not(:has(#decide))");
    }

    private async Task ReviewAsync()
    {
        var reviewer = await staff.PageAsync(DemoPeople.AppealReviewer);
        await reviewer.GotoAsync(console + "/appeal");
        await reviewer.ClickAsync("#take button.primary");
        await reviewer.CheckAsync("input[name=appeal][value=change]");
        Assert.Contains(Words, await reviewer.TextContentAsync("main"), StringComparison.Ordinal);
        await reviewer.FillAsync("#reason", Answer);
        await reviewer.ClickAsync("#appeal details > summary.panel-head");
        await FillInAsync(reviewer, isSubstantial: false);
        await reviewer.CheckAsync("input[name=outcome][value=full]");
        await staff.ProveAsync(reviewer);
        await reviewer.ClickAsync("#appeal button.primary.big");
        await reviewer.WaitForSelectorAsync("main:not(:has(form#appeal))");
    }

    private string Day(int days) => demo.Home.Time.GetUtcNow().AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
