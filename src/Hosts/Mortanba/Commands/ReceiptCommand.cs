using System.CommandLine;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Verification;

namespace Mortanba.Host.Commands;

/// <summary><c>receipt</c>: checks the receipts of signed lists with a trust bundle alone; no installation, no network.</summary>
internal static class ReceiptCommand
{
    private static readonly Argument<FileInfo[]> Files = new("files") { Arity = ArgumentArity.OneOrMore };
    private static readonly Option<FileInfo> Trust = new("--trust") { Required = true };

    public static Command Create()
    {
        var command = new Command("receipt") { Files, Trust };
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
        if (!TrustBundleFile.Parse(await File.ReadAllBytesAsync(parsed.GetValue(Trust)!.FullName, cancel)).TryGet(out var trust, out var problem))
        {
            return speaker.Refuse(problem);
        }

        var exit = 0;
        foreach (var file in parsed.GetValue(Files)!)
        {
            if (Check(await File.ReadAllBytesAsync(file.FullName, cancel), trust).TryGet(out var receipt, out problem))
            {
                Console.WriteLine(speaker.Text(
                    "host/receipt.genuine", ("file", file.Name), ("count", receipt.Count), ("decision", receipt.Decision),
                    ("first", receipt.FirstIndex), ("last", receipt.LastIndex)));
            }
            else
            {
                exit = speaker.Refuse(problem);
            }
        }

        return exit;
    }
}
