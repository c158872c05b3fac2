using System.Data.Common;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Availability;
using Mortanba.Host.Mail;
using Mortanba.Host.Reconciling;
using Mortanba.Host.Web;
using Mortanba.Host.Webhooks;
using Mortanba.Intake;
using Mortanba.Intake.Columns;
using Mortanba.Intake.Drafts;
using Mortanba.Issuance;
using Mortanba.Ledger.Anchoring;
using Mortanba.Permits;
using Mortanba.Recognition;
using Mortanba.Rules;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>
/// One changed value anywhere in the database is named by table and row (issue, item 15). Tables, columns and rows are
/// read from the database itself: a new column is covered on the day it comes.
/// </summary>
public sealed class EveryColumnTests
{
    /// <summary>
    /// How a finding names a row of the table: by table and key, or by what people call it (the diploma's number, the
    /// ledger index, the list).
    /// </summary>
    private static readonly Dictionary<string, string[]> NamedBy = new(StringComparer.Ordinal)
    {
        ["ledger_entries"] = ["ledger/entry-", "ledger/leaf-hash-changed", "ledger/size-mismatch"],
        ["ledger_tree"] = ["ledger/tree-changed", "ledger/size-mismatch"],
        ["ledger_tiles"] = ["ledger/tile-"],
        ["ledger_checkpoints"] = ["ledger/checkpoint-"],
        ["credentials"] = ["audit/row-differs", "audit/credential-", "audit/status-order-changed"],
        ["credential_payloads"] = ["audit/credential-"],
        ["asset_entries"] = ["audit/entry-without-credential", "audit/index-differs"],
        ["authority_entries"] = ["audit/authority-"],
        ["status_orders"] = ["audit/status-order-changed"],
        ["status_values"] = ["audit/status-value-changed"],
        ["status_blocks"] = ["audit/status-"],
        ["status_publications"] = ["audit/status-list-"],
        ["trail"] = ["audit/trail-broken"],
        ["trail_head"] = ["audit/trail-broken"],
        ["ai_facts"] = ["audit/facts-broken"],
    };

    /// <summary>Columns the walk leaves out, each with its reason. There is none.</summary>
    private static readonly HashSet<(string Table, string Column)> Exempt = [];

    [Fact, Trait("Requirement", "X-5")]
    public async Task One_changed_value_in_any_column_of_any_table_is_named_by_table_and_row()
    {
        using var world = await World.CreateAsync(Dialect.Sqlite, count: 8);
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await EraseOneAsync(home);
        await AddPeopleAsync(home);
        await AddChangeAsync(home);
        await AddHoldersAsync(home);
        await AddRepairAsync(home);
        await AddSigningAsync(home);
        await AddAnchorAsync(home);
        await home.Database.WriteAsync(async t =>
        {
            await t.TouchAsync("verification_receipts", default, "aa");
            await t.ExecuteAsync("INSERT INTO verification_receipts (digest, at, entry, place) VALUES ('aa', 1, 2, 3)", default);
        });
        await AddEnrolmentAsync(home);
        await RecognitionKillTests.DecideAsync(home, replace: true);
        await AddRegistersAsync(home);
        await AddCaseAsync(home);
        await AddSchoolAsync(home);
        await AddConnectionsAsync(home);
        await AddSystemAsync(home);
        await AddIndicatorsAsync(home);
        await World.FillTileAsync(home);
        await home.EntryCounts.CatchUpAsync();
        await AddReconciledAsync(home);
        Assert.Empty((await Audit.RunAsync(home)).Findings);
        // Delivered files have their own tests; without them one look takes a fraction of the time.
        Directory.Delete(home.Outbox, recursive: true);

        using var connection = new SqliteConnection($"Data Source={Path.Combine(world.Data, "mortanba.db")};Pooling=False");
        connection.Open();
        Run(connection, "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF");
        var unnamed = new List<string>();
        var changes = 0;
        foreach (var places in Rounds(connection))
        {
            var changed = new List<(string Table, string Column, long Row, object Original)>();
            foreach (var (table, column, row) in places)
            {
                var original = Value(connection, table, column, row);
                if (TrySet(connection, table, column, row, Other(original)))
                {
                    changed.Add((table, column, row, original));
                }
            }

            if (changed.Count == 0)
            {
                continue;
            }

            var findings = (await Audit.RunAsync(home)).Findings;
            foreach (var (table, column, row, original) in changed)
            {
                changes++;
                if (!findings.Any(f => Names(f, table)))
                {
                    unnamed.Add($"{table}.{column}, row {row}: {string.Join(", ", findings.Select(f => f.Code).Distinct())}");
                }

                Assert.True(TrySet(connection, table, column, row, original));
            }
        }

        Assert.True(unnamed.Count == 0, string.Join('\n', unnamed));
        Assert.Empty((await Audit.RunAsync(home)).Findings);
        Assert.True(changes > 200, $"{changes}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{changes} changes, each named");
    }

