using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Storage.Tests.AiEducation;

/// <summary>The lists of the register of AI systems and the places of its events in the ledger, in both databases.</summary>
public sealed class RegisterRowsTests
{
    private static readonly DateTimeOffset At = new(2026, 9, 1, 8, 0, 0, TimeSpan.Zero);

    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    [Trait("Requirement", "AI-1")]
    public async Task A_system_is_found_by_words_state_and_risk_and_what_is_only_offered_by_its_vendor_alone(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, [.. EventSchema.Migrations, .. RegisterRows.Migrations], [RowSeals.Migration]);
        var folder = Directory.CreateTempSubdirectory("mortanba-register-").FullName;
        using var vault = EncryptedFileVault.Open(Path.Combine(folder, "keys.vault"), "passphrase").Value;
        var (database, events) = (test.Database, new EventStore(vault, new WorkingCalendar(RuleBook.Load(RuleBook.DefaultFolder).Value)));
        database.Seals = new RowSeals(row => vault.Fingerprint("storage/row", row), [.. EventSchema.Sealed, .. RegisterRows.Sealed]);

        // As long as a form lets anybody write.
        var words = new string('ә', 4_000);
        var said = new SystemDescription("Оқырман", new LocalizedText(words, "Тренажёр чтения", words), "Owner (invented)");
        var answers = new VendorAnswers(Answer.No, "", ["KZ"], Answer.Yes, Answer.No, Answer.No);
        var offered = await AddAsync(OfferSystem.Of("vendor", said with { Name = "Only offered" }, answers, At).Value);
        var proposed = await AddAsync(
            ProposeSystem.Of("proposer", said, At).Value,
            new SystemClassified(
                At, "proposer", new Classification(AiRisk.High, AiAutonomy.Low, AiMode.Local, new Dictionary<string, Answer>()), [], true, "rule"));

        await using var connection = await database.ConnectAsync();
        foreach (var (search, found) in new (RegisterSearch, string[])[]
        {
            (new RegisterSearch(), [proposed]), (new RegisterSearch("ОҚЫРМАН чтения"), [proposed]), (new RegisterSearch("reading"), []),
            (new RegisterSearch(Risk: AiRisk.High, States: [AiSystemState.Proposed]), [proposed]), (new RegisterSearch(Risk: AiRisk.Minimal), []),
            (new RegisterSearch(Vendor: "vendor"), [offered]), (new RegisterSearch(School: "990140001015"), [proposed]),
        })
        {
            var (rows, total) = await RegisterRows.FindAsync(connection, search, 0, 10);
            Assert.Equal(found, rows.Select(r => r.System));
            Assert.Equal(found.Length, total);
        }

        var counts = await RegisterRows.CountsAsync(connection, At.AddYears(-1), new DateOnly(2026, 9, 1));
        Assert.Equal((1, 1, 0), (counts.All, counts.Of(AiSystemState.Offered), counts.Overdue));
        var one = Assert.Single(await RegisterReading.AllAsync(connection));
        Assert.Equal([(1, 0L), (2, 1L)], one.Events.Select(e => (e.Event.Number, e.LedgerIndex!.Value)));
        Assert.All(one.Events, e => Assert.Equal(e.Hash, e.Event.Hash.ToString()));
        Assert.Null(await new RegisterReading(events).FindAsync(connection, offered));
        Directory.Delete(folder, recursive: true);

        async Task<string> AddAsync(params AiSystemEvent[] happened)
        {
            var school = happened[0] is SystemProposed ? Bin.Parse("990140001015") : (Bin?)null;
            return await database.WriteAsync(async t =>
            {
                var stored = await events.CreateAsync(t, SystemStream.Kind, school, happened[0]);
                foreach (var next in happened.Skip(1))
                {
                    stored = await events.AppendAsync(t, SystemStream.Kind, stored, next);
                }

                await RegisterRows.WriteAsync(t, stored.Now, school?.Value);
                foreach (var (shown, i) in PublicEvent.All(stored.Now.Id, happened).Select((e, i) => (e, i)))
                {
                    await RegisterRows.NoteAsync(t, shown, i);
                }

                return stored.Now.Id;
            });
        }
    }
}
