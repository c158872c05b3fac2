using System.IO.Compression;
using System.Net;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Mortanba.Accounts;
using Mortanba.Credentials;
using Mortanba.Delivery;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Demo;
using Mortanba.Issuance;
using Mortanba.Journey.Tests.Demo;
using Mortanba.Verification;

namespace Mortanba.Journey.Tests.Work;

/// <summary>A graduate's own pages and the shares they give out, as a browser without script meets them.</summary>
[Collection(DemoTests.Name)]
public sealed class HolderTests(DemoSite demo)
{
    private static readonly string[] Three = ["name", "qualification", "award_date"];

    [Fact]
    public async Task A_graduate_who_signs_in_lands_on_the_diplomas_and_a_registrar_at_work()
    {
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        Assert.EndsWith("/kk/me", (await graduate.GetAsync("/kk/console")).Headers.Location?.ToString(), StringComparison.Ordinal);
        using var registrar = await Person.SignedInAsync(demo, "registrar@940540002029.example");
        Assert.NotNull((await registrar.PageAsync("/kk/console")).QuerySelector("a[href$='/console/940540002029']"));
    }

    [Fact, Trait("Requirement", "DA-17")]
    public async Task Three_fields_behind_a_code_show_three_fields_are_logged_and_are_gone_once_stopped()
    {
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        var share = await ShareAsync(graduate, "Three fields Ltd", pin: true, abroad: false, Three);
        var (link, pin) = await SecretsAsync(share);
        using var employer = new Person(demo.Site);

        var gate = await employer.PageAsync(link);
        Assert.DoesNotContain("Three fields", gate.Body!.TextContent, StringComparison.Ordinal);
        var token = gate.QuerySelector("main input[name=form]")!.GetAttribute("value");
        Assert.Equal(HttpStatusCode.Forbidden, (await employer.PostAsync(link, token, ("pin", pin == "000000" ? "1" : "000000"))).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await employer.PostAsync(link, token, ("pin", $"{pin![..3]} {pin[3..]}"))).StatusCode);