    /// <summary>
    /// Every value once. Those that nothing but the row's seal covers are changed together, one of each table at a time: a seal is
    /// looked at by itself, so that one look names them all. The others are changed alone: what one breaks may hide another.
    /// </summary>
    private static IEnumerable<IReadOnlyList<(string Table, string Column, long Row)>> Rounds(SqliteConnection connection)
    {
        var places = Columns(connection).Where(c => !Exempt.Contains(c))
            .SelectMany(c => Rows(connection, c.Table).Select(row => (c.Table, c.Column, Row: row))).ToList();
        var together = places.Where(p => !NamedBy.ContainsKey(p.Table) && p.Table != "row_seals").GroupBy(p => p.Table).Select(g => g.ToList()).ToList();
        return places.Where(p => together.TrueForAll(t => t[0].Table != p.Table)).Select(p => (IReadOnlyList<(string, string, long)>)[p])
            .Concat(Enumerable.Range(0, together.Max(t => t.Count)).Select(i => (IReadOnlyList<(string, string, long)>)[.. together.Where(t => i < t.Count).Select(t => t[i])]));
    }

    private static bool Names(Problem finding, string table) =>
        finding.Args.GetValueOrDefault("table") == table
        || finding.Args.GetValueOrDefault("row")?.StartsWith(table + " ", StringComparison.Ordinal) == true
        || (table == "row_seals" && finding.Code == "audit/row-changed")
        || (NamedBy.TryGetValue(table, out var codes)
            && finding.Args.Count > 0
            && codes.Any(c => finding.Code.StartsWith(c, StringComparison.Ordinal)));

    // A place, somebody there and whoever represents them; a system of the register.
    private static Task AddSchoolAsync(Installation home) => home.Database.WriteAsync(async t =>
    {
        var (desk, bin, at) = (new AiDesk(home), Bin.Parse("990140001015"), home.Time.GetUtcNow());
        await desk.Directory.PutAsync(
            t, new School(bin, LocalizedText.Same("Trial school"), "KZ-61", "Trial", SchoolKind.School, Setting.Rural, ["kk"], Connectivity.Weak), at);
        await desk.Directory.AddAsync(
            t, bin,
            [
                new SchoolPerson(
                    SchoolDirectory.NewPersonId(), bin, SchoolPersonKind.Learner, "9A", [], 9, "kk", "female", false, "account", ["guardian"],
                    new PersonWords("Trial Learner", new DateOnly(2012, 2, 29)), at, null),
            ],
            ["source-1"]);
        await desk.Events.CreateAsync(t, Trial, bin, new Tried(at, "account"));
    });

    // A system that a school proposes: its row, its event in public, its entry in the ledger.
    private static async Task AddSystemAsync(Installation home) => _ = (await new SystemDesk(home, new DiplomaFlow(home)).OpenAsync(
        Actor.AtConsole("test"), null, Bin.Parse("990140001015"),
        at => ProposeSystem.Of("account", new SystemDescription("Trial tutor", LocalizedText.Same("Explains exercises.")), at), null, default)).Value;

