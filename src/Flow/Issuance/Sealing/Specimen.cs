using System.Text;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Permits;

namespace Mortanba.Issuance;

/// <summary>
/// A diploma as it would be, for the eyes of those who prepare it: without its number, with no place in a status list, signed with a key
/// that is thrown away. It verifies nowhere.
/// </summary>
/// <param name="SdJwt">Compact, every disclosure open.</param>
/// <param name="FullNumber">Series and number of the list, which the diploma will have; they stand on no specimen.</param>
public sealed record Specimen(DiplomaRecord Record, string SdJwt, string FullNumber)
{
    private const string Mark = "ОБРАЗЕЦ SPECIMEN";

    public static Specimen Of(IssuePermission permission, ValidatedDiploma diploma, string siteAddress, DateTimeOffset at)
    {
        var thrownAway = P256PrivateKey.Generate();
        var nowhere = siteAddress + "/status-lists/specimen";
        var record = new DiplomaRecord(
            AssetId.NewRandom(), diploma with { Series = "ҮЛГІ", Number = Mark }, permission, permission.Initiator.Did + "#specimen",
            new StatusPointer("specimen", 0, nowhere, nowhere, nowhere), "specimen", siteAddress, at);
        return new Specimen(record, Encoding.ASCII.GetString(new SdJwtDiploma(new CourseTexts()).Render(record, thrownAway)), diploma.FullNumber);
    }
}
