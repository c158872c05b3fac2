using Mortanba.Foundation;

namespace Mortanba.Permits;

/// <summary>A programme as it is stored: JSON, everything but the BIN it is filed under.</summary>
internal sealed record ProgrammeBody(
    string Code,
    LocalizedText Name,
    LocalizedText Qualification,
    LocalizedText Field,
    string IscedField,
    int NqfLevel,
    int Credits,
    LocalizedText Duration,
    LocalizedText AccessRequirements,
    LocalizedText LearningOutcomes,
    LocalizedText FurtherStudy,
    LocalizedText ProfessionalStatus,
    string Licence,
    DateOnly LicensedFrom,
    DateOnly? LicensedUntil,
    string Accreditor,
    DateOnly AccreditedFrom,
    DateOnly AccreditedUntil)
{
    public static ProgrammeBody Of(Programme p) => new(
        p.Code, p.Name, p.Qualification, p.Field, p.IscedField, p.NqfLevel, p.Credits, p.Duration, p.AccessRequirements,
        p.LearningOutcomes,
        p.FurtherStudy, p.ProfessionalStatus, p.Licence, p.LicensedFrom, p.LicensedUntil, p.Accreditor,
        p.AccreditedFrom, p.AccreditedUntil);

    public Programme ToProgramme(Bin initiator) => new(
        initiator, Code, Name, Qualification, Field, IscedField, NqfLevel, Credits, Duration, AccessRequirements,
        LearningOutcomes, FurtherStudy, ProfessionalStatus, Licence, LicensedFrom, LicensedUntil, Accreditor,
        AccreditedFrom, AccreditedUntil);
}
