using System.Data.Common;
using System.Text;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Intake.Drafts;

/// <summary>
/// Lists in preparation. Every write takes the version its page showed and is refused when another came in between;
/// reading a content gives it as it stood at one moment.
/// </summary>
/// <remarks>Safe to call concurrently. Writes stand in the caller's transaction, reads open their own connection.</remarks>
public sealed partial class DraftStore(Database database, IKeyVault vault)
{
    public const int TitleMaxLength = 200;

    private const string Columns =
        """
        id, institution, title, decision, purpose, state, version, prepared_by, prepared_at, submitted_by, submitted_at,
        return_note, row_count, error_count, warning_count, list_hash, batch, changed_by, changed_at, is_mapped,
        checked_version, data_key
        """;

    /// <summary>Null when the institution has no such draft.</summary>
    public async Task<Draft?> FindAsync(ReadFrom from, Bin institution, string id, CancellationToken cancel = default) =>
        await FindAsync(from, id, cancel) is { } draft && draft.Institution == institution ? draft : null;

    /// <summary>Newest first; without contents.</summary>
    public async Task<IReadOnlyList<Draft>> OfInstitutionAsync(
        ReadFrom from, Bin institution, IReadOnlyCollection<DraftState> states, CancellationToken cancel = default) =>
        states.Count == 0 ? [] : await from.QueryAsync(
            $"""
            SELECT {Columns} FROM drafts
            WHERE institution = @bin AND state IN ({string.Join(", ", states.Select((_, i) => $"@s{i}"))})
            ORDER BY prepared_at DESC, id
            """,
            Read, cancel, [("bin", institution.Value), .. states.Select((s, i) => ($"s{i}", (object?)s.Word()))]);

    /// <summary>Drafts of every institution in a state: what a service goes on with after a restart. Oldest first.</summary>
    public async Task<IReadOnlyList<Draft>> InStateAsync(ReadFrom from, DraftState state, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"SELECT {Columns} FROM drafts WHERE state = @state ORDER BY submitted_at, id", Read, cancel, ("state", state.Word()));

    /// <summary>The draft a batch was signed from; null for a list that came by the command line.</summary>
    public async Task<Draft?> OfBatchAsync(ReadFrom from, string batch, CancellationToken cancel = default) =>
        (await from.QueryAsync($"SELECT {Columns} FROM drafts WHERE batch = @batch", Read, cancel, ("batch", batch))).SingleOrDefault();

    /// <summary>Stores a list that was read; nothing of it is stored before.</summary>
    public async Task<Draft> CreateAsync(DbTransaction t, NewDraft draft, DraftContent content, CancellationToken cancel = default)
    {
        var (id, at) = (content.Seal.Draft, LedgerEntry.Time(draft.At));
        await t.TouchAsync("drafts", cancel, id);
        await t.ExecuteAsync(
            """
            INSERT INTO drafts (id, institution, title, decision, purpose, state, version, checked_version, prepared_by, prepared_at,
                changed_by, changed_at, row_count, error_count, warning_count, is_mapped, data_key, head)
            VALUES (@id, @bin, @title, @decision, @purpose, 'open', 1, 0, @by, @at, @by, @at, @rows, 0, 0, @mapped, @key, @head)
            """,
            cancel,
            ("id", id),
            ("bin", draft.Institution.Value),
            ("title", draft.Title),
            ("decision", draft.Decision),
            ("purpose", draft.Purpose.Word()),
            ("by", draft.By),
            ("at", at),
            ("rows", content.RowCount),
            ("mapped", content.IsMapped ? 1 : 0),
            ("key", content.Seal.Wrapped(vault)),
            ("head", SealHead(content.Seal, content.Head)));
        await NoteHandAsync(t, id, draft.By, cancel);
        await InsertPagesAsync(t, id, content.Pages, cancel);
        return (await FindAsync(t, id, cancel))!;
    }

