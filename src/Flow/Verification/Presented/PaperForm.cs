using System.Text;
using Mortanba.Credentials;
using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>The short signed core of the paper QR.</summary>
internal sealed class PaperForm : SignedForm
{
    private readonly byte[] ascii;

    private PaperForm(byte[] ascii)
        : base(PaperMediaType) => this.ascii = ascii;

    /// <summary>Null when it could not be read.</summary>
    public PaperCore? Core { get; private init; }

    public override ReadOnlySpan<byte> Committed => ascii;

    public static PaperForm Read(string compact)
    {
        var ascii = Encoding.UTF8.GetBytes(compact);
        if (!PaperJws.Parse(compact).TryGet(out var paper, out var problem))
        {
            return new PaperForm(ascii) { Malformed = problem };
        }

        return new PaperForm(ascii)
        {
            Core = paper.Core,
            Kind = CredentialKind.Diploma,
            Asset = paper.Core.Asset.ToString(),
            KeyId = paper.KeyId,
            IssuerBin = paper.Core.Initiator.Value,
            Statuses = [new StatusReference(StatusKind.Token, paper.Core.StatusUri, paper.Core.StatusIndex)],
        };
    }

    public override Problem? CheckSignature(PublicKey key, DateTimeOffset now) =>
        Jws.Parse(ascii).TryGet(out var jws, out var problem) ? jws.Verify(key) : problem;
}
