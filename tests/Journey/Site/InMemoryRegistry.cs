using System.Text;
using Mortanba.Foundation;
using Mortanba.Host.Availability;
using Mortanba.Host.Explorer;
using Mortanba.Host.Web;
using Mortanba.Ledger.Anchoring;
using Mortanba.Ledger;
using Mortanba.TransparencyLog;
using Mortanba.Verification;

namespace Mortanba.Journey.Tests.Site;

/// <summary>A registry of invented data for tests of the pages alone; the product has only the one on the stores.</summary>
internal sealed class InMemoryRegistry : IPublicRegistry, ILiveSource
{
    public const string Number = "BD 00412867";
    public const string Capability = "AbCdEfGhIjKlMnOpQrStUv";

    public static readonly AssetId Asset = AssetId.Parse("urn:uuid:4f1c1c7e-0000-4000-8000-000000000000");
    public static readonly Bin Bin = MakeBin();

    public static readonly LocalizedText University = new(
        "«Қазына» политехникалық университеті", "Политехнический университет «Қазына»", "Qazyna Polytechnic University");

    private static readonly DateTimeOffset At = new(2026, 6, 26, 5, 0, 0, TimeSpan.Zero);

    private readonly LedgerEntry entry = LedgerEntry.Create(
        LedgerEntryTypes.AssetRegistered, At, ("asset", Asset.ToString()), ("initiator", Bin.Value));

    public TrustBundle Trust { get; } = TrustBundleFile.Sign(
        new TrustBundle(At, "log.example+00000000+AA==", "quorum none\n", "http://localhost", Bin.Value, [], []),
        new NoteSigner("localhost/log/trust", new Ed25519PrivateKey(new byte[32])));

    public ILiveSource Live => this;

    public LocalizedText? ReasonTitle(string code) =>
        code == "correction" ? new("Қате түзетілді", "Исправлена ошибка", "Error corrected") : null;

    public LegalClassView LegalClass { get; } = new("secured-digital-asset", "kz.digital-assets@2026.1", Confirmed: false);

    public IReadOnlyList<SampleView> Samples { get; } =
        [.. ReportSamples.Kinds.Select(kind => new SampleView(kind, kind, kind + ".json"))];

    public Task<NumberView?> FindByNumberAsync(string number, CancellationToken cancel) => Task.FromResult(
        string.Concat(number.Where(char.IsLetterOrDigit)).Equals("BD00412867", StringComparison.OrdinalIgnoreCase)
            ? new NumberView(Number, Asset, Bin.Value, University, ReportSamples.Programme, new DateOnly(2026, 6, 26), "annulled",
                At.AddDays(75), "correction")
            : null);

    public Task<string?> NumberOfReplacementAsync(string asset, CancellationToken cancel) => Task.FromResult<string?>("BD 00999999");

    public Task<PaperView?> PaperAsync(string capability, CancellationToken cancel) =>
        Task.FromResult(capability == Capability ? new PaperView(Number, "genuine"u8.ToArray()) : null);

    public Task<PaperView?> PaperPdfAsync(string capability, CancellationToken cancel) => PaperAsync(capability, cancel);

