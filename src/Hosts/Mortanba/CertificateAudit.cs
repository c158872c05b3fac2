using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Verification;

namespace Mortanba.Host;

/// <summary>The certificates of an audit: each opened, compared with its row, and verified against ledger and status lists.</summary>
/// <param name="findings">Where what is found goes.</param>
internal sealed class CertificateAudit(Installation home, TrustBundle trust, List<Problem> findings)
{
    private const int Page = 500;

    private readonly Evidence evidence = new(home);
    private readonly Verifier verifier = new(home.Time);

    public async Task RunAsync(CancellationToken cancel)
    {
        for (var after = ""; ;)
        {
            await using var connection = await home.Database.ConnectAsync(cancel);
            var assets = await CertificateStore.AssetsAsync(connection, after, Page, cancel);
            foreach (var asset in assets)
            {
                await CheckAsync(connection, asset, cancel);
            }

            if (assets.Count < Page)
            {
                return;
            }

            after = assets[^1];
        }
    }

    private async Task CheckAsync(DbConnection connection, string row, CancellationToken cancel)
    {
        CertificateSummary? summary = null;
        CertificateContent? content = null;
        try
        {
            if (AssetId.TryParse(row, out var asset))
            {
                summary = await home.Certificates.FindAsync(connection, asset, cancel);
                content = await home.Certificates.LoadAsync(connection, asset, cancel);
                Agree(summary!, content);
            }
        }
        catch (Exception e) when (e is CryptographicException or JsonException or FormatException or InvalidCastException or NullReferenceException)
        {
            summary = null;
        }

        if (summary is null || (content is null) != (summary.State == DiplomaState.Erased))
        {
            Find("audit/certificate-changed", $"The row {row} of certificates is not what was issued.", row);
            return;
        }

        if (content is null)
        {
            return;
        }

        if (await evidence.OfAsync(summary.Asset, cancel) is not { } proven)
        {
            Find("audit/not-under-checkpoint", $"{summary.Number}: no checkpoint covers it; run 'publish'.", row, summary.Number);
            return;
        }

        var report = await verifier.VerifyAsync(
            proven.With(content.SdJwtText, content.Vc, null).Write(), trust, new OwnLiveSource(home, evidence), cancel);
        var agrees = summary.State == DiplomaState.Active
            ? report.Verdict == Verdict.InForce
            : report.Verdict == Verdict.NotInForce && report.State?.Kind == summary.State.Word();
        // One that fell with the body's key is no genuine one any more; that is the ledger's word, not a changed row.
        if (!agrees && !report.Checks.Any(c => c is { Name: CheckName.KeyValid, Reason: "verification/key-compromised" }))
        {
            Find("audit/certificate-disagrees", $"{summary.Number}: the database says {summary.State.Word()}, the ledger and the lists say {report.Verdict}.", row, summary.Number);
        }
    }

    private static void Agree(CertificateSummary summary, CertificateContent? content)
    {
        if (content is not null && CertificateLookup.OwnerIn(summary, content) != summary.CaseId)
        {
            throw new FormatException("The certificate is of another case than its row.");
        }
    }

    private void Find(string code, string detail, string row, string? number = null) =>
        findings.Add(new Problem(code, detail, ("table", "certificates"), ("row", row), ("number", number ?? row)));
}
