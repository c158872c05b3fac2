using System.Net;
using System.Text;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Demo;
using Mortanba.Host.Registering;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Journey.Tests.Work;

/// <summary>Insider controls on the whole way: register, order, refusal, forcing, alarm.</summary>
public sealed class InsiderTests(SmallSite site) : IClassFixture<SmallSite>
{
    private const string Other = "920140004047";

    [Fact]
    [Trait("Requirement", "DA-8")]
    public async Task A_list_beyond_its_order_is_refused_with_its_rows_and_nothing_of_it_is_issued()
    {
        var (list, request) = await OrderedAsync("D-small-1", count: 12, each: 2, first: 610_000);

        var refused = await new DiplomaFlow(site.Home).IssueAsync(request);

        Assert.Equal("permits/gate-refused", refused.Problem?.Code);
        var report = Assert.IsType<GateRefused>(refused.Problem).Report;
        var missing = report.Points.SelectMany(p => p.Missing).ToList();
        Assert.Equal(4, missing.Count(m => m.Code == "permits/beyond-order"));
        Assert.Equal(["4", "7", "10", "13"], missing.Select(m => m.Args["rows"]).OrderBy(r => r.Length).ThenBy(r => r, StringComparer.Ordinal));
        Assert.Equal(0, await IssuedAsync("D-small-1"));
        File.Delete(list.GraduatesFile);
    }

    [Fact]
    [Trait("Requirement", "DA-8")]
    public async Task Two_lists_at_once_do_not_exceed_the_order_and_the_same_list_again_takes_no_place()
    {
        var (_, one) = await OrderedAsync("D-small-2", count: 8, each: 3, first: 620_000);
        var other = More(8, 630_000) is var more ? one with { List = new GraduationList(more.GraduatesFile) } : one;
        // Each fits alone; both together do not.
        var answers = await Task.WhenAll(
            Task.Run(() => new DiplomaFlow(site.Home) { ChunkSize = 2 }.IssueAsync(one)),
            Task.Run(() => new DiplomaFlow(site.Home) { ChunkSize = 2 }.IssueAsync(other)));

        Assert.True(answers.Any(a => a.Problem is not null), "Both lists were issued.");
        Assert.InRange(await IssuedAsync("D-small-2"), 1, 12);
        var (_, again) = await OrderedAsync("D-small-3", count: 4, each: 1, first: 640_000);
        Assert.Equal(4, (await new DiplomaFlow(site.Home).IssueAsync(again)).Value.Issued);
        Assert.Equal(0, (await new DiplomaFlow(site.Home).IssueAsync(again)).Value.Issued);
        Assert.Equal(4, await IssuedAsync("D-small-3"));
    }

    [Fact]
    [Trait("Requirement", "DA-25")]
    public async Task A_replacement_takes_a_place_in_another_programme_and_is_never_for_another_person()
    {
        var (_, request) = await OrderedAsync("D-small-5", count: 4, each: 1, first: 650_000);
        var flow = new DiplomaFlow(site.Home);
        Assert.Equal(4, (await flow.IssueAsync(request)).Value.Issued);
        var issued = new List<StoredDiploma>();
        await using (var connection = await site.Home.Database.ConnectAsync())
        {
            foreach (var one in await new DiplomaRegister(site.Home.Credentials).PageAsync(
                connection, SmallSite.Uni, new RegisterQuery(), 0, 200) is var (rows, _) ? rows : [])
            {
                if (await site.Home.Credentials.LoadAsync(connection, one.Asset) is { } stored && stored.Record.Permission.Decision == "D-small-5")
                {
                    issued.Add(stored);
                }
            }
        }

        var (first, second) = (issued[0], issued[1]);
        Assert.Contains("permits/beyond-order", await ReplaceAsync(
            content => content with { Number = "65900001", Programme = second.Record.Content.Programme, Kind = second.Record.Content.Kind }));
        Assert.Contains("permits/replaces-another-person", await ReplaceAsync(
            content => content with { Number = "65900002", Iin = second.Record.Content.Iin }));
        Assert.Empty(await ReplaceAsync(content => content with { Number = "65900003" }));
        await using var reading = await site.Home.Database.ConnectAsync();
        Assert.All(await OrderPlaces.LinesAsync(reading, "D-small-5"), line => Assert.Equal((1, 1), (line.Ordered, line.Issued)));

        async Task<IReadOnlyList<string>> ReplaceAsync(Func<ValidatedDiploma, ValidatedDiploma> correct)
        {
            var at = site.Home.Time.GetUtcNow();
            var replaced = await flow.SupersedeAsync(
                new ChangeRequest(first.Summary.Asset, "correction", "Order 5", TwoPersons.Of("one", "two", "rector", at, "Order 5").Value), correct);
            return replaced.IsDone
                ? []
                : [.. Assert.IsType<GateRefused>(replaced.Problem).Report.Points.SelectMany(p => p.Missing).Select(m => m.Code)];
        }
    }

