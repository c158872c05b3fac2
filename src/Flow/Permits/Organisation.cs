using Mortanba.Foundation;

namespace Mortanba.Permits;

/// <summary>What an organisation may be on the platform (ledger entry <c>institution.registered</c>).</summary>
public enum OrganisationRole
{
    /// <summary>Owner of the right that is certified: the university or college (Law on Digital Assets, article
    /// 6(5)).</summary>
    Initiator,

    /// <summary>Holds the permit and runs the platform (article 6(1)-(2)).</summary>
    IssuerOperator,
    Regulator,
    Witness,

    /// <summary>Decides about qualifications from abroad: the national information centre.</summary>
    RecognitionBody,
}

/// <summary>A registered organisation. Public data.</summary>
/// <param name="Did"><c>did:web:HOST:institutions:BIN</c>.</param>
/// <param name="HeadTitle">Office of the person whose signature stands on the paper: Rector, Director.</param>
/// <param name="Status">Legal status in words, for supplement section 2.3.</param>
public sealed record Organisation(
    Bin Bin,
    string Did,
    OrganisationRole Role,
    LocalizedText Name,
    LocalizedText City,
    LocalizedText HeadTitle,
    LocalizedText Status);

/// <summary>A programme an initiator may award, with its licence and accreditation by date (requirement
/// DA-5).</summary>
/// <param name="Code">Classifier code, for example <c>6B06103</c>.</param>
/// <param name="Qualification">The degree or qualification conferred, as it stands on the diploma.</param>
/// <param name="IscedField">ISCED-F 2013 detailed field, four digits.</param>
/// <param name="NqfLevel">National qualifications framework, 1 to 8.</param>
/// <param name="AccreditedUntil">Last day on which an award is covered.</param>
public sealed record Programme(
    Bin Initiator,
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
    DateOnly AccreditedUntil);