    // Counts of the facts there are, one of them from a clock that is wrong.
    private static async Task AddIndicatorsAsync(Installation home)
    {
        var ahead = new KeptFact(0, home.Time.GetUtcNow().AddYears(1), "990140001015", new EventFact("trial.opened", "one"), "one", 1);
        await home.Database.WriteAsync(t => FactLog.AppendAsync(t, home.Vault, [ahead]));
        using var work = new IndicatorWork(home.Database, home.Rules, home.Time);
        Assert.True(await work.CatchUpAsync());
    }

    // A platform, whom somebody of it is here, our key, a roster before its confirmation, a calendar.
    private static async Task AddConnectionsAsync(Installation home)
    {
        var (bin, at) = (Bin.Parse("990140001015"), home.Time.GetUtcNow());
        (await new LtiStore(home.Vault).KeyAsync(home.Database, at)).Dispose();
        var address = new Uri("https://moodle.example/");
        await home.Database.WriteAsync(async t =>
        {
            var platform = new LtiPlatform("lti-1", bin, "Moodle", "https://moodle.example", "client", ["1"], address, address, "{}");
            _ = (await LtiStore.AddAsync(t, platform, "account", at)).Value;
            _ = (await LtiStore.EndAsync(t, bin, "lti-1", at)).Value;
            _ = (await LtiStore.BindAsync(t, "lti-1", "subject", "account", at)).Value;
            _ = await LtiStore.TakeAsync(
                t, new LtiLaunch("lti-1", "subject", "1", "3", null, [], "https://site.example", null, null, null, new Dictionary<string, string>(), "nonce", at.AddMinutes(9)), at);
            await new RosterUploads(home.Vault).AddAsync(t, bin, [1, 2, 3], "account", at);
            await CalendarLinks.MakeAsync(t, "account", "kk", at);
            var launch = new LtiLaunch(
                "lti-1", "subject", "1", "3", new LtiContext("2", "INF", "Informatics"), [LtiRole.Learner, LtiRole.Teacher], "https://site.example", null,
                new LtiGradeService([LtiScore.ScoreScope], address, address), address, new Dictionary<string, string>(), "nonce", at);
            await LtiCourses.SeenAsync(t, launch, at);
            await LtiScores.OpenAsync(t, launch, "task-1", at);
            await new RosterGuardians(home.Vault).TakeAsync(
                t, bin, [new GuardianChange(RosterChangeKind.Added, new RosterGuardian("g-1", "Invented", "", ["l-1"]), [])],
                new Dictionary<string, string>(), _ => Task.FromResult<string?>(null));
        });
    }

    private static readonly EventKind<Trying, TrialEvent> Trial = new(
        "trial", isPersonal: true, (id, _) => new Trying(id), _ => new StreamSummary("open", "p-1", "Trial", new DateOnly(2026, 9, 1)),
        (now, _) => [new EventFact("trial.opened", now.Id, ("word", "one"))]);

    private sealed record Trying(string Id) : IFolded
    {
        public int Version => 1;
    }

    [JsonDerivedType(typeof(Tried), "tried")]
    private abstract record TrialEvent(DateTimeOffset At, string By) : IHappened;

    private sealed record Tried(DateTimeOffset At, string By) : TrialEvent(At, By);

    private static Task AddAnchorAsync(Installation home) => home.Database.WriteAsync(t => AnchorStore.AddAsync(
        t,
        new AnchorRow(
            1, 1, default, 717201, ChainAddress.Parse("0x" + new string('1', 40)), "0x" + new string('2', 64),
            new AnchorPlace(7, "0x" + new string('3', 64), "0x" + new string('4', 64)), home.Time.GetUtcNow()),
        default));

