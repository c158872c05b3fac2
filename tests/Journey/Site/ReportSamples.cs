using System.Text;
using Mortanba.Foundation;
using Mortanba.Host.Web;
using Mortanba.Verification;

namespace Mortanba.Journey.Tests.Site;

/// <summary>A report of each kind, so that each page can be looked at; the text presented names the kind.</summary>
internal sealed class ReportSamples : IVerification
{
    public static readonly string[] Kinds = ["genuine", "suspended", "annulled", "superseded", "tampered"];

    public static readonly LocalizedText Programme = new(
        "6B06103 Ақпараттық жүйелер", "6B06103 Информационные системы", "6B06103 Information systems");

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 10, 4, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, string> NoEvidence = [];

    public static Report Make(string kind) => kind switch
    {
        "genuine" => Report(Verdict.InForce, null),
        "suspended" or "annulled" or "superseded" => Report(Verdict.NotInForce, kind, (CheckName.Status, CheckState.Failed)),
        "unchecked" => Report(Verdict.CouldNotCheck, null, (CheckName.Status, CheckState.NotChecked)),
        "not-asked" => Report(Verdict.InForce, null, (CheckName.Freshness, CheckState.NotChecked)),
        "not-asked-part" => Report(Verdict.InForce, null, (CheckName.Freshness, CheckState.NotChecked)) with { Content = null },
        "paper" => Report(Verdict.InForce, null) with { Form = "paper" },
        _ => Report(
            Verdict.NotGenuine, null, (CheckName.Integrity, CheckState.Failed), (CheckName.IssuerSignature, CheckState.Failed),
            (CheckName.Status, CheckState.NotChecked)) with
        { Content = null, Form = "pdf" },
    };

    public Task<Report> VerifyAsync(
        ReadOnlyMemory<byte> presented, TrustBundle? trust, ILiveSource? live, CancellationToken cancel) =>
        Task.FromResult(Make(presented.Length > 100 ? "tampered" : Encoding.UTF8.GetString(presented.Span).Trim()));

    private static Report Report(Verdict verdict, string? state, params (CheckName Name, CheckState State)[] odd) => new(
        verdict,
        "diploma-file",
        Now,
        new IssuerView(
            InMemoryRegistry.Bin.Value, $"did:web:localhost:institutions:{InMemoryRegistry.Bin}", InMemoryRegistry.University, "210340000029",
            new LocalizedText("«Білім Тірек» АҚ", "АО «Білім Тірек»", "Bilim Tirek JSC"), "KZ-DA-0007"),
        Content,
        state is null
            ? null
            : new AssetState(state, Now.AddDays(-73), "correction", state == "superseded" ? "urn:uuid:0b7a2f52-0000-4000-8000-000000000001" : null),
        [.. Enum.GetValues<CheckName>().Select(name => Line(name, odd.FirstOrDefault(o => o.Name == name).State))],
        ["holder"]);

    private static Check Line(CheckName name, CheckState state) => new(
        name,
        name == CheckName.Disclosure ? CheckState.NotApplicable : state,
        "test/reason",
        "Found as it should be",
        name == CheckName.LedgerInclusion
            ? new Dictionary<string, string> { ["index"] = "4018227", ["key"] = "did:web:mortanba.example:institutions:150540000018#key-1" }
            : NoEvidence,
        name is CheckName.Checkpoint or CheckName.Status ? TimeSpan.FromSeconds(120) : null);

    private static DisclosedContent Content { get; } = new(
        new Dictionary<string, LocalizedText>
        {
            ["name"] = new("Сәрсенова Айдана Ерланқызы", "Сарсенова Айдана Ерлановна", "Aidana Yerlankyzy Sarsenova"),
            ["qualification"] = new("Ақпараттық-коммуникациялық технологиялар бакалавры",
                "Бакалавр информационно-коммуникационных технологий", "Bachelor of information and communication technologies"),
            ["programme"] = Programme,
            ["diploma_number"] = LocalizedText.Same(InMemoryRegistry.Number),
            ["award_date"] = LocalizedText.Same("2026-06-26"),
        },
        [.. Enumerable.Range(1, 30).Select(i => new DisclosedCourse(
            $"MAT{i}", new($"Математика {i}", $"Математика {i}", $"Mathematics {i}"), 5, 91, "A-"))]);
}