    /// <summary>
    /// Sends it to approval and locks it. Refused while errors are left, when it changed since it was checked, and without a
    /// decision on issue; whether that decision is open is the caller's question. Corrections rest on the decisions of the
    /// diplomas they correct.
    /// </summary>
    public Task<Outcome<Draft>> SubmitAsync(
        DbTransaction t, string id, int version, string by, DateTimeOffset at, CancellationToken cancel = default) =>
        MoveAsync(
            t, id, version, by, at, [DraftState.Open],
            draft => !draft.IsMapped ? Refusal("intake/draft-columns-open", "The columns are not confirmed.")
                : !draft.IsChecked ? Refusal("intake/draft-not-checked", "The list changed since it was checked.")
                : draft.ErrorCount > 0
                    ? new Problem("intake/list-has-errors", $"{draft.ErrorCount} errors are left.", ("count", $"{draft.ErrorCount}"))
                : draft is { Purpose: ListPurpose.Issue, Decision: null } ? Refusal("intake/draft-without-decision", "No decision on issue is chosen.")
                : null,
            "state = 'submitted', submitted_by = @by, submitted_at = @at, return_note = NULL", [], cancel);

    /// <summary>The approver sends it back with a note; it can be repaired and sent again.</summary>
    public async Task<Outcome<Draft>> ReturnAsync(
        DbTransaction t, string id, int version, string by, string note, DateTimeOffset at, CancellationToken cancel = default)
    {
        var seal = await SealOfAsync(t, id, cancel);
        return await MoveAsync(
            t, id, version, by, at, [DraftState.Submitted], _ => null, "state = 'open', return_note = @note",
            [("note", seal?.Seal("return-note", Encoding.UTF8.GetBytes(note)))], cancel, isDecision: true);
    }

    /// <summary>Whoever sent it takes it back before anyone decided.</summary>
    public Task<Outcome<Draft>> TakeBackAsync(
        DbTransaction t, string id, int version, string by, DateTimeOffset at, CancellationToken cancel = default) =>
        MoveAsync(
            t, id, version, by, at, [DraftState.Submitted], _ => null,
            "state = 'open', submitted_by = NULL, submitted_at = NULL", [], cancel);

    /// <summary>The approver's act: the batch is opened in the same transaction.</summary>
    public Task<Outcome<Draft>> ApprovedAsync(
        DbTransaction t, string id, int version, string batch, string by, DateTimeOffset at, CancellationToken cancel = default) =>
        MoveAsync(
            t, id, version, by, at, [DraftState.Submitted], _ => null, "state = 'approved', batch = @batch", [("batch", batch)], cancel,
            isDecision: true);

    /// <summary>The last diploma of its batch is signed. Doing it again changes nothing.</summary>
    public async Task<Outcome<Draft>> IssuedAsync(
        DbTransaction t, string id, DateTimeOffset at, CancellationToken cancel = default) =>
        await FindAsync(t, id, cancel) switch
        {
            null => Refusal("intake/unknown-draft", "There is no such draft."),
            { State: DraftState.Issued } done => done,
            var draft => await MoveAsync(
                t, id, draft.Version, draft.ChangedBy, at, [DraftState.Approved], _ => null, "state = 'issued'", [], cancel,
                isDecision: true),
        };

    /// <summary>Gives the list up and destroys its content with its key.</summary>
    public async Task<Outcome<Draft>> WithdrawAsync(
        DbTransaction t, string id, int version, string by, DateTimeOffset at, CancellationToken cancel = default)
    {
        var withdrawn = await MoveAsync(
            t, id, version, by, at, [DraftState.Open, DraftState.Submitted], _ => null, "state = 'withdrawn'", [], cancel);
        if (withdrawn.IsDone)
        {
            await DestroyAsync(t, id, cancel);
        }

        return withdrawn;
    }

