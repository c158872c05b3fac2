using System.Globalization;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Host.Web;
using Mortanba.Ledger.Anchoring;
using Mortanba.TransparencyLog;
using Mortanba.Verification;

namespace Mortanba.Host.Commands;

/// <summary>
/// <c>audit --anchor FILE --endpoint URL</c>: asks a chain whether it holds the anchor that a diploma carries. Needs no installation
/// and nobody's word but the trust bundle's and that of the nodes asked. Exit 0 when it stands, 1 when the chain contradicts the
/// ledger, 3 when it could not be asked.
/// </summary>
internal static class AuditAnchor
{
    private const int CouldNotLook = 3;
    private static readonly string[] Contradictions = ["chain/another-genesis", "chain/not-anchored", "chain/fork"];

    public static async Task<int> RunAsync(Speaker speaker, FileInfo presented, FileInfo trustFile, string[] endpoints, CancellationToken cancel)
    {
        if (endpoints.Length == 0 || !endpoints.All(CommandLine.IsAddress))
        {
            Console.Error.WriteLine(speaker.Text("host/audit.no-endpoint"));
            return CommandLine.Usage;
        }

        if (!presented.Exists)
        {
            Console.Error.WriteLine(speaker.Text("host/no-such-file", ("file", presented.FullName)));
            return CommandLine.Usage;
        }

        ReadOnlyMemory<byte> bytes = await File.ReadAllBytesAsync(presented.FullName, cancel);
        TrustBundle? trust = null;
        Problem? problem = null;
        if (!trustFile.Exists || !TrustBundleFile.Parse(await File.ReadAllBytesAsync(trustFile.FullName, cancel)).TryGet(out trust, out problem))
        {
            speaker.Refuse(problem ?? new Problem("verification/trust-absent", "No trust bundle was given."));
            return CommandLine.Usage;
        }

        // First without the chain: is it an anchor of the trusted log, on a trusted contract, of a tree that has the diploma?
        var report = await new Verifier(TimeProvider.System).VerifyAsync(bytes, trust, null, cancel);
        var check = report.Checks.Single(c => c.Name == CheckName.Anchor);
        if (check.State != CheckState.Passed)
        {
            Console.Error.WriteLine(ReportWords.Detail(speaker.Texts, speaker.Language, check));
            return check.State == CheckState.Failed ? 1 : CouldNotLook;
        }

        var json = PdfDiploma.LooksLikePdf(bytes.Span) ? PdfDiploma.Find(bytes).Value : bytes;
        var file = DiplomaFile.Parse(json).Value;
        var said = LedgerEntry.Parse(file.Entries.First(e => e.Index == file.Anchor!.Index).Entry).Value;
        var origin = Checkpoint.Parse(SignedNote.Parse(file.Checkpoint).Value.Text).Value.Origin;
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        if (!(await AnchorCheck.RunAsync(http, said, origin, [.. endpoints.Select(e => new Uri(e))], cancel)).TryGet(out var place, out problem))
        {
            speaker.Refuse(problem);
            return Contradictions.Contains(problem.Code) ? 1 : CouldNotLook;
        }

        Console.WriteLine(speaker.Text(
            "host/audit.anchor-stands", ("size", said.Number("size")!.Value), ("chain", said.Text("chain")!), ("contract", said.Text("contract")!),
            ("count", endpoints.Length)));
        if (place is not null)
        {
            var isMoved = place.Transaction != said.Text("transaction");
            Console.WriteLine(speaker.Text(
                isMoved ? "host/audit.anchor-moved" : "host/audit.anchor-place",
                ("block", place.Block.ToString(CultureInfo.InvariantCulture)), ("transaction", place.Transaction)));
        }

        return 0;
    }
}
