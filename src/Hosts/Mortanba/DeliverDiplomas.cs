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
    private DayWording? kept;

    /// <summary>Delivers these assets on all cores; gives the files in the order of the assets.</summary>
    public async Task<IReadOnlyList<DeliveredFiles>> RunAsync(
        IReadOnlyList<AssetId> assets, Action<int>? progress = null, CancellationToken cancel = default)
    {
        var outbox = new Outbox(home.Outbox, home.Time);
        var wording = Wording();
        var delivered = new DeliveredFiles[assets.Count];
        var done = 0;
        await Parallel.ForAsync(
            0,
            assets.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancel },
            async (i, token) =>
            {
                delivered[i] = await DeliverAsync(outbox, wording, assets[i], token);
                progress?.Invoke(Interlocked.Increment(ref done));
            });
        return delivered;
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

        return (diploma, new DiplomaFile(
            diploma.Forms.SdJwtText, diploma.Forms.Vc, diploma.Forms.PaperText, proven.Entries, proven.Checkpoint));
    }

    /// <summary>The PDF around a diploma file.</summary>
    public byte[] Pdf(StoredDiploma diploma, byte[] diplomaFile) => Pdf(diploma, diplomaFile, Wording());

    private static byte[] Pdf(StoredDiploma diploma, byte[] diplomaFile, SupplementWording wording) => DiplomaPdf.Render(
        diploma.Record,
        diplomaFile,
        new PaperQr(diploma.Record.SiteAddress, diploma.Record.Capability, diploma.Forms.PaperText).ToString(),
        wording);

    private async Task<DeliveredFiles> DeliverAsync(
        Outbox outbox, SupplementWording wording, AssetId asset, CancellationToken cancel)
    {
        if (await FileOfAsync(asset, cancel) is not var (diploma, file))
        {
            throw new InvalidOperationException($"{asset} cannot be delivered: erased, or under no checkpoint yet.");
        }

        var bytes = file.Write();
        var (pdf, json) = outbox.Write(diploma.Record.Content.FullNumber, Pdf(diploma, bytes, wording), bytes);
        return new DeliveredFiles(asset, pdf, json);
    }

    /// <summary>The fixed texts of the supplement by the rules of today; made once a day.</summary>
    internal SupplementWording Wording()
    {
        var today = new WorkingCalendar(home.Rules).DateOf(home.Time.GetUtcNow()).Value;
        if (kept is { } known && known.Day == today)
        {
            return known.Wording;
        }

        var texts = home.Rules.Resolve(RuleKeys.SupplementTexts, today).Value.Value;
        var wording = new SupplementWording(
            texts.Sections, texts.Preamble, texts.GradingScheme, texts.FurtherInformation, texts.NationalSystem);
        kept = new DayWording(today, wording);
        return wording;
    }

    private sealed record DayWording(DateOnly Day, SupplementWording Wording);
}

public sealed record DeliveredFiles(AssetId Asset, string Pdf, string DiplomaFile);
