using System.Data.Common;
using Mortanba.AiEducation;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Permits;

namespace Mortanba.Host.Acts;

/// <summary>
/// Certificates of competence, issued as those of recognition are (<see cref="IssueCertificate"/>): signed by the organisation that assesses when
/// the register has a key of it in force, else by the operator for it; registered in the ledger as <c>competence.awarded</c>.
/// </summary>
public static class CompetenceCertificate
{
    public static readonly CertificateType Type = new("competence", "CompetenceAward", "Certificate of AI competence", LedgerEntryTypes.CompetenceAwarded);

    // As the verifier has it: whoever may certify a competence.
    private static readonly OrganisationRole[] Entitled = [OrganisationRole.Initiator, OrganisationRole.Regulator, OrganisationRole.IssuerOperator];

    /// <param name="assessing">BIN of the organisation that assesses; it need not stand in the register.</param>
    public static CertificateOrder Order(Installation home, CompetenceAward award, Bin assessing) => new(
        CompetenceAward.Series, award.Owner, award.Date, award.Write(), (t, at, cancel) => IssuerAsync(home, t, assessing, at, cancel),
        (body, place, hash, key) => SignedCertificate.Sign(
            Type, place, body.Name.En, [], [.. award.Claims(place.Number, body.Name)], award.LedgerMembers(), hash, key))
    {
        CrashPoint = "competence",
    };

    private static async Task<Outcome<Organisation>> IssuerAsync(
        Installation home, DbTransaction transaction, Bin assessing, DateTimeOffset at, CancellationToken cancel)
    {
        foreach (var bin in (Bin[])[assessing, Bin.Parse(home.Settings.OperatorBin)])
        {
            if (await PermitRegister.FindOrganisationAsync(transaction, bin, cancel) is { } body && Entitled.Contains(body.Role)
                && InstitutionKey.Signing(await PermitRegister.KeysAsync(transaction, bin, cancel), at) is not null)
            {
                return body;
            }
        }

        return new Problem("competences/no-issuer", "Neither the organisation that assesses nor the operator has a key in force.");
    }
}
