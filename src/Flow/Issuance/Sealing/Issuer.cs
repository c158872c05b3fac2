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
            diplomas.Count,
            new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount },
            i => issued[i] = Sign(order, Record(order, diplomas[i], status[i])));
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

    private IssuedDiploma Sign(IssueOrder order, DiplomaRecord record)
    {
        var place = workplaces.Value!;
        var forms = new SignedForms(
            place.SdJwt.Render(record, order.Signer),
            OpenBadgeDiploma.Render(record, order.Signer, place.Json),
            Encoding.ASCII.GetBytes(PaperJws.Sign(Paper(record), order.Signer, record.InitiatorKeyId)));
        var entry = RegisteredEntry.Write(record, forms, place.Json);
        var (wrappedKey, payload) = SealedPayload.Seal(vault, record, forms, place.Scratch);
        return new IssuedDiploma(
            record,
            entry,
            forms,
            wrappedKey,
            payload,
            CredentialStore.HashOfCapability(record.Capability),
            HolderFingerprint.Of(vault, record.Initiator.Bin, record.Content));
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
        public SdJwtDiploma SdJwt { get; } = new();

        public JcsText Json { get; } = new();

        public ArrayBufferWriter<byte> Scratch { get; } = new(32 * 1024);
    }
}