    [Fact]
    [Trait("Requirement", "DA-8")]
    public async Task The_operator_imports_the_register_and_from_then_on_strangers_are_named_cell_by_cell()
    {
        using var operating = await site.SignedInAsync("imports@one.example", Role.Operator);
        var page = "/en/console/platform/enrolment";
        var token = await operating.TokenAsync(page);
        using (var bad = await SendAsync(operating, page, token, "iin;programme;year;status\n061211600013;6B01301;2022;studying\n"))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, bad.StatusCode);
            Assert.Contains("This is no IIN.", await bad.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using (var good = await SendAsync(operating, page, token, "iin;programme;year;status\n061211600012;6B01301;2022;studying\n"))
        {
            Assert.Equal(HttpStatusCode.Redirect, good.StatusCode);
        }

        var more = Lists().WriteMore(Named("strangers"), Bin.Parse(Other), 650_000, 2);
        var read = (await new DiplomaFlow(site.Home).CheckListAsync(new GraduationList(more.GraduatesFile), Bin.Parse(Other), null, default)).Value;
        Assert.Equal(["intake/not-enrolled", "intake/not-enrolled"], read.Errors.Select(e => e.Code));
        Assert.Equal([2, 3], read.Errors.Select(e => e.Row));

        using var registrar = await site.SignedInAsync("sees-register@one.example", Role.Registrar);
        Assert.Equal(HttpStatusCode.OK, (await registrar.GetAsync($"/kk/console/{SmallSite.Uni}/register")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await registrar.GetAsync($"/en/console/{Other}/register")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await registrar.GetAsync(page)).StatusCode);
        using var regulator = await site.SignedInAsync("reads-register@one.example", Role.Regulator);
        Assert.Null((await regulator.PageAsync(page)).QuerySelector("main form"));
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(regulator, page, "x", "iin")).StatusCode);
    }

    [Fact]
    [Trait("Requirement", "X-15")]
    public async Task An_alarm_waits_for_the_auditor_who_says_why_and_the_record_keeps_it()
    {
        var id = "night-batch-" + Guid.NewGuid().ToString("N")[..8];
        var at = site.Home.Time.GetUtcNow();
        await site.Home.Database.WriteAsync(async t =>
        {
            await SigningAlarms.RaiseAsync(
                t, new SigningAlarm(id, SmallSite.Uni, AlarmKind.Night, "batch-x", at, 5, 0, "kz.insider-controls@2026.1#x", at, null, null, null, null, null));
            return 0;
        });
        var path = $"/en/console/{SmallSite.Uni}/alarms";
        using var registrar = await site.SignedInAsync("no-alarms@one.example", Role.Registrar);
        Assert.Equal(HttpStatusCode.Forbidden, (await registrar.GetAsync(path)).StatusCode);
        using var auditor = await site.SignedInAsync("auditor-alarms@one.example", Role.Auditor);
        var token = await auditor.TokenAsync(path);

        var refused = await auditor.PostAsync($"{path}/{id}", token, ("verdict", "pursue"), ("reason", "short"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains(">short</textarea>", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity, (await auditor.PostAsync($"{path}/{id}", token, ("verdict", "stop"), ("reason", "No such verdict."))).StatusCode);
        Assert.Equal(
            HttpStatusCode.Redirect, (await auditor.PostAsync($"{path}/{id}", token, ("verdict", "harmless"), ("reason", "The commission sat late."))).StatusCode);
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity, (await auditor.PostAsync($"{path}/{id}", token, ("verdict", "pursue"), ("reason", "Changed my mind."))).StatusCode);

        await using var connection = await site.Home.Database.ConnectAsync();
        Assert.Equal(AlarmVerdict.Harmless, (await SigningAlarms.FindAsync(connection, id))!.Verdict);
        var row = Assert.Single(await AuditTrail.OfSubjectsAsync(connection, [new TrailSubject("alarm", id)], 10));
        Assert.Equal(("alarms/decided", "harmless"), (row.What, row.Facts["verdict"]));

        using var officer = await site.SignedInAsync("officer-alarms@one.example", Role.ComplianceOfficer);
        Assert.Contains("The commission sat late.", await (await officer.GetAsync("/en/console/platform/alarms")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var regulator = await site.SignedInAsync("regulator-alarms@one.example", Role.Regulator);
        Assert.Null((await regulator.PageAsync("/ru/console/platform/alarms")).QuerySelector("main form"));
    }

    private DemoLists Lists()
    {
        var today = new WorkingCalendar(site.Home.Rules).DateOf(site.Home.Time.GetUtcNow()).Value;
        return new DemoLists(IntakeRules.For(site.Home.Rules, today).Value, today);
    }

    private string Named(string name) => Path.Combine(site.Directory, $"{name}-{Guid.NewGuid():N}.csv");

    private DemoList More(int count, int first) => Lists().WriteMore(Named("more"), first, count);

    /// <summary>A decision of the university whose order has so many graduates of each of its four programmes, and a list for it.</summary>
    private async Task<(DemoList List, IssueRequest Request)> OrderedAsync(string decision, int count, int each, int first)
    {
        var today = new WorkingCalendar(site.Home.Rules).DateOf(site.Home.Time.GetUtcNow()).Value;
        var type = site.Home.Rules.Resolve(RuleKeys.RecognisedTypes, today).Value.Value.Types[0];
        var uni = SmallSite.Uni;
        var programmes = DemoLists.Programmes(today).Where(p => p.Initiator == uni).ToDictionary(p => p.Code, _ => each, StringComparer.Ordinal);
        var file = new RegisterFile
        {
            Decisions =
            [
                new DecisionItem(decision, SmallSite.Uni.Value, site.Home.Settings.OperatorBin, type.Code, LocalizedText.Same("Graduates"), type.Right)
                {
                    Order = new OrderItem("1-A", today, programmes),
                },
            ],
        };
        var flow = new DiplomaFlow(site.Home);
        var order = Assert.Single((await new RegisterAuthorities(site.Home, flow, Actor.AtConsole("operator-1")).RunAsync(file)).Value.Waiting);
        _ = (await new DecideRegisterOrder(site.Home, flow).ConfirmAsync(Actor.AtConsole("operator-2"), order.Id, "rector")).Value;
        var list = More(count, first);
        return (list, new IssueRequest(
            new GraduationList(list.GraduatesFile), uni, decision, "registrar-0", "rector-0", "rector", "Order 1-A"));
    }

    private async Task<int> IssuedAsync(string decision)
    {
        await using var connection = await site.Home.Database.ConnectAsync();
        var lines = (await OrderPlaces.LinesAsync(connection, decision)).Sum(l => l.Issued);
        Assert.Equal(lines, (int)(await DiplomaCounts.ByDecisionAsync(connection)).GetValueOrDefault(decision));
        return lines;
    }

    private static async Task<HttpResponseMessage> SendAsync(Person person, string path, string token, string text)
    {
        using var body = new MultipartFormDataContent
        {
            { new StringContent(token), "form" }, { new StringContent(Other), "institution" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(text)), "learners", "learners.csv" },
        };
        return await person.SendAsync(path, body);
    }
}
