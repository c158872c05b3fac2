using System.Data.Common;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Verification;

namespace Mortanba.Host.Reconciling;

/// <summary>Looks at single diplomas as the audit does, while the site goes on. Not for concurrent use.</summary>
internal sealed class DiplomaLooks
{
    // The files of a list that is being signed come at its end.
    private static readonly TimeSpan DeliveryMax = TimeSpan.FromHours(1);

    private readonly List<Problem> found = [];
    private readonly Installation home;
    private readonly DiplomaAudit audit;
    private readonly long shown;

    private DiplomaLooks(Installation home, TrustBundle trust, long shown) =>
        (this.home, this.shown, audit) = (home, shown, new DiplomaAudit(home, trust, found));

    /// <summary>Files in the outbox of the diplomas looked at.</summary>
    public int Delivered { get; private set; }

    public static async Task<DiplomaLooks> BeginAsync(Installation home, CancellationToken cancel) =>
        new(home, await TrustBundles.DraftAsync(home, cancel), await home.LogReader.ShownSizeAsync(cancel));

    /// <summary>What does not agree about the diploma of a row; nothing about one whose newest entry waits for a head.</summary>
    public async Task<IReadOnlyList<Problem>> LookAsync(long id, DateTimeOffset now, CancellationToken cancel)
    {
        found.Clear();
        try
        {
            if (await FindAsync(id, cancel) is not { } credential)
            {
                return [];
            }

            Delivered += await audit.CheckAsync(credential, cancel) ? 1 : 0;
            return [.. found.Where(f => f.Code != "audit/not-delivered" || now - credential.IssuedAt > DeliveryMax)];
        }
#pragma warning disable CA1031 // A changed byte may break any reader, and then any exception comes; a store that is away is no finding.
        catch (Exception e) when (e is not (DbException or IOException or TimeoutException or OperationCanceledException))
#pragma warning restore CA1031
        {
            return [new Problem(
                "audit/credential-row-malformed", $"Row {id} of the credentials is not readable ({e.GetType().Name}).",
                ("row", id.ToString(CultureInfo.InvariantCulture)))];
        }
    }

    private async Task<CredentialSummary?> FindAsync(long id, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var credential = (await home.Credentials.ListAsync(connection, id - 1, 1, cancel)).SingleOrDefault(c => c.Id == id);
        return credential is not null && (await CredentialStore.EntriesOfAsync(connection, credential.Asset, cancel)).All(e => e.Index < shown)
            ? credential
            : null;
    }
}
