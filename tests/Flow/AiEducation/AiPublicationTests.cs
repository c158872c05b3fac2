using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>What the register shows the public: entries, hashes, the Dutch shape, CSV; blanks stay blanks and no account comes out.</summary>
public sealed class AiPublicationTests
{
    private const string Account = "account-of-a-person";
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 6, 0, 0, 123, TimeSpan.Zero);

    private static readonly SystemDescription Described = new("Tutor (invented)", LocalizedText.Same("Reading tutor"), null, "https://owner.example")
    {
        Contract = "17",
        Withheld = [new Withheld("contract", "A trade secret of the vendor")],
    };

    private static readonly AiSystemEvent[] Events =
    [
        new SystemProposed(Now, Account, Described),
        new VendorNamed(Now, Account, "vendor-account"),
        new SystemClassified(
            Now, Account,
            new Classification(AiRisk.High, AiAutonomy.Medium, AiMode.Closed, new Dictionary<string, Answer> { ["emotion"] = Answer.No }, new DateOnly(2026, 11, 1)),
            [], true, "kz.ai-register@2026.1/ai-register"),
        new SystemApproved(
            Now.AddDays(1), "approver-account", new Allowed([AiPurpose.Tutoring], 13, null, new DateOnly(2027, 6, 1), true), "Better than paper", new DateOnly(2027, 11, 24),
            "kz.ai-register@2026.1/ai-register"),
        new SystemSuspended(Now.AddDays(2), AiSystem.Program, SuspensionCause.NoLongerMet, "ai/stored-abroad"),
    ];

    private static PublicSystem Published => new(
        AiSystem.Of("system-1", Events), [.. PublicEvent.All("system-1", Events).Select((e, i) => new LedgeredEvent(e, 40 + i, e.Hash.ToString()))]);

    [Fact]
    [Trait("Requirement", "AI-1")]
    public void What_is_hashed_can_be_hashed_again_from_the_published_entry()
    {
        var entry = JsonNode.Parse(Json(j => SystemJson.Write(j, Published)))!;
        var history = entry["history"]!.AsArray();
        Assert.Equal(["proposed", "classified", "approved", "suspended"], history.Select(h => (string?)h!["public"]!["event"]));
        Assert.Equal([1, 3, 4, 5], history.Select(h => (int)h!["public"]!["number"]!));
        Assert.All(history, h => Assert.Equal(
            (string?)h!["hash"], Commitment.OfSigned(Jcs.Canonicalize(h["public"]!), Commitment.Sha256).ToString()));
        Assert.Equal([40, 41, 42, 43], history.Select(h => (int)h!["ledgerIndex"]!));
    }

    [Fact]
    [Trait("Requirement", "AI-11")]
    public void The_schools_of_a_pilot_are_published_and_one_from_before_they_were_named_reads_and_hashes_as_it_did()
    {
        var old = (SystemApproved)SystemStream.Kind.Read(Encoding.UTF8.GetBytes(
            """{"kind":"approved","at":"2026-11-24T06:00:00+00:00","by":"a","allowed":{"purposes":["tutoring"],"ageFrom":13,"until":"2027-06-01","isPilot":true},"reason":"Good","reviewBy":"2027-11-24","rule":"r"}"""));
        Assert.Empty(old.Allowed.Schools);
        Assert.False(old.Allowed.IsFor(SchoolTrial.Place));
        Assert.False(PublicEvent.Of("system-1", 4, old)!.Json.ContainsKey("schools"));

        var named = old with { Allowed = old.Allowed with { Schools = [SchoolTrial.Place] } };
        var again = (SystemApproved)SystemStream.Kind.Read(SystemStream.Kind.Write(named));
        Assert.Equal([SchoolTrial.Place], again.Allowed.Schools);
        Assert.Equal(SchoolTrial.Place.Value, (string?)PublicEvent.Of("system-1", 4, again)!.Json["schools"]!.AsArray().Single());
        var entry = JsonNode.Parse(Json(j => SystemJson.Write(j, new PublicSystem(AiSystem.Of("system-1", [.. Events[..3], named]), []))))!;
        Assert.Equal(SchoolTrial.Place.Value, (string?)entry["approval"]!["schools"]!.AsArray().Single());
        Assert.Contains(SchoolTrial.Place.Value, SystemCsv.Write([AiSystem.Of("system-1", [.. Events[..3], named])]), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "AI-1")]
    public void The_ledger_entry_names_system_number_event_and_hash_and_no_person()
    {
        var happened = PublicEvent.Of("system-1", 4, Events[3])!;
        var entry = happened.ToEntry();
        Assert.Equal(
            (LedgerEntryTypes.AiSystem, "system-1", 4L, "approved", happened.Hash.ToString()),
            (entry.Type, entry.Text("system"), entry.Number("number"), entry.Text("event"), entry.Text("public")));
        Assert.DoesNotContain("account", Encoding.UTF8.GetString(entry.Bytes.Span), StringComparison.Ordinal);
        Assert.Null(PublicEvent.Of("system-1", 2, Events[1]));

        var later = PublicEvent.Of("system-1", 4, (SystemApproved)Events[3] with { At = Now.AddDays(-30) })!;
        Assert.NotEqual(happened.Hash, later.Hash);
    }

    [Fact]
    [Trait("Requirement", "AI-1")]
    public void Blanks_are_written_as_blanks_what_is_withheld_with_its_reason_and_no_account()
    {
        var text = Json(j => SystemJson.Write(j, Published));
        var entry = JsonNode.Parse(text)!.AsObject();
        foreach (var blank in (string[])["owner", "objection", "data", "generative", "agreement", "contract", "vendor", "impact", "value", "ethics"])
        {
            Assert.True(entry.ContainsKey(blank), blank);
            Assert.Null(entry[blank]);
        }

        Assert.Equal("A trade secret of the vendor", (string?)entry["withheld"]![0]!["reason"]);
        Assert.DoesNotContain("account", text, StringComparison.Ordinal);
        Assert.Equal(("suspended", "no-longer-met"), ((string?)entry["state"], (string?)entry["suspendedFor"]));
    }

    [Fact]
    [Trait("Requirement", "AI-1")]
    public void An_entry_has_the_shape_of_the_Dutch_register()
    {
        var dutch = JsonNode.Parse(Json(j => AlgorithmRegister.Write(
            j, Published, Language.En, "https://site.example/en/ai/register/system-1", ("Law on AI", "https://law.example"), new WorkingCalendar(RuleBook.Load(RuleBook.DefaultFolder).Value))))!.AsObject();
        string[] demanded = ["name", "description_short", "organization", "status", "contact_email", "publication_category", "lang"];
        Assert.All(demanded, field => Assert.True(dutch[field] is JsonValue, field));
        Assert.Equal(
            ("Buiten gebruik", "Hoog-risico AI-systeem", "2026-11", "eng", ""),
            ((string?)dutch["status"], (string?)dutch["publication_category"], (string?)dutch["begin_date"], (string?)dutch["lang"], (string?)dutch["organization"]));
    }

    [Fact]
    [Trait("Requirement", "AI-1")]
    public void A_cell_of_the_CSV_is_never_computed_by_a_spreadsheet()
    {
        var odd = AiSystem.Of("system-2", [new SystemProposed(Now, Account, new SystemDescription("=1+1, \"x\"", null))]);
        var lines = SystemCsv.Write([odd, Published.System]).Split("\r\n");
        Assert.Equal(4, lines.Length);
        Assert.Contains("\"'=1+1, \"\"x\"\"\"", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(Account, lines[2], StringComparison.Ordinal);
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