        var shown = await employer.PageAsync(link);
        Assert.Equal(3, shown.QuerySelectorAll("section[aria-labelledby=what] dl.facts > div").Length);
        Assert.Contains("Three fields Ltd", shown.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await employer.GetAsync(link + "/file")).StatusCode);
        foreach (var never in await NeverShownAsync(share))
        {
            Assert.DoesNotContain(never, shown.DocumentElement.OuterHtml, StringComparison.Ordinal);
        }

        var own = await graduate.PageAsync($"/en/me/shares/{share}");
        Assert.Contains("for the first time", own.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Wrong code", own.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Opened the share (Three fields Ltd)", (await graduate.PageAsync("/en/me/data/looked")).Body!.TextContent, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Redirect, (await StopAsync(graduate, share)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await employer.GetAsync(link)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await StopAsync(graduate, share)).StatusCode);
    }

    [Fact, Trait("Requirement", "DA-17")]
    public async Task The_stored_presentation_holds_the_chosen_disclosures_and_no_other()
    {
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        var share = await ShareAsync(graduate, "Exactly Ltd", pin: false, abroad: true, ["gpa"], courses: [1, 4]);

        var stored = await StoredAsync(share);
        using var presented = SdJwt.Parse(Encoding.ASCII.GetBytes(stored.Words.Presentation)).Value;
        var disclosed = presented.Disclose().Value;
        Assert.Equal(3, disclosed.Claims.Count);
        Assert.Equal(["gpa"], disclosed.Claims.Where(c => c.Name is not null).Select(c => c.Name));
        var whole = (await HeldAsync(DemoPeople.Graduate))[0];
        Assert.Equal(
            [whole.Record.Content.Courses[1].Code, whole.Record.Content.Courses[4].Code],
            disclosed.Payload.GetProperty("courses").EnumerateArray().Select(c => c.GetProperty("code").GetString()));
        Assert.DoesNotContain(whole.Record.Content.Iin.Value, Encoding.UTF8.GetString(disclosed.Json.Span), StringComparison.Ordinal);
    }

    [Fact, Trait("Requirement", "DA-17"), Trait("Requirement", "DA-26"), Trait("Requirement", "DA-27")]
    public async Task A_share_for_abroad_opens_at_once_in_english_says_who_answers_for_what_and_gives_a_file_that_verifies()
    {
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        var share = await ShareAsync(graduate, "Hochschule", pin: false, abroad: true, Three, download: true);
        var (link, _) = await SecretsAsync(share);
        using var employer = new Person(demo.Site);

        var answer = await employer.GetAsync(link);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Contains("noindex", answer.Headers.GetValues("X-Robots-Tag").Single(), StringComparison.Ordinal);
        var page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
        Assert.Equal("en", page.DocumentElement.GetAttribute("lang"));
        Assert.Contains("For the content:", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("For the record and its keeping", page.Body!.TextContent, StringComparison.Ordinal);

        var file = await (await employer.GetAsync(link + "/file")).Content.ReadAsByteArrayAsync();
        Assert.Null(DiplomaFile.Parse(file).Value.Vc);
        var report = await new Verifier(TimeProvider.System).VerifyAsync(
            file, TrustBundleFile.Parse(await File.ReadAllBytesAsync(demo.Trust)).Value, null, default);
        Assert.Equal(Verdict.InForce, report.Verdict);
        Assert.Equal(Three.Order(StringComparer.Ordinal), report.Content!.Facts.Keys.Order(StringComparer.Ordinal));
    }

    [Fact, Trait("Requirement", "X-11")]
    public async Task Without_a_consent_for_abroad_the_reader_says_that_they_are_in_the_country_before_anything_is_shown()
    {
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        var share = await ShareAsync(graduate, "At home Ltd", pin: false, abroad: false, Three);
        var (link, _) = await SecretsAsync(share);
        using var reader = new Person(demo.Site);

        var gate = await reader.PageAsync(link);
        Assert.Contains("in Kazakhstan", gate.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("At home Ltd", gate.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(0, (await StoredAsync(share)).OpenedCount);
        await reader.PostAsync(link, gate.QuerySelector("main input[name=form]")!.GetAttribute("value"));
        Assert.Contains("At home Ltd", (await reader.PageAsync(link)).Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(1, (await StoredAsync(share)).OpenedCount);

        var consents = (await graduate.PageAsync("/en/me/data")).Body!.TextContent;
        Assert.Contains("At home Ltd", consents, StringComparison.Ordinal);
        foreach (var element in Enumerable.Range(1, 8))
        {
            Assert.Contains($"{element}. ", consents, StringComparison.Ordinal);
        }
    }

    [Fact, Trait("Requirement", "DA-17")]
    public async Task A_guessed_a_lapsed_and_a_stopped_share_answer_alike_and_name_nobody()
    {
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        var stopped = await ShareAsync(graduate, "Stopped Ltd", pin: false, abroad: true, Three);
        var (stoppedLink, _) = await SecretsAsync(stopped);
        await StopAsync(graduate, stopped);
        var lapsed = (await SharesAsync(DemoPeople.Graduate)).First(s => s.RevokedAt is null && s.ExpiresAt < demo.Home.Time.GetUtcNow());
        var (lapsedLink, _) = await SecretsAsync(lapsed.Id);
        using var stranger = new Person(demo.Site);

        var answers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var link in (string[])[stoppedLink, lapsedLink, "/en/s/" + new string('A', 22), "/en/s/x"])
        {
            var page = await stranger.PageAsync(link.Replace("/kk/", "/en/", StringComparison.Ordinal), HttpStatusCode.NotFound);
            answers.Add(page.QuerySelector("main")!.TextContent);
        }

        var said = Assert.Single(answers);
        Assert.Contains("There is no such share", said, StringComparison.Ordinal);
    }

    [Fact, Trait("Requirement", "DA-17")]
    public async Task A_ticket_of_an_old_code_opens_nothing_once_the_holder_gave_out_a_new_one()
    {
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        var share = await ShareAsync(graduate, "Old ticket Ltd", pin: true, abroad: true, Three);
        var (link, pin) = await SecretsAsync(share);
        using var employer = new Person(demo.Site);
        await employer.PostAsync(link, await employer.TokenAsync(link), ("pin", pin!));
        Assert.Contains("Old ticket Ltd", (await employer.PageAsync(link)).Body!.TextContent, StringComparison.Ordinal);

        await graduate.PostAsync($"/en/me/shares/{share}/pin", await graduate.TokenAsync($"/en/me/shares/{share}"));

        Assert.DoesNotContain("Old ticket Ltd", (await employer.PageAsync(link)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact, Trait("Requirement", "DA-17")]
    public async Task Codes_tried_one_after_another_lock_the_share_and_the_right_one_comes_too_late()
    {
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        var share = await ShareAsync(graduate, "Guessed Ltd", pin: true, abroad: true, Three);
        var (link, pin) = await SecretsAsync(share);
        using var thief = new Person(demo.Site);
        var token = await thief.TokenAsync(link);
        for (var i = 0; i < Share.FailuresMax; i++)
        {
            await thief.PostAsync(link, token, ("pin", pin == "111111" ? "222222" : "111111"));
        }

        var late = await thief.PostAsync(link, token, ("pin", pin!));

        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
        Assert.Contains("Too many wrong codes", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("the share is locked", (await graduate.PageAsync($"/en/me/shares/{share}")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact, Trait("Requirement", "DA-17")]
    public async Task Codes_tried_all_at_once_are_counted_each()
    {
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        var share = await ShareAsync(graduate, "Guessed at once Ltd", pin: true, abroad: true, Three);
        var (link, pin) = await SecretsAsync(share);
        using var thief = new Person(demo.Site);
        var token = await thief.TokenAsync(link);

        var guesses = await Task.WhenAll(Enumerable.Range(0, 4 * Share.FailuresMax).Select(async i =>
        {
            var answer = await thief.PostAsync(link, token, ("pin", $"{(int.Parse(pin!, System.Globalization.CultureInfo.InvariantCulture) + i + 1) % 1_000_000:D6}"));
            return (answer.StatusCode, IsLocked: (await answer.Content.ReadAsStringAsync()).Contains("Too many wrong codes", StringComparison.Ordinal));
        }));

        Assert.All(guesses, g => Assert.Equal(HttpStatusCode.Forbidden, g.StatusCode));
        Assert.True(guesses.Count(g => !g.IsLocked) <= Share.FailuresMax, $"{guesses.Count(g => !g.IsLocked)}");
        Assert.Equal(HttpStatusCode.Forbidden, (await thief.PostAsync(link, token, ("pin", pin!))).StatusCode);
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task Another_holders_diploma_share_and_request_are_not_there()
    {
        var asset = (await HeldAsync(DemoPeople.Graduate))[0].Summary.Asset.Value;
        // Others of the class stop shares of theirs.
        var share = (await SharesAsync(DemoPeople.Graduate)).First(s => s.RevokedAt is null).Id;
        using var other = await Person.SignedInAsync(demo, DemoPeople.OtherGraduate);
        using var registrar = await Person.SignedInAsync(demo, "registrar@940540002029.example");
        foreach (var person in new[] { other, registrar })
        {
            var token = await person.TokenAsync("/en/me/security");
            foreach (var path in (string[])["", "/pdf", "/file", "/badge", "/sd-jwt", "/elmo", "/elm", "/code.svg", "/share", "/wrong", "/erase"])
            {
                Assert.Equal(HttpStatusCode.NotFound, (await person.GetAsync($"/en/me/diplomas/{asset}{path}")).StatusCode);
            }

            Assert.Equal(HttpStatusCode.NotFound, (await person.GetAsync($"/en/me/shares/{share}")).StatusCode);
            foreach (var path in (string[])[$"diplomas/{asset}/share", $"diplomas/{asset}/wrong", $"shares/{share}/stop", $"shares/{share}/prolong", $"shares/{share}/pin", "requests/1/withdraw"])
            {
                Assert.Equal(HttpStatusCode.NotFound, (await person.PostAsync($"/en/me/{path}", token, ("days", "10"), ("act", "make"))).StatusCode);
            }
        }

        Assert.Null((await SharesAsync(DemoPeople.Graduate)).First(s => s.Id == share).RevokedAt);
    }

    [Theory, Trait("Requirement", "X-14")]
    [InlineData("<script>alert(1)</script>", true)]
    [InlineData("ЖШС «Ә»  👩‍💻 (IT)", true)]
    [InlineData("abc\u202egnp.exe", false)]
    [InlineData("a\u200fb", false)]
    [InlineData("", false)]
    public async Task Hostile_words_for_a_recipient_are_refused_or_shown_as_words_and_nothing_typed_is_lost(string recipient, bool isTaken)
    {
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        var path = await BuilderAsync();
        var typed = Form(recipient, pin: true, abroad: true, Three);
        var answer = await graduate.PostAsync(path, await graduate.TokenAsync(path), typed);

        if (isTaken)
        {
            var page = await graduate.PageAsync(answer.Headers.Location!.ToString().Split('?')[0]);
            Assert.Equal(string.Join(' ', recipient.Split(' ')), page.QuerySelector("h1")!.TextContent);
            Assert.Null(page.QuerySelector("main script"));
            return;
        }

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var again = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
        Assert.NotNull(again.QuerySelector(".errors a[href='#who']"));
        Assert.Equal(Three.Order(StringComparer.Ordinal), again.QuerySelectorAll("input[name=field][checked]").Select(f => f.GetAttribute("value")!).Order(StringComparer.Ordinal));
        Assert.Equal(typed.Single(f => f.Item1 == "id").Item2, again.QuerySelector("input[name=id]")!.GetAttribute("value"));
    }

    [Fact]
    public async Task A_NUL_makes_a_body_that_is_no_form()
    {
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        var path = await BuilderAsync();
        var answer = await graduate.PostAsync(path, await graduate.TokenAsync(path), Form("a\0b", pin: true, abroad: true, Three));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Ten_kilobytes_no_field_and_a_day_that_is_gone_are_refused_at_their_fields()
    {
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        var path = await BuilderAsync();
        foreach (var (field, form) in new (string, (string, string)[])[]
        {
            ("who", Form(new string('x', 10_240), pin: true, abroad: true, Three)),
            ("fields", Form("Nothing Ltd", pin: true, abroad: true, [])),
            ("until", [.. Form("Late Ltd", pin: true, abroad: true, Three).Where(f => f.Item1 != "until"), ("until", "date"), ("day", "2020-01-01")]),
            ("until", [.. Form("Never Ltd", pin: true, abroad: true, Three).Where(f => f.Item1 != "until"), ("until", "date"), ("day", "x")]),
            ("until", [.. Form("Long Ltd", pin: true, abroad: true, Three).Where(f => f.Item1 != "until"), ("until", "100000")]),
        })
        {
            var answer = await graduate.PostAsync(path, await graduate.TokenAsync(path), form);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Contains($"href=\"#{field}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact, Trait("Requirement", "DA-17")]
    public async Task A_form_sent_twice_makes_one_share_and_a_second_share_to_the_same_recipient_is_asked_about()
    {
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        var path = await BuilderAsync();
        var token = await graduate.TokenAsync(path);
        var form = Form("Twice Ltd", pin: false, abroad: true, Three);

        var both = await Task.WhenAll(graduate.PostAsync(path, token, form), graduate.PostAsync(path, token, form));
        Assert.All(both, b => Assert.Equal(HttpStatusCode.Redirect, b.StatusCode));
        Assert.Single(await SharesAsync(DemoPeople.Graduate), s => s.Words.Recipient == "Twice Ltd");

        var second = Form("TWICE  ltd", pin: false, abroad: true, Three);
        var asked = await graduate.PostAsync(path, token, second);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, asked.StatusCode);
        Assert.Contains("You share with them already", await asked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await graduate.PostAsync(path, token, [.. second, ("again", "1")])).StatusCode);
    }

    [Fact, Trait("Requirement", "DA-17")]
    public async Task The_preview_without_script_shows_what_the_other_side_will_see()
    {
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        var path = await BuilderAsync();
        var token = await graduate.TokenAsync(path);
        (string, string)[] form = [.. Form("Preview Ltd", pin: false, abroad: true, ["name", "gpa"], courses: [2])];

        var preview = await ParseAsync(await graduate.PostAsync(path, token, [.. form.Where(f => f.Item1 != "act"), ("act", "preview")]));
        var lines = preview.QuerySelectorAll(".preview dl.facts > div:not([hidden])").Select(d => d.TextContent.Trim()).ToList();
        var courses = preview.QuerySelectorAll(".preview li:not([hidden])").Length;

        var made = await graduate.PostAsync(path, token, form);
        var (link, _) = await SecretsAsync(made.Headers.Location!.ToString().Split('/', '?')[^2]);
        using var employer = new Person(demo.Site);
        var shown = await employer.PageAsync(link);
        Assert.Equal(lines, shown.QuerySelectorAll("section[aria-labelledby=what] > dl.facts > div").Select(d => d.TextContent.Trim()));
        Assert.Equal(courses, shown.QuerySelectorAll("section[aria-labelledby=what] tbody tr").Length);

        var everything = await ParseAsync(await graduate.PostAsync(path, token, [.. form.Where(f => f.Item1 != "act"), ("act", "set:all")]));
        Assert.NotEmpty(everything.QuerySelectorAll("input[name=course][checked]"));
        Assert.Null(everything.QuerySelector("input[value=personal_administrative_number][checked]"));
    }

    [Fact, Trait("Requirement", "X-8")]
    public async Task A_correction_goes_to_the_institution_with_its_term_and_the_answer_comes_back()
    {
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        var diploma = (await HeldAsync(DemoPeople.Graduate))[0];
        var path = $"/en/me/diplomas/{diploma.Summary.Asset.Value}/wrong";
        var page = await graduate.PageAsync(path);
        (string, string)[] form =
        [
            ("id", page.QuerySelector("input[name=id]")!.GetAttribute("value")!), ("field", "name"), ("wrong", "Erasil <b>"), ("right", "Erasyl"), ("proof", "ID 1"),
        ];
        var token = page.QuerySelector("main input[name=form]")!.GetAttribute("value");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await graduate.PostAsync(path, token, [.. form.Where(f => f.Item1 != "right")])).StatusCode);
        await graduate.PostAsync(path, token, form);
        await graduate.PostAsync(path, token, form);

        var requests = new HolderRequests(demo.Home.Vault);
        HolderRequest open;
        await using (var connection = await demo.Home.Database.ConnectAsync())
        {
            open = Assert.Single(await requests.OpenOfInstitutionAsync(connection, diploma.Record.Initiator.Bin), r => r.Id == form[0].Item2);
        }

        Assert.True(open.DueOn > DateOnly.FromDateTime(open.At.UtcDateTime));
        var registrar = new Actor(ActorKind.Person, "registrar", "", []);
        Assert.Equal("me/no-request", (await new AnswerRequest(demo.Home, demo.Flow).CorrectionAsync(
            registrar, Bin.Parse("980940003039"), open.Id, 1, RequestState.Done, "", default)).Problem?.Code);
        using var office = await Person.SignedInAsync(demo, $"registrar@{open.Institution}.example");
        var changes = $"/en/console/{open.Institution}/changes";
        Assert.Contains("Erasil <b>", (await office.PageAsync(changes)).Body!.TextContent, StringComparison.Ordinal);
        var unread = await office.PostAsync($"{changes}/requests/{open.Id}", await office.TokenAsync(changes), ("version", "1"), ("act", "refuse"), ("answer", " "));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unread.StatusCode);
        var answered = await office.PostAsync(
            $"{changes}/requests/{open.Id}", await office.TokenAsync(changes), ("version", "1"), ("act", "refuse"), ("answer", "The passport says otherwise."));
        Assert.Equal(HttpStatusCode.Redirect, answered.StatusCode);

        var mine = await graduate.PageAsync("/en/me/data");
        Assert.Contains("The passport says otherwise.", mine.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Erasil <b>", mine.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact, Trait("Requirement", "DA-19"), Trait("Requirement", "X-8")]
    public async Task An_erasure_is_refused_with_the_law_that_forbids_it_and_done_when_a_court_orders_it()
    {
        var asset = await HoldAnotherAsync();
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.OtherGraduate);
        var share = await ShareAsync(graduate, "Erased Ltd", pin: false, abroad: true, Three, asset: asset);
        var (link, _) = await SecretsAsync(share);
        var path = $"/en/me/diplomas/{asset.Value}/erase";
        var page = await graduate.PageAsync(path);
        Assert.Contains("must be kept until", page.Body!.TextContent, StringComparison.Ordinal);
        var id = page.QuerySelector("input[name=id]")!.GetAttribute("value")!;
        await graduate.PostAsync(path, page.QuerySelector("main input[name=form]")!.GetAttribute("value"), ("id", id), ("wrong", "I want it gone"));

        using var officer = await Person.SignedInAsync(demo, "dpo@platform.example");
        const string Erasures = "/en/console/platform/requests";
        var token = await officer.TokenAsync(Erasures);
        var forbidden = await officer.PostAsync(
            $"{Erasures}/{id}", token, ("version", "1"), ("act", "erase"), ("reason", "holder-request"), ("answer", "Request 1"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, forbidden.StatusCode);
        Assert.Contains("Request 1", await forbidden.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var registrar = await Person.SignedInAsync(demo, "registrar@940540002029.example");
        Assert.Equal(HttpStatusCode.Forbidden, (await registrar.GetAsync(Erasures)).StatusCode);

        var erased = await officer.PostAsync(
            $"{Erasures}/{id}", token, ("version", "1"), ("act", "erase"), ("reason", "court-order"), ("answer", "Court order 5"));
        Assert.Equal(HttpStatusCode.Redirect, erased.StatusCode);
        using var reader = new Person(demo.Site);
        Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync(link)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await graduate.GetAsync($"/en/me/diplomas/{asset.Value}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await graduate.GetAsync($"/en/me/shares/{share}")).StatusCode);
    }

    [Fact, Trait("Requirement", "X-6"), Trait("Requirement", "DA-28")]
    public async Task The_export_holds_the_diplomas_in_every_form_the_shares_and_the_record()
    {
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        var answer = await graduate.PostAsync("/en/me/data/export", await graduate.TokenAsync("/en/me/data"));

        await using var zip = await ZipArchive.CreateAsync(await answer.Content.ReadAsStreamAsync(), ZipArchiveMode.Read, leaveOpen: false, Encoding.UTF8);
        var names = zip.Entries.Select(e => e.FullName).ToList();
        foreach (var ending in (string[])[".pdf", ".diploma.json", ".badge.json", ".sd-jwt.txt"])
        {
            Assert.Equal(2, names.Count(n => n.EndsWith(ending, StringComparison.Ordinal)));
        }

        using var data = new StreamReader(await zip.GetEntry("data.json")!.OpenAsync());
        var json = await data.ReadToEndAsync();
        Assert.Contains("Jetisu Soft (invented), Almaty", json, StringComparison.Ordinal);
        Assert.Contains("me/share-created", json, StringComparison.Ordinal);
        Assert.Contains("Took all data away", (await graduate.PageAsync("/en/me/data/looked")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact, Trait("Requirement", "DA-28")]
    public async Task The_page_shows_the_words_of_the_paper_and_each_file_verifies()
    {
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        var diploma = (await HeldAsync(DemoPeople.Graduate))[0];
        var path = $"/kk/me/diplomas/{diploma.Summary.Asset.Value}";
        var page = await graduate.PageAsync(path);
        var sheet = page.QuerySelector("article.sheet-of-paper")!.TextContent;
        foreach (var language in Languages.All)
        {
            Assert.Contains(diploma.Record.Content.Name.In(language), sheet, StringComparison.Ordinal);
            Assert.Contains(diploma.Record.Content.Programme.Qualification.In(language), sheet, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("linkedin.com", page.QuerySelectorAll("script, img, link").Select(e => e.OuterHtml).DefaultIfEmpty("").Aggregate(string.Concat), StringComparison.Ordinal);
        Assert.DoesNotContain(
            Uri.EscapeDataString(diploma.Record.Content.Name.In(Language.Kk)),
            page.QuerySelector("a[href*='linkedin.com']")!.GetAttribute("href"), StringComparison.Ordinal);
        var trust = TrustBundleFile.Parse(await File.ReadAllBytesAsync(demo.Trust)).Value;
        foreach (var form in (string[])["pdf", "file"])
        {
            var bytes = await (await graduate.GetAsync($"{path}/{form}")).Content.ReadAsByteArrayAsync();
            Assert.Equal(Verdict.InForce, (await new Verifier(TimeProvider.System).VerifyAsync(bytes, trust, null, default)).Verdict);
        }
    }

    [Fact, Trait("Requirement", "RQ-26")]
    public async Task The_files_for_systems_abroad_read_back_with_the_supplement_in_the_language_of_the_page()
    {
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        var content = (await HeldAsync(DemoPeople.Graduate))[0];
        foreach (var (form, kind, conclusion) in ((string, FileKind, FileConclusion)[])
            [("elmo", FileKind.Elmo, FileConclusion.SignatureOnly), ("elm", FileKind.EuropeanCredential, FileConclusion.Unproved)])
        {
            var answer = await graduate.GetAsync($"/ru/me/diplomas/{content.Summary.Asset.Value}/{form}");
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            var read = DroppedFile.Read(bytes, answer.Content.Headers.ContentDisposition?.FileName, DateTimeOffset.MaxValue).Reading;

            Assert.Equal((kind, conclusion), (read.Kind, read.Conclusion));
            Assert.Equal(content.Record.Content.Programme.Qualification.Kk, read.Qualification!.Title!.In("kk"));
            Assert.Equal(content.Record.Content.Courses.Count, read.Qualification.Courses.Count);
            Assert.Equal(("ru", 8), (read.Qualification.Supplement!.Language, read.Qualification.Supplement.Sections.Count));
            Assert.DoesNotContain(content.Record.Content.Iin.Value, Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        }
    }

    private static (string, string)[] Form(string recipient, bool pin, bool abroad, string[] fields, int[]? courses = null, bool download = false) =>
    [
        ("id", Guid.NewGuid().ToString("N")), ("recipient", recipient), ("why", "job"), ("ref", ""), ("until", "14"), ("lang", "en"), ("act", "make"),
        .. fields.Select(f => ("field", f)), .. (courses ?? []).Select(c => ("course", $"{c}")),
        .. pin ? [("pin", "1")] : Array.Empty<(string, string)>(), .. abroad ? [("abroad", "1")] : Array.Empty<(string, string)>(),
        .. download ? [("download", "1")] : Array.Empty<(string, string)>(),
    ];

    private static async Task<IDocument> ParseAsync(HttpResponseMessage answer) =>
        await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());

    private static async Task<HttpResponseMessage> StopAsync(Person graduate, string share) =>
        await graduate.PostAsync($"/en/me/shares/{share}/stop", await graduate.TokenAsync($"/en/me/security"));

    private async Task<string> BuilderAsync() => $"/en/me/diplomas/{(await HeldAsync(DemoPeople.Graduate))[0].Summary.Asset.Value}/share";

    private async Task<string> ShareAsync(
        Person graduate, string recipient, bool pin, bool abroad, string[] fields, int[]? courses = null, bool download = false, AssetId? asset = null)
    {
        var path = asset is { } own ? $"/en/me/diplomas/{own.Value}/share" : await BuilderAsync();
        var made = await graduate.PostAsync(path, await graduate.TokenAsync(path), Form(recipient, pin, abroad, fields, courses, download));
        Assert.Equal(HttpStatusCode.Redirect, made.StatusCode);
        return made.Headers.Location!.ToString().Split('/')[^1].Split('?')[0];
    }

    private async Task<(string Link, string? Pin)> SecretsAsync(string share)
    {
        await using var connection = await demo.Home.Database.ConnectAsync();
        var (link, pin) = await new Shares(demo.Home.Vault).SecretsAsync(connection, share);
        return ("/en/s/" + link, pin);
    }

    private async Task<string> AccountAsync(string email)
    {
        await using var connection = await demo.Home.Database.ConnectAsync();
        return (await Mortanba.Storage.Sql.QueryAsync(connection, "SELECT id FROM accounts WHERE email = @email", r => r.GetString(0), default, ("email", email))).Single();
    }

    private async Task<IReadOnlyList<StoredDiploma>> HeldAsync(string email) =>
        await new HeldDiplomas(demo.Home).OfAsync(await AccountAsync(email), default);

    private async Task<IReadOnlyList<Share>> SharesAsync(string email)
    {
        await using var connection = await demo.Home.Database.ConnectAsync();
        return await new Shares(demo.Home.Vault).OfAccountAsync(connection, await AccountAsync(email));
    }

    private async Task<Share> StoredAsync(string share) =>
        (await SharesAsync(DemoPeople.Graduate)).Single(s => s.Id == share);

    /// <summary>Values of the same diploma that were not chosen and that the page has no other reason to say.</summary>
    private async Task<IReadOnlyList<string>> NeverShownAsync(string share)
    {
        var stored = await StoredAsync(share);
        var content = (await HeldAsync(DemoPeople.Graduate)).Single(d => d.Summary.Asset == stored.Credential).Record.Content;
        return [content.Iin.Value, content.StudentNumber, content.FullNumber, content.Name.PassportFamily, content.Courses[0].Name.En];
    }

    private async Task<AssetId> HoldAnotherAsync()
    {
        await using var connection = await demo.Home.Database.ConnectAsync();
        foreach (var credential in (await demo.Home.Credentials.ListAsync(connection, 0, 100))
            .Where(c => c is { State: DiplomaState.Active, Supersedes: null } && !demo.LookedAt.Contains(c.Asset)).Reverse().Skip(3))
        {
            if (await Holdings.HolderOfAsync(connection, credential.Asset) is null)
            {
                var account = await AccountAsync(DemoPeople.OtherGraduate);
                Assert.True(await demo.Home.Database.WriteAsync(t => Holdings.AddAsync(t, credential.Asset, account, demo.Home.Time.GetUtcNow())));
                return credential.Asset;
            }
        }

        throw new InvalidOperationException("Every diploma of the demonstration is held.");
    }
}