    /// <summary>A row of each register of institutions abroad, and a file that waits for a confirmation, an inquiry.</summary>
    private static Task AddRegistersAsync(Installation home) => home.Database.WriteAsync(async t =>
    {
        foreach (var (kind, text) in new[]
        {
            (RegisterKind.Institutions, "id,country,name,founded,source,read\nge-one,GE,One,1990-01-01,paper,2026-01-01"),
            (RegisterKind.Accreditations, "institution,kind,from,until,granted_by,source,read\nge-one,recognition,1991-01-01,2020-01-01,M,paper,2026-01-01"),
            (RegisterKind.Rankings, "system,edition,published,institution,position,source,read\nqs,2025,2024-06-01,ge-one,7,paper,2026-01-01"),
        })
        {
            var file = RegisterFile.Read(
                kind, "a.csv", Encoding.UTF8.GetBytes(text), [new Country("GE", LocalizedText.Same("Georgia"), null)], new DateOnly(2026, 2, 1)).Value;
            _ = (await RegisterImport.RunAsync(t, file, null, "officer-1", home.Time.GetUtcNow())).Value;
        }

        await new InquiryStore(home.Vault).AskAsync(
            t,
            new NewInquiry(
                InquiryStore.NewId(home.Time.GetUtcNow()), "case-1", "nic", InquiryWay.Https, "here", EvidenceQuestion.Genuine, "Yours?",
                new Dictionary<string, string>()),
            home.Time.GetUtcNow());
        await t.TouchAsync("register_uploads", default, "u1");
        await t.ExecuteAsync(
            "INSERT INTO register_uploads (id, register, file_name, content, uploaded_by, at) VALUES ('u1', 'rankings', 'a.csv', @content, 'officer-1', 1)",
            default, ("content", new byte[] { 1 }));
    });

    /// <summary>A file of learners and a licensed intake, beside those that the demonstration has.</summary>
    private static Task AddEnrolmentAsync(Installation home) => home.Database.WriteAsync(async t =>
    {
        var bin = Bin.Parse("010240005059");
        var programme = (await PermitRegister.ProgrammesAsync(t, bin))[0].Code;
        _ = (await Intakes.SetAsync(t, bin, programme, 2022, 30, "Annex 1")).Value;
        _ = (await home.Enrolments.ImportAsync(
            t, bin, [new EnrolmentRow(2, Iin.TryParse("061211600012", out var iin) ? iin : default, programme, 2022, EnrolmentStatus.Studying)],
            new string('a', 64), "operator-1", home.Time.GetUtcNow())).Value;
        _ = (await RegisterOrders.ProposeAsync(t, new RegisterOrder(
            "order-1", bin, RegisterOrderKind.Intake, $"{programme}/2022", "{}", RegisterOrderState.Proposed, "operator-1", home.Time.GetUtcNow()))).Value;
    });

    /// <summary>A recognition case with a file and a number.</summary>
    private static Task AddCaseAsync(Installation home) => home.Database.WriteAsync(async t =>
    {
        var (desk, at) = (new CaseDesk(home), home.Time.GetUtcNow());
        var qualification = new Qualification(
            "Bachelor", [new AwardingInstitution("University", "DE")], new DateOnly(2024, 6, 30), EducationLevel.Higher, 6);
        var one = await desk.Cases.CreateAsync(
            t, (CaseDescribed)DescribeCase.Of(null, "account-1", new Holder("A B", null), HolderKind.Graduate, RecognitionPurpose.Title, qualification, null, desk.Today(), at).Value);
        await CaseFiles.PutAsync(t, one, "document-1", (await CaseFiles.TakeAsync(new MemoryStream([1, 2, 3]))).Value);
        await CaseStore.NextNumberAsync(t, 2026);
    });

    private static async Task AddReconciledAsync(Installation home)
    {
        Assert.NotNull(await new StoreReconciliation(home).StepAsync());
        var now = home.Time.GetUtcNow();
        await home.Database.WriteAsync(async t =>
        {
            await ReconciliationStore.LookedAsync(
                t, ReconciledPart.Lists, "1", [], [new Problem("test/differs", "Differs.", ("list", "1"))], now, TimeSpan.Zero, default);
            return 0;
        });
    }

