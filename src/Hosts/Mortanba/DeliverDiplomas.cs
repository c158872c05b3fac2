using System.Collections.Concurrent;
using Mortanba.Credentials;
using Mortanba.Delivery;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Rules;

namespace Mortanba.Host;

/// <summary>
/// Step 7 of "Life of a diploma". In: assets under a published checkpoint. Out: a PDF and a diploma file each in the
/// outbox. Can be run again at any time: the same files are made anew, with the proofs and the state of now.
/// </summary>
public sealed class DeliverDiplomas(Installation home)
{
    private readonly Evidence evidence = new(home);
    private readonly ConcurrentDictionary<DateOnly, SupplementWording> wordings = new();

    /// <summary>
    /// Delivers these assets on all cores; gives the files in the order of the assets. One whose data are blocked is passed over:
    /// its files stay as they were, and a publication after the block makes them anew when its state changed meanwhile.
    /// </summary>
    public async Task<IReadOnlyList<DeliveredFiles>> RunAsync(
        IReadOnlyList<AssetId> assets, Action<int>? progress = null, CancellationToken cancel = default)
    {
        var outbox = new Outbox(home.Outbox, home.Time);
        var delivered = new DeliveredFiles?[assets.Count];
        var done = 0;
        await Parallel.ForAsync(
            0,
            assets.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancel },
            async (i, token) =>
            {
                delivered[i] = await DeliverAsync(outbox, assets[i], token);
                progress?.Invoke(Interlocked.Increment(ref done));
            });
        return [.. delivered.OfType<DeliveredFiles>()];
    }

    /// <summary>The diploma file of an asset as of the newest checkpoint; null when it was erased or is not proven yet.</summary>
    public async Task<(StoredDiploma Diploma, DiplomaFile File)?> FileOfAsync(AssetId asset, CancellationToken cancel = default)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        if (await home.Credentials.LoadAsync(connection, asset, cancel) is not { } diploma
            || await evidence.OfAsync(asset, cancel) is not { } proven)
        {
            return null;
        }

        return (diploma, proven.With(diploma.Forms.SdJwtText, diploma.Forms.Vc, diploma.Forms.PaperText));
    }

    /// <summary>The PDF around a diploma file: the same bytes for the same file, today and later.</summary>
    public byte[] Pdf(StoredDiploma diploma, byte[] diplomaFile) => DiplomaPdf.Render(
        diploma.Record,
        diplomaFile,
        new PaperQr(diploma.Record.SiteAddress, diploma.Record.Capability, diploma.Forms.PaperText).ToString(),
        Wording(diploma.Record.IssuedAt));

    private async Task<DeliveredFiles?> DeliverAsync(Outbox outbox, AssetId asset, CancellationToken cancel)
    {
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if (await DataBlocks.FindAsync(connection, asset, cancel) is not null)
            {
                return null;
            }
        }

        if (await FileOfAsync(asset, cancel) is not var (diploma, file))
        {
            throw new InvalidOperationException($"{asset} cannot be delivered: erased, or under no checkpoint yet.");
        }

        var bytes = file.Write();
        var json = outbox.WriteFile(diploma.Record.Content.FullNumber, bytes);
        CrashPoint.Reach("between-files");
        var pdf = outbox.WritePdf(diploma.Record.Content.FullNumber, Pdf(diploma, bytes));
        return new DeliveredFiles(asset, pdf, json);
    }

    // The words of the rules on the day of issue: a diploma does not change its text when a rule does.
    internal SupplementWording Wording(DateTimeOffset issuedAt) =>
        wordings.GetOrAdd(new WorkingCalendar(home.Rules).DateOf(issuedAt).Value, date =>
        {
            var texts = home.Rules.Resolve(RuleKeys.SupplementTexts, date).Value.Value;
            return new SupplementWording(
                texts.Sections, texts.Preamble, texts.GradingScheme, texts.FurtherInformation, texts.NationalSystem);
        });
}

public sealed record DeliveredFiles(AssetId Asset, string Pdf, string DiplomaFile);
