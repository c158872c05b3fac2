using System.CommandLine;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Host.Receipts;
using Mortanba.Issuance;
using Mortanba.Verification;

namespace Mortanba.Host.Commands;

/// <summary>
/// <c>receipt</c>: checks receipts of signed lists and of verifications with a trust bundle alone; no installation, no network. With
/// <c>--fetch</c> it asks the bundle's site for the proof that a verification's receipt is logged, and lays it into the file; with
/// <c>--of</c> it says whether the receipt is of that very file. Exit 1 when one is not confirmed, 75 when only its proof has to be waited for.
/// </summary>
internal static class ReceiptCommand
{
    private static readonly Argument<FileInfo[]> Files = new("files") { Arity = ArgumentArity.OneOrMore };
    private static readonly Option<FileInfo> Trust = new("--trust") { Required = true };
    private static readonly Option<bool> Fetch = new("--fetch");
    private static readonly Option<FileInfo?> Of = new("--of");

    public static Command Create()
    {
        var command = new Command("receipt") { Files, Trust, Fetch, Of };
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>Public key of a key id, when it is the operator's of the receipt; keys of others sign no receipt.</summary>
    internal static Outcome<BatchReceipt> Check(ReadOnlyMemory<byte> file, TrustBundle trust)
    {
        var keys = trust.Institutions.SelectMany(i => i.Keys.Select(k => (i.Bin, Key: k))).ToList();
        string? signedBy = null;
        var read = BatchReceipt.Check(
            file,
            kid =>
            {
                var known = keys.Find(k => k.Key.KeyId == kid);
                signedBy = known.Bin;
                return known.Key?.PublicKeyMultibase;
            },
            DiplomaFlow.VerifySignature);
        return read.TryGet(out var receipt, out _) && receipt.Operator.Value != signedBy
            ? new Problem("issuance/receipt-signature", "The receipt is not signed by the operator, or was changed since.")
            : read;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        var presented = parsed.GetValue(Of) is { } of ? await File.ReadAllBytesAsync(of.FullName, cancel) : null;
        if (!TrustBundleFile.Parse(await File.ReadAllBytesAsync(parsed.GetValue(Trust)!.FullName, cancel)).TryGet(out var trust, out var problem))
        {
            return speaker.Refuse(problem);
        }

        var exit = 0;
        foreach (var file in parsed.GetValue(Files)!)
        {
            var bytes = await File.ReadAllBytesAsync(file.FullName, cancel);
            if (VerificationReceipt.Check(bytes, trust) is var read && read.Problem?.Code != "receipts/malformed")
            {
                exit = Math.Max(exit, await TellAsync(speaker, file, bytes, read, trust, presented, parsed.GetValue(Fetch), cancel));
                continue;
            }

            if (Check(bytes, trust).TryGet(out var receipt, out problem))
            {
                Console.WriteLine(speaker.Text(
                    "host/receipt.genuine", ("file", file.Name), ("count", receipt.Count), ("decision", receipt.Decision),
                    ("first", receipt.FirstIndex), ("last", receipt.LastIndex)));
            }
            else
            {
                exit = Math.Max(exit, speaker.Refuse(problem));
            }
        }

        return exit;
    }

    private static async Task<int> TellAsync(
        Speaker speaker, FileInfo file, byte[] bytes, Outcome<(VerificationReceipt Receipt, ReceiptProof? Logged, bool NeedsProof)> read, TrustBundle trust,
        byte[]? presented, bool fetch, CancellationToken cancel)
    {
        if (!read.TryGet(out var found, out var problem))
        {
            return speaker.Refuse(problem);
        }

        var (receipt, logged, needsProof) = found;
        if (presented is not null && !receipt.IsOf(presented))
        {
            return speaker.Refuse(new Problem("receipts/other-file", "The receipt is not of this file."));
        }

        if (fetch)
        {
            using var site = new ReceiptOfSite(trust);
            if (!(await site.ProofAsync(receipt, cancel)).TryGet(out logged, out problem))
            {
                speaker.Refuse(problem);
                return problem.Code is "receipts/waits" or "receipts/silent" or "receipts/full" ? Trouble.TryAgain : 1;
            }

            await File.WriteAllBytesAsync(file.FullName, VerificationReceipt.With(bytes, logged), cancel);
        }

        if (logged is null && needsProof)
        {
            return speaker.Refuse(new Problem("receipts/key-ended", "The key has ended since, and nothing shows that the ledger has the receipt."));
        }

        Console.WriteLine(speaker.Text(
            "host/receipt.verification", ("file", file.Name), ("verdict", speaker.Text("verification/verdict." + receipt.Verdict)),
            ("time", receipt.At.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)), ("operator", receipt.Operator)));
        if (presented is not null)
        {
            Console.WriteLine("  " + speaker.Text("receipts/is-of"));
        }

        if (logged is null)
        {
            Console.WriteLine("  " + speaker.Text("host/receipt.not-logged"));
            return 0;
        }

        if (!logged.Verify(receipt.Digest(), trust).TryGet(out var place, out problem))
        {
            return speaker.Refuse(problem);
        }

        Console.WriteLine("  " + speaker.Text(
            "host/receipt.logged", ("index", place.Index), ("time", place.At.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture))));
        return 0;
    }
}