    /// <summary>A diploma that lost its record, so that a row is among them which no record can be compared with.</summary>
    private static async Task EraseOneAsync(Installation home)
    {
        var flow = new DiplomaFlow(home);
        CredentialSummary credential;
        await using (var connection = await home.Database.ConnectAsync())
        {
            credential = (await home.Credentials.ListAsync(connection, 0, 100)).Last(c => c.State == DiplomaState.Active);
        }

        var reasons = flow.Reasons().Value;
        var decision = TwoPersons.Of("registrar-1", "rector-1", "rector", home.Time.GetUtcNow(), "Order 9").Value;
        _ = (await flow.EraseAsync(
            reasons, new ChangeRequest(credential.Asset, "court-order", "Order 9", decision))).Value;
    }

    /// <summary>One row in each table of people and mail.</summary>
    private static async Task AddPeopleAsync(Installation home)
    {
        await using var services = new ServiceCollection().AddLogging().AddSingleton(home.Time)
            .AddMortanbaAccounts(home, home.Settings.Site).BuildServiceProvider();
        await using var scope = services.CreateAsyncScope();
        var store = (AccountStore)scope.ServiceProvider.GetRequiredService<IUserStore<Account>>();
        var mail = services.GetRequiredService<MailQueue>();
        var (at, by) = (home.Time.GetUtcNow(), Actor.AtConsole("test"));
        var bin = (await InstitutionsAsync(home))[0];
        var message = mail.Protect("new@one.example", "Title", "Body");
        await home.Database.WriteAsync(async t =>
        {
            _ = (await Invitations.InviteAsync(t, by, Invitations.NewToken(), "new@one.example", bin, Role.Registrar, at)).Value;
            _ = (await ApiClients.CreateAsync(t, by, bin, "SIS", [ApiClients.ReadScope], at.AddDays(1), at)).Value;
            await mail.AddAsync(t, "invitation", "1", message);
            await EdsChallenges.AddAsync(t, [1, 2, 3], at);
            await ListRequests.AddAsync(t, new ListRequest("list-1", bin, "client-1", "r-1", [1], [new KeptItem(0, "k", "h", 1)], at, null, null), default);
            await t.TouchAsync("unsent_forms", default, "form-1");
            await t.ExecuteAsync(
                "INSERT INTO unsent_forms (id, account, document, expires_at) VALUES ('form-1', 'a', 'd', '2026-11-22T09:00:00Z')", default);
            await AvailabilityLog.RecordAsync(t, [ServicePart.Site, ServicePart.Mail], at.DateTime);
            _ = (await WebhookEndpoints.AddAsync(
                t, home.Vault, by, bin, "https://sis.example/hook", [WebhookQueue.BatchIssued], at)).Value;
            await WebhookQueue.AddAsync(t, at, bin, WebhookQueue.BatchIssued, "batch-1");
            await AddDeliveriesAsync(home, t, bin, at);
        });
        var account = await store.FindByEmailAsync($"ADMIN@{bin}.EXAMPLE", default)
            ?? throw new InvalidOperationException("The demonstration makes an administrator for each institution.");
        Assert.True(await store.TakeStepAsync(account, 1));
        await store.AddLoginAsync(account, new UserLoginInfo("test", "subject-1", "test"), default);
        await store.AddOrUpdatePasskeyAsync(
            account, new UserPasskeyInfo([1, 2, 3], [4], at, 0, null, true, false, false, [5], [6]), default);
    }

    /// <summary>A repair and remembered columns; the demonstration's lists in preparation are there already.</summary>
    private static async Task AddRepairAsync(Installation home)
    {
        await using var connection = await home.Database.ConnectAsync();
        var bin = (await InstitutionsAsync(home))[0];
        var draft = (await home.Drafts.InStateAsync(connection, DraftState.Open)).First(d => d.ErrorCount > 0);
        await home.Database.WriteAsync(async t =>
        {
            _ = (await home.Drafts.RepairAsync(
                t, draft.Id, draft.Version, "test", home.Time.GetUtcNow(), [new CellRepair(ListPart.Graduates, 3, 1, "1")], [])).Value;
            var columns = new DraftColumn(new ColumnChoice(0, "A", "iin", ColumnCertainty.Known, []), []);
            await DraftStore.RememberColumnsAsync(
                t, bin,
                Enum.GetValues<ListPart>().ToDictionary(p => p, IReadOnlyList<DraftColumn> (_) => [columns]),
                Enum.GetValues<ListPart>().ToDictionary(p => p, IReadOnlyList<string> (_) => ["iin"]));
        });
    }

