using System.Security.Cryptography;
using System.Text;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Xunit;

namespace Mortanba.Storage.Tests.Delivery;

/// <summary>Holdings, shares, consents and requests in both databases, with seals: what holds when two act at once.</summary>
public sealed class HolderTests
{
    private const string Account = "account-1";
    private static readonly DateTimeOffset At = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
    private static readonly Bin Institution = Bin.Parse("940540002029");

    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "DA-11")]
    public async Task Of_two_accounts_that_claim_a_diploma_at_once_one_holds_it(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        var asset = AssetId.NewRandom();

        var claimed = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => bed.Database.WriteAsync(
            t => Holdings.AddAsync(t, asset, $"account-{i}", At)))));

        Assert.Single(claimed, c => c);
        await using var connection = await bed.Database.ConnectAsync();
        var holder = await Holdings.HolderOfAsync(connection, asset);
        Assert.Equal([asset], await Holdings.OfAccountAsync(connection, holder!));
        Assert.True(await bed.Database.WriteAsync(t => Holdings.AddAsync(t, asset, holder!, At)));
        await bed.AssertSealedAsync();
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_form_sent_twice_at_once_makes_one_share(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);

        var added = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => bed.AddAsync("share-1"))));

        Assert.Single(added, a => a);
        await using var connection = await bed.Database.ConnectAsync();
        Assert.Single(await bed.Shares.OfAccountAsync(connection, Account));
        await bed.AssertSealedAsync();
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "DA-17")]
    public async Task A_share_is_found_by_its_link_until_its_term_and_not_once_it_is_taken_back(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        await bed.AddAsync("share-1");
        await bed.AddAsync("share-2");
        await using var connection = await bed.Database.ConnectAsync();
        var (link, _) = await bed.Shares.SecretsAsync(connection, "share-1");

        Assert.Equal("Recipient", (await bed.Shares.BehindAsync(connection, link, At.AddDays(14).AddSeconds(-1)))?.Words.Recipient);
        Assert.Null(await bed.Shares.BehindAsync(connection, link, At.AddDays(14)));
        Assert.Null(await bed.Shares.BehindAsync(connection, link[..^1] + (link[^1] == 'A' ? 'Q' : 'A'), At));
        foreach (var none in (string[])["", "x", new string('A', 22), new string('A', 10_000), "\0", "' OR 1=1 --"])
        {
            Assert.Null(await bed.Shares.BehindAsync(connection, none, At));
        }

        await bed.Database.WriteAsync(t => Shares.RevokeAsync(t, "share-1", At));
        Assert.Null(await bed.Shares.BehindAsync(connection, link, At));
        var other = (await bed.Shares.SecretsAsync(connection, "share-2")).Link;
        Assert.NotNull(await bed.Shares.BehindAsync(connection, other, At));
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "DA-17")]
    public async Task Five_wrong_codes_lock_a_share_also_when_they_are_sent_at_once_and_a_new_code_opens_it(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        await bed.AddAsync("share-1");
        await using var connection = await bed.Database.ConnectAsync();
        var pin = (await bed.Shares.SecretsAsync(connection, "share-1")).Pin!;
        var wrong = pin == "000000" ? "000001" : "000000";

        var tried = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => bed.Database.WriteAsync(
            t => bed.Shares.TryPinAsync(t, "share-1", wrong, At)))));

        Assert.Equal(Share.FailuresMax - 1, tried.Count(t => t.Problem!.Code == "me/wrong-pin"));
        Assert.All(tried.Where(t => t.Problem!.Code != "me/wrong-pin"), t => Assert.Equal("me/share-locked", t.Problem!.Code));
        Assert.Equal("me/share-locked", (await bed.Database.WriteAsync(t => bed.Shares.TryPinAsync(t, "share-1", pin, At))).Problem?.Code);
        Assert.Equal(Share.FailuresMax, (await Shares.OpeningsAsync(connection, "share-1", 100)).Count(o => o.What == "pin-refused"));

        await bed.Database.WriteAsync(t => Shares.RenewPinAsync(t, "share-1"));
        var renewed = (await bed.Shares.SecretsAsync(connection, "share-1")).Pin!;
        Assert.NotEqual(pin, renewed);
        Assert.True((await bed.Database.WriteAsync(t => bed.Shares.TryPinAsync(t, "share-1", $" {renewed[..3]} {renewed[3..]} ", At))).IsDone);
        await bed.AssertSealedAsync();
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "DA-17")]
    public async Task Neither_link_nor_code_nor_words_stand_in_the_database(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        await bed.AddAsync("share-1");
        await using var connection = await bed.Database.ConnectAsync();
        var (link, pin) = await bed.Shares.SecretsAsync(connection, "share-1");

        var cells = (await connection.QueryAsync(
            "SELECT * FROM shares",
            r => Enumerable.Range(0, r.FieldCount).Select(i => r.GetValue(i) is byte[] bytes ? Encoding.Latin1.GetString(bytes) : $"{r.GetValue(i)}").ToArray(),
            default)).Single();

        Assert.All(cells, cell => Assert.All(
            (string[])[link, pin!, "Recipient", "a.b.c~"], secret => Assert.DoesNotContain(secret, cell, StringComparison.Ordinal)));
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "DA-17")]
    public async Task The_sealed_words_of_one_share_do_not_open_in_another(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        await bed.AddAsync("share-1");
        await bed.AddAsync("share-2");
        await using var connection = await bed.Database.ConnectAsync();
        await connection.ExecuteAsync(
            """
            UPDATE shares SET payload = (SELECT payload FROM shares WHERE id = 'share-2'), data_key = (SELECT data_key FROM shares WHERE id = 'share-2')
            WHERE id = 'share-1'
            """, default);

        await Assert.ThrowsAnyAsync<CryptographicException>(() => bed.Shares.FindAsync(connection, Account, "share-1"));
        await Assert.ThrowsAsync<RowChangedException>(() => bed.Database.WriteAsync(t => Shares.RevokeAsync(t, "share-1", At)));
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "DA-17")]
    public async Task Openings_at_the_same_moment_are_numbered_one_by_one(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        await bed.AddAsync("share-1");

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => bed.Database.WriteAsync(
            t => Shares.NoteOpenedAsync(t, "share-1", At)))));

        await using var connection = await bed.Database.ConnectAsync();
        Assert.Equal(Enumerable.Range(1, 10).Reverse(), (await Shares.OpeningsAsync(connection, "share-1", 100)).Select(o => o.Number));
        Assert.Equal(10, (await bed.Shares.FindAsync(connection, Account, "share-1"))!.OpenedCount);
        await bed.AssertSealedAsync();
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "DA-17")]
    public async Task A_share_is_its_holders_alone_and_an_active_one_to_the_same_recipient_is_noticed(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        await bed.AddAsync("share-1");
        await using var connection = await bed.Database.ConnectAsync();

        Assert.Null(await bed.Shares.FindAsync(connection, "account-2", "share-1"));
        Assert.NotNull(await bed.Shares.ActiveToAsync(connection, Account, " recipient ", At));
        Assert.Null(await bed.Shares.ActiveToAsync(connection, "account-2", "Recipient", At));
        Assert.Null(await bed.Shares.ActiveToAsync(connection, Account, "Recipient", At.AddDays(15)));
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "X-7")]
    public async Task A_consent_holds_its_eight_elements_until_its_term_or_until_it_is_withdrawn(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        var consents = new Consents(bed.Vault);
        var words = new ConsentWords("Operator, BIN", "Name", At.AddDays(14), "Recipient", true, false, ["name", "gpa"], "job", "form");
        await bed.Database.WriteAsync(t => consents.AddAsync(
            t, new Consent("consent-1", Account, bed.Asset, "share-1", At, At.AddDays(14), null, words)));
        await using var connection = await bed.Database.ConnectAsync();

        Assert.Equivalent(words, (await consents.ValidForAsync(connection, "share-1", At))!.Words);
        Assert.Null(await consents.ValidForAsync(connection, "share-1", At.AddDays(14)));
        await bed.Database.WriteAsync(t => consents.WithdrawAsync(t, "share-1", At.AddDays(1)));
        Assert.Null(await consents.ValidForAsync(connection, "share-1", At.AddDays(1)));
        Assert.Equal(At.AddDays(1), Assert.Single(await consents.OfAccountAsync(connection, Account)).WithdrawnAt);
        await bed.AssertSealedAsync();
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "X-8")]
    public async Task Of_two_answers_to_a_request_at_once_one_counts_and_a_refusal_needs_reasons(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        await bed.AskAsync("request-1");
        Task<Outcome<HolderRequest>> Answer(RequestState state, string words) => bed.Database.WriteAsync(
            t => bed.Requests.AnswerAsync(t, "request-1", 1, state, "registrar", words, At));

        Assert.Equal("me/refusal-without-reason", (await Answer(RequestState.Refused, " ")).Problem?.Code);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => Answer(i % 2 == 0 ? RequestState.Done : RequestState.Refused, $"Answer {i}"))));

        Assert.Single(answers, a => a.IsDone);
        Assert.All(answers.Where(a => !a.IsDone), a => Assert.Equal("me/request-answered", a.Problem!.Code));
        await using var connection = await bed.Database.ConnectAsync();
        Assert.Empty(await bed.Requests.OpenOfInstitutionAsync(connection, Institution));
        var answered = Assert.Single(await bed.Requests.OfAccountAsync(connection, Account));
        Assert.StartsWith("Answer ", answered.Words.Answer, StringComparison.Ordinal);
        Assert.Equal("wrong words", answered.Words.Wrong);
        await bed.AssertSealedAsync();
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "DA-19")]
    public async Task Erasing_a_diploma_destroys_what_its_holder_did_with_it_and_nothing_else(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        var other = AssetId.NewRandom();
        foreach (var (asset, number) in new[] { (bed.Asset, 1), (other, 2) })
        {
            await bed.AddAsync($"share-{number}", asset);
            await bed.AskAsync($"request-{number}", asset);
            await bed.Database.WriteAsync(async t =>
            {
                Assert.True(await Holdings.AddAsync(t, asset, Account, At));
                await Shares.NoteOpenedAsync(t, $"share-{number}", At);
                await new Consents(bed.Vault).AddAsync(t, new Consent(
                    $"consent-{number}", Account, asset, $"share-{number}", At, At.AddDays(1), null,
                    new ConsentWords("O", "N", At, null, false, false, [], "job", "form")));
            });
        }

        var (shares, requests) = await bed.Database.WriteAsync(t => HolderSchema.EraseOfAsync(t, bed.Asset));
        Assert.Equal(["share-1", "request-1"], shares.Concat(requests));
        // Whoever opened it a moment before is written down nowhere.
        Assert.Equal(0, await bed.Database.WriteAsync(t => Shares.NoteOpenedAsync(t, "share-1", At)));

        await using var connection = await bed.Database.ConnectAsync();
        foreach (var table in HolderSchema.ErasedTables)
        {
            Assert.Equal(1, Assert.Single(await connection.QueryAsync($"SELECT COUNT(*) FROM {table}", r => r.GetInt64(0), default)));
        }

        Assert.Equal([other], await Holdings.OfAccountAsync(connection, Account));
        await bed.AssertSealedAsync();
    }

    private sealed class Bed : IDisposable
    {
        private readonly string directory = Directory.CreateTempSubdirectory("mortanba-holder-").FullName;
        private readonly TestDatabase test;

        private Bed(TestDatabase test)
        {
            this.test = test;
            Vault = EncryptedFileVault.Open(Path.Combine(directory, "keys.vault"), "passphrase").Value;
            Shares = new Shares(Vault);
            Requests = new HolderRequests(Vault);
            test.Database.Seals = new RowSeals(row => Vault.Fingerprint("storage/row", row), HolderSchema.Sealed);
        }

        public AssetId Asset { get; } = AssetId.NewRandom();

        public EncryptedFileVault Vault { get; }

        public Database Database => test.Database;

        public Shares Shares { get; }

        public HolderRequests Requests { get; }

        public static async Task<Bed> CreateAsync(Dialect dialect) =>
            new(await TestDatabase.CreateAsync(dialect, HolderSchema.Migrations, [RowSeals.Migration]));

        public Task<bool> AddAsync(string id, AssetId? asset = null) => Database.WriteAsync(t => Shares.AddAsync(
            t,
            new NewShare(
                id, Account, asset ?? Asset, At, At.AddDays(14), MayDownload: false, HasPin: true,
                new ShareWords("Recipient", "job", "", Language.En, ["name"], [0, 2], 3, Abroad: false, "a.b.c~"))));

        public Task<bool> AskAsync(string id, AssetId? asset = null) => Database.WriteAsync(t => Requests.AddAsync(
            t,
            new HolderRequest(
                id, RequestKind.Correct, Institution, asset ?? Asset, Account, RequestState.Open, 1, At, new DateOnly(2026, 11, 23), null, null,
                new RequestWords("name", "wrong words", "right words", "proof"))));

        public async Task AssertSealedAsync() =>
            Assert.Empty(await Database.ReadAsync(t => Database.Seals!.AuditAsync(t)));

        public void Dispose()
        {
            Vault.Dispose();
            test.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Directory.Delete(directory, recursive: true);
        }
    }
}