    /// <summary>Destroys the content of issued lists whose term is over; gives which and whose.</summary>
    /// <param name="before">Lists issued before this moment.</param>
    public static async Task<IReadOnlyList<(string Id, Bin Institution)>> DestroyIssuedAsync(DbTransaction t, DateTimeOffset before, CancellationToken cancel = default)
    {
        var due = await t.QueryAsync(
            "SELECT id, institution FROM drafts WHERE state = 'issued' AND data_key IS NOT NULL AND changed_at < @before",
            r => (Id: r.GetString(0), Institution: Bin.Parse(r.GetString(1))), cancel,
            ("before", LedgerEntry.Time(before)));
        foreach (var (id, _) in due)
        {
            await DestroyAsync(t, id, cancel);
        }

        return due;
    }

    /// <summary>Destroys the content an issued batch came from: one of its diplomas is to be erased.</summary>
    public static async Task DestroyOfBatchAsync(DbTransaction t, string batch, CancellationToken cancel = default)
    {
        foreach (var id in await t.QueryAsync(
            "SELECT id FROM drafts WHERE batch = @batch AND state = 'issued' AND data_key IS NOT NULL", r => r.GetString(0), cancel,
            ("batch", batch)))
        {
            await DestroyAsync(t, id, cancel);
        }
    }

    /// <summary>The list as it stands now, to be checked or issued like one that lies in files.</summary>
    public async Task<Outcome<GraduationList>> OpenListAsync(Draft draft, CancellationToken cancel = default)
    {
        var opened = await OpenAsync(draft.Id, BothParts, cancel);
        return opened is null
            ? Refusal("intake/draft-destroyed", "The content of this list was destroyed.")
            : !draft.IsMapped
                ? Refusal("intake/draft-columns-open", "The columns are not confirmed.")
                : opened.List(draft);
    }

    private static Problem Refusal(string code, string detail) => new(code, detail);

    private static byte[] SealHead(DraftSeal seal, DraftHead head) =>
        seal.Seal("head", JsonSerializer.SerializeToUtf8Bytes(head, DraftJson.Default.DraftHead));

    private static async Task DestroyAsync(DbTransaction t, string id, CancellationToken cancel)
    {
        await DeletePagesAsync(t, id, null, cancel);
        await DeleteStepsAsync(t, id, cancel);
        await t.TouchAsync("drafts", cancel, id);
        await t.ExecuteAsync("UPDATE drafts SET data_key = NULL, head = NULL, return_note = NULL WHERE id = @id", cancel, ("id", id));
    }

    private static async Task InsertPagesAsync(
        DbTransaction t, string id, IReadOnlyList<(string Kind, int Page, byte[] Payload)> pages, CancellationToken cancel)
    {
        foreach (var (kind, page, _) in pages)
        {
            await t.TouchAsync("draft_pages", cancel, id, kind, page);
        }

        await t.BulkInsertAsync(
            "draft_pages", ["draft", "kind", "page", "payload"],
            pages.Select(p => (object?[])[id, p.Kind, p.Page, p.Payload]), cancel);
    }

    /// <param name="kind">Null deletes those of every kind.</param>
    private static async Task DeletePagesAsync(DbTransaction t, string id, string? kind, CancellationToken cancel)
    {
        var pages = await t.QueryAsync(
            "SELECT kind, page FROM draft_pages WHERE draft = @id" + (kind is null ? "" : " AND kind = @kind"),
            r => (Kind: r.GetString(0), Page: r.GetInt32(1)), cancel, ("id", id), ("kind", kind));
        foreach (var (pageKind, page) in pages)
        {
            await t.TouchAsync("draft_pages", cancel, id, pageKind, page);
        }

        await t.ExecuteAsync(
            "DELETE FROM draft_pages WHERE draft = @id" + (kind is null ? "" : " AND kind = @kind"), cancel, ("id", id), ("kind", kind));
    }

    private static async Task DeleteStepsAsync(DbTransaction t, string id, CancellationToken cancel)
    {
        foreach (var step in await t.QueryAsync("SELECT step FROM draft_steps WHERE draft = @id", r => r.GetInt32(0), cancel, ("id", id)))
        {
            await t.TouchAsync("draft_steps", cancel, id, step);
        }

        await t.ExecuteAsync("DELETE FROM draft_steps WHERE draft = @id", cancel, ("id", id));
    }

