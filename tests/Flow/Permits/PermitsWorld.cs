using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Permits;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Tests.Permits;

/// <summary>An invented operator and university that may issue; each test spoils one thing. Linked into two test
/// projects.</summary>
internal sealed class PermitsWorld(Database database)
{
    public const string DecisionId = "2026-01";
    public const string PermitNumber = "KZ-DA-0001";

    public static readonly Bin Operator = Bin.Parse(Valid("1902400123"));
    public static readonly Bin University = Bin.Parse(Valid("1803400211"));
    public static readonly DateTimeOffset SetUp = new(2026, 1, 12, 6, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Event = new(2026, 6, 25, 6, 0, 0, TimeSpan.Zero);
    public static readonly DateOnly Award = new(2026, 6, 20);
    public static readonly RuleBook Book = RuleBook.Load(RuleBook.DefaultFolder).Value;

    private long nextIndex;

    public TestSigner Signer { get; } = new();

    /// <summary>Everything an issue needs, on the ledger.</summary>
    public Task BuildAsync(
        DecisionDocument? decision = null, bool decisionOnLedger = true, bool permit = true, OpenedOrder? order = null) =>
        database.WriteAsync(async t =>
        {
            await DoneAsync(t, RegisterInstitution.RunAsync(t, Organisation(Operator, OrganisationRole.IssuerOperator), SetUp));
            await DoneAsync(t, RegisterInstitution.RunAsync(t, Organisation(University, OrganisationRole.Initiator), SetUp));
            await DoneAsync(t, RegisterKey.RunAsync(t, new(University, Kid(University), Signer.Multibase, SetUp)));
            Assert_(await AddProgramme.RunAsync(t, Programme()));
            if (permit)
            {
                await DoneAsync(t, new GrantPermit(Book).RunAsync(
                    t, new(PermitNumber, Operator, new DateOnly(2026, 1, 12), Decided(SetUp))));
            }

            var document = ((decision ?? Document()) with { Order = order?.Reference }).Write();
            var published = await new PublishDecision(Book, Verify)
                .RunAsync(t, document, DecisionSignature.Sign(Signer, Kid(University), document), SetUp, order);
            if (decisionOnLedger)
            {
                await AppendAsync(t, Assert_(published));
            }
        });

    public Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work) => database.WriteAsync(work);

    /// <summary>Runs an act that must succeed and appends its entry to the pretended log.</summary>
    public Task ActAsync(Func<DbTransaction, Task<Outcome<LedgerEntry>>> act) =>
        database.WriteAsync(t => DoneAsync(t, act(t)));

    public async Task<Gate.Verdict> CheckAsync(
        DateTimeOffset? at = null, RuleBook? book = null, string decision = DecisionId, Bin? initiator = null, params GateAward[] awards)
    {
        await using var connection = await database.ConnectAsync();
        var gate = new Gate(book ?? Book, new DemoStateRegister(), Verify);
        var request = new GateRequest(initiator ?? University, decision, awards.Length > 0 ? awards : [Awarded()], at ?? Event);
        return (await gate.CheckAsync(connection, request)).Value;
    }

    public static string Kid(Bin bin) => Did(bin) + "#key-1";

    public static string Did(Bin bin) => $"did:web:localhost%3A5080:institutions:{bin}";

    public static DecisionDocument Document() => new(
        DecisionId, University, Operator, "education-document", LocalizedText.Same("Graduates of 2026"), LocalizedText.Same("The qualification"));

    public static Organisation Organisation(Bin bin, OrganisationRole role) => new(
        bin, Did(bin), role, new("Атауы", "Название", "Name"), new("Астана", "Астана", "Astana"),
        new("Ректор", "Ректор", "Rector"), LocalizedText.Same("licensed"));

    public static Programme Programme() => new(
        University, "6B06103", LocalizedText.Same("Software"), LocalizedText.Same("Bachelor"), LocalizedText.Same("ICT"), "0613",
        6, 240, LocalizedText.Same("4"), LocalizedText.Same("-"), LocalizedText.Same("-"), LocalizedText.Same("-"),
        LocalizedText.Same("-"), "KZ77LAA00000001", new(2020, 1, 1), null, "IQAA", new(2022, 6, 1), new(2027, 5, 31));

    public static GateAward Awarded(
        int row = 2, string programme = "6B06103", DateOnly? date = null, string minutes = "12", string number = "00412867", string kind = "bachelor") =>
        new(row, kind, programme, date ?? Award, minutes, date ?? Award, "BD", number, Iin.TryParse("061211600012", out var iin) ? iin : default);

    public static HumanDecision Decided(DateTimeOffset at) => HumanDecision.Make(
        "An inspector", "regulator's officer", at, ["application 17"], "All conditions are met.",
        Book.Resolve(RuleKeys.PermitTerm, DateOnly.FromDateTime(at.UtcDateTime)).Value.Reference).Value;

    /// <summary>The shipped packs with one text replaced.</summary>
    public static RuleBook BookWith(string old, string replacement) => RuleBook.Parse(
        Directory.GetFiles(RuleBook.DefaultFolder, "*.yaml").Select(f => new PackFile(
            Path.GetFileName(f),
            Encoding.UTF8.GetBytes(File.ReadAllText(f).Replace(old, replacement, StringComparison.Ordinal))))).Value;

    public static bool Verify(string multibase, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        PublicKey.FromMultibase(multibase).TryGet(out var key, out _) && key.Verify(data, signature);

    private static T Assert_<T>(Outcome<T> outcome) => outcome.Value;

    private async Task<LedgerEntry> DoneAsync(DbTransaction t, Task<Outcome<LedgerEntry>> act)
    {
        var entry = Assert_(await act);
        await AppendAsync(t, entry);
        return entry;
    }

    private Task AppendAsync(DbTransaction t, LedgerEntry entry) => AuthorityEntries.SetIndexAsync(t, entry, nextIndex++);

    // The first completion of ten digits that has a valid check digit.
    private static string Valid(string ten) => Enumerable.Range(0, 100).Select(n => $"{ten}{n:D2}").First(text => Bin.TryParse(text, out _));
}

/// <summary>A P-256 key in memory.</summary>
internal sealed class TestSigner : ISigner
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public KeyKind Kind => KeyKind.P256;

    public ReadOnlyMemory<byte> PublicKey
    {
        get
        {
            var q = key.ExportParameters(includePrivateParameters: false).Q;
            return new byte[] { (byte)(2 + (q.Y![^1] & 1)) }.Concat(q.X!).ToArray();
        }
    }

    public string Multibase => Credentials.PublicKey.FromRaw(KeyKind.P256, PublicKey.Span).Value.Multibase;

    public byte[] Sign(ReadOnlySpan<byte> data) =>
        key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
