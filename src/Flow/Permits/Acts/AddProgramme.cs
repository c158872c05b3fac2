using System.Data.Common;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>
/// Files one period of a programme: licence and accreditation with their days (requirement DA-5). In: the programme.
/// Out: the same. A renewal of the accreditation is a further period; the earlier ones stay for earlier awards.
/// </summary>
public static class AddProgramme
{
    public static async Task<Outcome<Programme>> RunAsync(
        DbTransaction transaction, Programme programme, CancellationToken cancel = default)
    {
        if (await PermitRegister.FindOrganisationAsync(transaction, programme.Initiator, cancel) is null)
        {
            return RegisterInstitution.Unknown(programme.Initiator);
        }

        if (programme.AccreditedUntil < programme.AccreditedFrom || programme.LicensedUntil < programme.LicensedFrom)
        {
            return new Problem(
                "permits/programme-dates", "A period ends before it begins.", ("programme", programme.Code));
        }

        var periods = await PermitRegister.ProgrammesAsync(transaction, programme.Initiator, cancel);
        if (periods.Any(p => p.Code == programme.Code
            && p.AccreditedFrom <= programme.AccreditedUntil && programme.AccreditedFrom <= p.AccreditedUntil))
        {
            return new Problem(
                "permits/programme-exists",
                $"The programme {programme.Code} has a period of accreditation on these days already.",
                ("programme", programme.Code));
        }

        await transaction.TouchAsync(
            "programmes", cancel, programme.Initiator.Value, programme.Code, PermitRegister.Text(programme.AccreditedFrom));
        await transaction.ExecuteAsync(
            "INSERT INTO programmes (bin, code, accredited_from, body) VALUES (@bin, @code, @from, @body)",
            cancel,
            ("bin", programme.Initiator.Value),
            ("code", programme.Code),
            ("from", PermitRegister.Text(programme.AccreditedFrom)),
            ("body", JsonSerializer.Serialize(ProgrammeBody.Of(programme))));
        return programme;
    }
}
