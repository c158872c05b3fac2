using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;
using Mortanba.Issuance;
using Mortanba.Permits;

namespace Mortanba.Host.Signing;

/// <summary>What an approver reads of a list before deciding. Personal data: it stays in memory, for a few minutes.</summary>
/// <param name="ToIssue">Diplomas that would be signed; <paramref name="AlreadyIssued"/> rows are passed over.</param>
/// <param name="Warnings">What the preparer saw and sent on.</param>
/// <param name="Awards">What the gate asks about.</param>
internal sealed record DraftReview(
    string ListHash,
    int ToIssue,
    int AlreadyIssued,
    CohortReviewed Cohort,
    IReadOnlyList<Finding> Warnings,
    long WarningCount,
    IReadOnlyList<GateAward> Awards);

/// <summary>Reads drafts for approvers: a list of 20,000 is read once for the visits of some minutes, not for each of them.</summary>
internal sealed class DraftReviews(Installation home, DiplomaFlow flow, IDataProtectionProvider protection) : IDisposable
{
    private const int KeptMax = 4;
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly IDataProtector protector = protection.CreateProtector("signing/figures");
    private readonly SemaphoreSlim reading = new(1, 1);
    private readonly List<(string Key, DateTimeOffset Until, DraftReview Review)> known = [];

    /// <summary>The review of the draft as it stands, or why it cannot be approved as it is.</summary>
    public async Task<Outcome<DraftReview>> OfAsync(Draft draft, CancellationToken cancel)
    {
        var key = $"{draft.Id}/{draft.Version}";
        await reading.WaitAsync(cancel);
        try
        {
            var now = home.Time.GetUtcNow();
            known.RemoveAll(k => k.Until < now);
            if (known.Find(k => k.Key == key) is { Review: { } there })
            {
                return there;
            }

            var read = await ReadAsync(draft, cancel);
            if (read.TryGet(out var review, out _))
            {
                known.Insert(0, (key, now + Kept, review));
                known.RemoveRange(Math.Min(KeptMax, known.Count), Math.Max(0, known.Count - KeptMax));
            }

            return read;
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>Figures as they are stored beside the batch: protected, since a programme may have one graduate.</summary>
    public string Protect(CohortFigures figures) => protector.Protect(Encoding.UTF8.GetString(figures.Write()));

    /// <summary>The figures of the institution's list before this one; null when none was approved here.</summary>
    public async Task<(SigningJob Job, CohortFigures Figures)?> LastAsync(Bin institution, string? exceptBatch, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var last = (await SigningJobs.OfInstitutionAsync(connection, institution, 50, cancel))
            .Find(j => j.Batch != exceptBatch && j is { State: SigningState.Done, Figures: not null });
        return last is null ? null : (last, CohortFigures.Parse(Encoding.UTF8.GetBytes(protector.Unprotect(last.Figures!))));
    }

    public void Dispose() => reading.Dispose();

    private async Task<Outcome<DraftReview>> ReadAsync(Draft draft, CancellationToken cancel)
    {
        if (!(await home.Drafts.OpenListAsync(draft, cancel)).TryGet(out var list, out var problem)
            || !(await flow.CheckListAsync(list, draft.Institution, null, cancel)).TryGet(out var result, out problem))
        {
            return problem;
        }

        if (!result.IsValid)
        {
            return new ListHasErrors(result);
        }

        if (result.RowCount == result.AlreadyIssuedCount)
        {
            return new Problem("approvals/nothing-to-sign", "Every diploma of the list was issued before.");
        }

        var awards = new List<GateAward>(result.RowCount);
        var cohort = CohortReview.Of(result.ReadDiplomas().Select(diploma =>
        {
            awards.Add(DiplomaFlow.Award(diploma));
            return diploma;
        }));
        return new DraftReview(
            result.ListHash, result.RowCount - result.AlreadyIssuedCount, result.AlreadyIssuedCount, cohort, result.Warnings,
            result.WarningCount, awards);
    }
}