    public Task<IReadOnlyList<InstitutionView>> InstitutionsAsync(CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<InstitutionView>>([new InstitutionView(Bin, $"did:web:localhost:institutions:{Bin}",
            "initiator", University, new LocalizedText("Қарағанды", "Караганда", "Qaraghandy"), ["key-1"], 3)]);

    public Task<byte[]?> DidDocumentAsync(Bin bin, CancellationToken cancel) =>
        Task.FromResult(bin == Bin ? "{}"u8.ToArray() : null);

    public Task<byte[]?> IssuerMetadataAsync(Bin bin, CancellationToken cancel) => DidDocumentAsync(bin, cancel);

    public Task<IReadOnlyList<DecisionView>> DecisionsAsync(CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<DecisionView>>([Decision]);

    public Task<DecisionView?> DecisionAsync(string id, CancellationToken cancel) =>
        Task.FromResult(id == Decision.Id ? Decision : null);

    public Task<LedgerView> LedgerAsync(int latest, CancellationToken cancel) => Task.FromResult(new LedgerView(
        "localhost/log", 4_118_902, "localhost/log\n4118902\nAAAA\n", At, 1_284_310,
        [.. Enumerable.Range(1, 5).Select(i => new WitnessView(
            $"w{i}", LocalizedText.Same($"Organisation {i}"), "KZ", "own", true, i < 5 ? 4_118_902 : 4_118_311, At))],
        [.. Enumerable.Range(0, latest).Select(i => new EntryView(4_118_901 - i, entry, []))]));

    public Task<EntryView?> EntryAsync(long index, CancellationToken cancel) => Task.FromResult(
        index < 4_118_902 ? new EntryView(index, entry, [new byte[32], new byte[32]]) : null);

    public async Task<IReadOnlyList<EntryView>> EntriesAsync(long before, int count, CancellationToken cancel) =>
        (await LedgerAsync(count, cancel)).Latest;

    public Task<long?> FindEntryAsync(AssetId asset, CancellationToken cancel) =>
        Task.FromResult(asset == Asset ? 7L : (long?)null);

    public Task<LedgerFigures> FiguresAsync(int days, int lately, CancellationToken cancel) => Task.FromResult(new LedgerFigures(
        4_118_902,
        [.. Enumerable.Range(0, days).Select(i => (new DateOnly(2025, 7, 1).AddDays(i), 100L * i))],
        [new KindCount(LedgerEntryTypes.AssetRegistered, 4_000_000, 20_000), new KindCount("test.unknown", 118_902, 0)]));

    public Task<IReadOnlyList<AnchorRow>> AnchorsAsync(int latest, CancellationToken cancel) => Task.FromResult<IReadOnlyList<AnchorRow>>([]);

    public Task<IReadOnlyList<CheckpointView>> CheckpointsAsync(long below, int count, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<CheckpointView>>(
            [new CheckpointView(new ShownCheckpoint(4_118_902, "localhost/log\n4118902\nAAAA\n", At, At.AddSeconds(1)), 7, ["w1", "w2"])]);

    public Task<IReadOnlyList<PartSummary>> AvailabilityAsync(int days, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<PartSummary>>(
            [.. Enum.GetValues<ServicePart>().Select(part => new PartSummary(
                part, [new MeasuredSpan(new DateOnly(2026, 6, 1), 1_430, 1_440)], new MeasuredSpan(new DateOnly(2026, 6, 1), 1_430, 1_440)))]);

    public Task<PublishedStatusList?> StatusListAsync(string listId, StatusListKind kind, CancellationToken cancel) =>
        Task.FromResult(listId == "1"
            ? new PublishedStatusList(Encoding.ASCII.GetBytes(kind.ToString()), TimeSpan.FromMinutes(5))
            : null);

    public Task<byte[]?> SampleAsync(string id, CancellationToken cancel) =>
        Task.FromResult<byte[]?>(Encoding.ASCII.GetBytes(id));

    public Task<Live<LiveEvidence>> EvidenceAsync(AssetId asset, CancellationToken cancel) => Task.FromResult(
        asset == Asset
            ? new Live<LiveEvidence>(LiveState.Found, new LiveEvidence([new(7, entry.Bytes, [new byte[32]])], "note"))
            : new Live<LiveEvidence>(LiveState.Absent, null));

    public Task<Live<byte[]>> StatusListAsync(string uri, CancellationToken cancel) =>
        Task.FromResult(new Live<byte[]>(LiveState.Absent, null));

    private static DecisionView Decision { get; } = new(
        "2026-QPU-1", Bin.Value, University, LocalizedText.Same("Bilim Tirek JSC"), At.AddMonths(-3), null,
        "secured-digital-asset", "Decision on issue\n", "sha3-512:AAAA", 12);

    private static Bin MakeBin() => Enumerable.Range(0, 1000)
        .Select(i => "150540000" + i.ToString("D3", System.Globalization.CultureInfo.InvariantCulture))
        .Where(text => Bin.TryParse(text, out _))
        .Select(Bin.Parse)
        .First();
}