    /// <summary>One row in each table of what holders have and do.</summary>
    private static Task AddHoldersAsync(Installation home) =>
        home.Database.WriteAsync(async t =>
        {
            var (asset, at) = (AssetId.NewRandom(), home.Time.GetUtcNow());
            Assert.True(await Holdings.AddAsync(t, asset, "account-1", at));
            var words = new ShareWords("Recipient", "job", "", Language.En, ["name"], [0], 3, Abroad: false, "a.b.c~");
            Assert.True(await new Shares(home.Vault).AddAsync(
                t, new NewShare("share-1", "account-1", asset, at, at.AddDays(1), MayDownload: true, HasPin: true, words)));
            await Shares.NoteOpenedAsync(t, "share-1", at);
            await HolderNotices.SetOpeningsAsync(t, "account-1", false);
            Assert.True(await DataBlocks.BlockAsync(t, new DataBlock(asset, "dispute", "account-2", at)));
            await new Consents(home.Vault).AddAsync(t, new Consent(
                "consent-1", "account-1", asset, "share-1", at, at.AddDays(1), null,
                new ConsentWords("Operator", "Name", at, "Recipient", false, false, ["name"], "job", "form")));
            Assert.True(await new HolderRequests(home.Vault).AddAsync(t, new HolderRequest(
                "request-1", RequestKind.Correct, Bin.Parse("940540002029"), asset, "account-1", RequestState.Open, 1, at,
                DateOnly.FromDateTime(at.UtcDateTime), null, null, new RequestWords("name", "a", "b", "c"))));
        });

    /// <summary>A change that waits for its second person: nothing but the seal covers it yet.</summary>
    private static async Task AddChangeAsync(Installation home)
    {
        StoredDiploma diploma;
        await using (var connection = await home.Database.ConnectAsync())
        {
            var credential = (await home.Credentials.ListAsync(connection, 0, 100)).First(c => c.State == DiplomaState.Active);
            diploma = (await home.Credentials.LoadAsync(connection, credential.Asset))!;
        }

        var bin = diploma.Record.Initiator.Bin;
        _ = (await new ProposeKeyOrder(home).RunAsync(
            Actor.AtConsole("registrar-1"), null,
            new KeyProposal(
                Guid.CreateVersion7().ToString(), bin, KeyAct.Rotate, home.DidOf(bin) + "#key-1", null, null, "Order 11", "registrar-1",
                home.Time.GetUtcNow()))).Value;
        var corrected = diploma.Record.Content with { Number = "09999999", MinutesNumber = "77" };
        _ = (await new ProposeChange(home, new DiplomaFlow(home)).RunAsync(
            Actor.AtConsole("registrar-1"), null,
            new ChangeProposal(
                Guid.CreateVersion7().ToString(), diploma.Record.Initiator.Bin, StateAct.Supersede, "correction", "Order 10", "registrar-1",
                home.Time.GetUtcNow(), null, [new ProposedChange(diploma.Summary.Asset, corrected)]),
            version: null)).Value;
    }

    /// <summary>A list that stopped, one that is being signed, and a receipt.</summary>
    private static Task AddSigningAsync(Installation home) => home.Database.WriteAsync(async t =>
    {
        var (at, bin, hash) = (home.Time.GetUtcNow(), Bin.Parse("940540002029"), new string('a', 64));
        foreach (var batch in (string[])["batch-a", "batch-b"])
        {
            await SigningJobs.QueueAsync(t, batch, bin, "draft-" + batch, hash, "figures", at);
            _ = await SigningJobs.TakeAsync(t, "node", _ => false, at);
        }

        _ = await SigningJobs.StopAsync(t, "batch-a", "node", new Problem("test/stopped", "Stopped."), at, at);
        await BatchReceipts.AddAsync(
            t,
            new BatchReceipt(
                "batch-a", bin, new LocalizedText("a", "b", "c"), bin, "D-1", hash, 1, 2, 2, "head", "registrar", at, "rector", at,
                "Order 1", at, at),
            [1, 2, 3]);
    });

