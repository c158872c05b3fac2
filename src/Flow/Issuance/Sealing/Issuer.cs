using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Issuance;

/// <summary>What is the same for every diploma of one signing.</summary>
/// <param name="Permission">From the seven-point gate; names initiator, operator, decision and rules.</param>
/// <param name="Approval">Preparer and approver, two people.</param>
/// <param name="KeyId">DID URL of the initiator's key, as registered in the ledger.</param>
/// <param name="Signer">That key.</param>
/// <param name="SiteAddress">Public address without a slash at its end.</param>
/// <param name="At">Time of issue.</param>
/// <param name="Expiry">Rule <c>diploma-expiry</c> on that date; without one a diploma has no end.</param>
public sealed record IssueOrder(
    IssuePermission Permission,
    TwoPersons Approval,
    string KeyId,
    ISigner Signer,
    string SiteAddress,
    DateTimeOffset At,
    DiplomaExpiry? Expiry = null);

/// <summary>In: checked diplomas and their status indices. Out: signed, committed and sealed ones. Stores nothing.</summary>
public sealed class Issuer(IKeyVault vault) : IDisposable
{
    private const int CapabilitySizeBytes = 16;

    private readonly ThreadLocal<Workplace> workplaces = new(() => new Workplace());

    /// <summary>
    /// Signs on all cores; the answer has the order of the input. <paramref name="status"/> has one pointer a diploma.
    /// </summary>
    public IReadOnlyList<IssuedDiploma> Sign(
        IssueOrder order,
        IReadOnlyList<ValidatedDiploma> diplomas,
        IReadOnlyList<StatusPointer> status,
        CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(status.Count, diplomas.Count);
        var issued = new IssuedDiploma[diplomas.Count];
        Parallel.For(
            0,
            (diplomas.Count + Sha3Batch.Width - 1) / Sha3Batch.Width,
            new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount },
            group =>
            {
                var first = group * Sha3Batch.Width;
                var records = new DiplomaRecord[Math.Min(Sha3Batch.Width, diplomas.Count - first)];
                for (var i = 0; i < records.Length; i++)
                {
                    records[i] = Record(order, diplomas[first + i], status[first + i]);
                }

                Sign(order, records, issued.AsSpan(first, records.Length));
            });
        return issued;
    }

    public void Dispose() => workplaces.Dispose();

    private static DiplomaRecord Record(IssueOrder order, ValidatedDiploma diploma, StatusPointer status)
    {
        Span<byte> capability = stackalloc byte[CapabilitySizeBytes];
        RandomNumberGenerator.Fill(capability);
        return new DiplomaRecord(
            AssetId.NewRandom(),
            diploma,
            order.Permission,
            order.KeyId,
            status,
            Base64Url.EncodeToString(capability),
            order.SiteAddress,
            order.At,
            order.Expiry?.LastDay(diploma.AwardDate));
    }

    // As many as are hashed together; the answer is written in the order of the records.
    private void Sign(IssueOrder order, ReadOnlySpan<DiplomaRecord> records, Span<IssuedDiploma> issued)
    {
        var place = workplaces.Value!;
        var forms = new SignedForms[records.Length];
        for (var i = 0; i < records.Length; i++)
        {
            var record = records[i];
            forms[i] = new SignedForms(
                place.SdJwt.Render(record, order.Signer),
                place.Badge.Render(record, order.Signer),
                Encoding.ASCII.GetBytes(PaperJws.Sign(Paper(record), order.Signer, record.InitiatorKeyId)));
        }

        var commitments = FormCommitments.Of(forms, order.Permission.HashAlgorithm);
        for (var i = 0; i < records.Length; i++)
        {
            var record = records[i];
            var (wrappedKey, name, payload) = SealedPayload.Seal(vault, record, forms[i], place.Records, place.Scratch);
            issued[i] = new IssuedDiploma(
                record,
                RegisteredEntry.Write(record, commitments[i], place.Json),
                wrappedKey,
                name,
                payload,
                CredentialStore.HashOfCapability(record.Capability),
                HolderFingerprint.Of(vault, record.Initiator.Bin, record.Content));
        }
    }

    /// <summary>The few facts of the paper code.</summary>
    private static PaperCore Paper(DiplomaRecord record)
    {
        var diploma = record.Content;
        return new PaperCore(
            record.Asset,
            diploma.FullNumber,
            diploma.Name.In(Language.Kk),
            diploma.Name.In(Language.En),
            diploma.Programme.Qualification.Kk,
            diploma.Programme.Qualification.En,
            diploma.AwardDate,
            record.Initiator.Bin,
            record.Initiator.Name.Kk,
            record.Status.TokenUri,
            record.Status.Index);
    }

    // Buffers of one thread: nothing is allocated for a diploma but what it keeps.
    private sealed class Workplace
    {
        public Workplace()
        {
            var courses = new CourseTexts();
            SdJwt = new SdJwtDiploma(courses);
            Badge = new OpenBadgeDiploma(courses);
        }

        public SdJwtDiploma SdJwt { get; }

        public OpenBadgeDiploma Badge { get; }

        public RecordWriter Records { get; } = new();

        public JcsText Json { get; } = new();

        public ArrayBufferWriter<byte> Scratch { get; } = new(32 * 1024);
    }
}