    /// <summary>One change of a draft's row, refused for another version, another state or a reason of its own.</summary>
    /// <param name="set">What changes beside version, who and when; <c>@by</c> and <c>@at</c> are at hand.</param>
    /// <param name="isDecision">The other person's act, and what follows from it: gives no hand in the list.</param>
    private async Task<Outcome<Draft>> MoveAsync(
        DbTransaction t, string id, int version, string by, DateTimeOffset at, DraftState[] from, Func<Draft, Problem?> refuse,
        string set, (string Name, object? Value)[] args, CancellationToken cancel, bool changesContent = false, bool isDecision = false)
    {
        // Touched first: in PostgreSQL this holds the row, so that what is read next is what is changed.
        await t.TouchAsync("drafts", cancel, id);
        if (await FindAsync(t, id, cancel) is not { } draft)
        {
            return Refusal("intake/unknown-draft", "There is no such draft.");
        }

        if (draft.Version != version)
        {
            return Changed(draft);
        }

        if (!from.Contains(draft.State))
        {
            return new Problem("intake/draft-locked", $"The list is {draft.State.Word()}.", ("state", draft.State.Word()));
        }

        if (refuse(draft) is { } problem)
        {
            return problem;
        }

        var done = await t.ExecuteAsync(
            $"""
            UPDATE drafts SET {set}, version = version + 1,
                {(changesContent ? "" : "checked_version = CASE WHEN checked_version = version THEN version + 1 ELSE checked_version END,")}
                changed_by = @by, changed_at = @at
            WHERE id = @id AND version = @version
            """,
            cancel, [("id", id), ("version", version), ("by", by), ("at", LedgerEntry.Time(at)), .. args]);
        if (done != 1)
        {
            return Changed(draft);
        }

        if (!isDecision)
        {
            await NoteHandAsync(t, id, by, cancel);
        }

        return (await FindAsync(t, id, cancel))!;
    }

    private static Problem Changed(Draft draft) => new(
        "intake/draft-changed", $"The list is at version {draft.Version} now.", ("version", $"{draft.Version}"));

    private async Task<Draft?> FindAsync(ReadFrom from, string id, CancellationToken cancel) =>
        (await from.QueryAsync($"SELECT {Columns} FROM drafts WHERE id = @id", Read, cancel, ("id", id))).SingleOrDefault();

    private async Task<DraftSeal?> SealOfAsync(ReadFrom from, string id, CancellationToken cancel) =>
        (await from.QueryAsync("SELECT data_key FROM drafts WHERE id = @id", r => r.GetBytesOrNull(0), cancel, ("id", id)))
            .SingleOrDefault() is { } wrapped ? DraftSeal.Open(vault, id, wrapped) : null;

    private Draft Read(DbDataReader r)
    {
        var id = r.GetString(0);
        var note = r.GetBytesOrNull(11) is { } sealedNote && r.GetBytesOrNull(21) is { } key
            ? Encoding.UTF8.GetString(DraftSeal.Open(vault, id, key).Open("return-note", sealedNote))
            : null;
        return new Draft(
            id,
            Bin.Parse(r.GetString(1)),
            r.GetString(2),
            r.GetStringOrNull(3),
            DraftWords.PurposeOf(r.GetString(4)),
            DraftWords.StateOf(r.GetString(5)),
            r.GetInt32(6),
            r.GetString(7),
            LedgerEntry.TimeOf(r.GetString(8)),
            r.GetStringOrNull(9),
            r.GetStringOrNull(10) is { } submitted ? LedgerEntry.TimeOf(submitted) : null,
            note,
            r.GetInt32(12),
            r.GetInt64(13),
            r.GetInt64(14),
            r.GetStringOrNull(15),
            r.GetStringOrNull(16))
        {
            ChangedBy = r.GetString(17),
            ChangedAt = LedgerEntry.TimeOf(r.GetString(18)),
            IsMapped = r.GetInt32(19) == 1,
            IsChecked = r.GetInt32(20) == r.GetInt32(6),
            IsDestroyed = r.IsDBNull(21),
        };
    }
}