    /// <summary>One as it is prepared with a diploma, one that went on; a link and an order.</summary>
    private static async Task AddDeliveriesAsync(Installation home, DbTransaction t, Bin bin, DateTimeOffset at)
    {
        var contact = new Recipient("a@one.example", "+77010000000", Language.Kk);
        var sent = await Deliveries.OpenAsync(t, AssetId.NewRandom(), bin, at);
        await home.Deliveries.SetRecipientAsync(t, sent, contact);
        await Deliveries.AddLinkAsync(t, sent.Asset, ClaimToken.New(), LinkChannel.Mail, at, TimeSpan.FromDays(1));
        await Deliveries.SentAsync(t, sent.Asset, "mail-1", at);
        await home.Deliveries.SetCodeAsync(t, sent, ClaimCode.New(), at);
        _ = (await DeliveryRuns.StartAsync(t, bin, new DeliveryFilter(), "test", at)).Value;
    }

    private static async Task<IReadOnlyList<Bin>> InstitutionsAsync(Installation home)
    {
        await using var connection = await home.Database.ConnectAsync();
        return [.. (await PermitRegister.OrganisationsAsync(connection)).Where(o => o.Role == OrganisationRole.Initiator).Select(o => o.Bin)];
    }

    private static List<(string Table, string Column)> Columns(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c
            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid
            """;
        using var reader = command.ExecuteReader();
        var columns = new List<(string Table, string Column)>();
        while (reader.Read())
        {
            columns.Add((reader.GetString(0), reader.GetString(1)));
        }

        return columns;
    }

    /// <summary>The first row, one in the middle, the last.</summary>
    private static List<long> Rows(SqliteConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT rowid FROM {table} ORDER BY rowid";
        using var reader = command.ExecuteReader();
        var rows = new List<long>();
        while (reader.Read())
        {
            rows.Add(reader.GetInt64(0));
        }

        Assert.True(rows.Count > 0, $"{table} is empty: the walk would say nothing of it.");
        return [.. new[] { rows[0], rows[rows.Count / 2], rows[^1] }.Distinct()];
    }

    /// <summary>One byte or one unit away, of the same type; something where nothing was.</summary>
    private static object Other(object value)
    {
        switch (value)
        {
            case long number:
                return number + 1;
            case "":
                return "x";
            case string text:
                var letters = Encoding.UTF8.GetBytes(text);
                var last = letters[^1];
                // Another letter or digit, so that text stays text.
                letters[^1] = (byte)(last is (byte)'9' or (byte)'z' or (byte)'Z' ? last - 1 : last is < 128 and not (byte)'}' ? last + 1 : '?');
                return Encoding.UTF8.GetString(letters);
            case byte[] bytes:
                var changed = (byte[])bytes.Clone();
                changed[changed.Length / 2] ^= 1;
                return changed;
            default:
                return "2026-01-01T00:00:00Z";
        }
    }

    private static object Value(SqliteConnection connection, string table, string column, long row)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {column} FROM {table} WHERE rowid = @row";
        command.Parameters.AddWithValue("@row", row);
        return command.ExecuteScalar()!;
    }

    /// <summary>False when a constraint of the database refuses the change: nothing was changed then.</summary>
    private static bool TrySet(SqliteConnection connection, string table, string column, long row, object value)
    {
        using var command = connection.CreateCommand();
        // A changed primary key of type INTEGER moves the row itself.
        var moved = value is long was && Value(connection, table, column, row) is null ? was + 1 : row;
        command.CommandText = $"UPDATE {table} SET {column} = @value WHERE rowid = @row";
        command.Parameters.AddWithValue("@value", value);
        command.Parameters.AddWithValue("@row", moved);
        try
        {
            return command.ExecuteNonQuery() == 1;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == 19)
        {
            return false;
        }
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
