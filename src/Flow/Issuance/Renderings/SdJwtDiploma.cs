using System.Globalization;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Intake;

namespace Mortanba.Issuance;

/// <summary>The diploma as SD-JWT VC, for sharing and wallets: every claim and every course shows only when chosen.</summary>
/// <remarks>
/// Texts about the programme as such (outcomes, access) are no claims about the person and stand in the other form.
/// In the open: who signed, what kind of credential, its id, when, and where its state is published
/// (docs/formats/diploma-sd-jwt.md). No <c>exp</c> unless the rule <c>diploma-expiry</c> sets one. One object serves one thread.
/// </remarks>
internal sealed class SdJwtDiploma(CourseTexts texts)
{
    private readonly SdJwtWriter writer = new();

    /// <summary>The <c>vct</c> of diplomas of one site.</summary>
    public static string TypeAt(string siteAddress) => siteAddress + "/types/diploma";

    /// <summary>The <c>iss</c> of an institution; its keys stand in the DID document below the same address.</summary>
    public static string IssuerAt(string siteAddress, Bin bin) => $"{siteAddress}/institutions/{bin.Value}";

    public byte[] Render(DiplomaRecord record, ISigner signer)
    {
        writer.Begin()
            .Text("iss"u8, IssuerAt(record.SiteAddress, record.Initiator.Bin))
            .Text("vct"u8, TypeAt(record.SiteAddress))
            .Text("jti"u8, record.Asset.ToString())
            .Number("iat"u8, record.IssuedAt.ToUnixTimeSeconds())
            .StartObject("status"u8)
            .StartObject("status_list"u8)
            .Number("idx"u8, record.Status.Index)
            .Text("uri"u8, record.Status.TokenUri)
            .End()
            .End();
        if (record.InForceUntil is { } last)
        {
            // Almaty midnight after the last day, UTC+5 since 2024-03-01.
            writer.Number("exp"u8, new DateTimeOffset(last.ToDateTime(new TimeOnly(19, 0)), TimeSpan.Zero).ToUnixTimeSeconds());
        }

        WritePerson(record.Content);
        WriteAward(record);
        WriteStudies(record.Content);
        WriteCourses(record.Content.Courses);
        return writer.Sign(signer, SdJwtVc.HeaderType, record.InitiatorKeyId);
    }

    private void WritePerson(ValidatedDiploma diploma)
    {
        Texts("name"u8, new LocalizedText(
            diploma.Name.In(Language.Kk), diploma.Name.In(Language.Ru), diploma.Name.In(Language.En)));
        writer.Text("family_name"u8, diploma.Name.PassportFamily, disclosable: true)
            .Text("given_name"u8, diploma.Name.PassportGiven, disclosable: true);
        Date("birthdate"u8, diploma.BirthDate);
        writer.Text("personal_administrative_number"u8, diploma.Iin.Value, disclosable: true)
            .Text("student_number"u8, diploma.StudentNumber, disclosable: true);
    }

    private void WriteAward(DiplomaRecord record)
    {
        var diploma = record.Content;
        writer.Text("diploma_number"u8, diploma.FullNumber, disclosable: true)
            .Text("kind"u8, diploma.Kind, disclosable: true);
        Texts("qualification"u8, diploma.Programme.Qualification);
        Date("award_date"u8, diploma.AwardDate);
        writer.Text("minutes_number"u8, diploma.MinutesNumber, disclosable: true);
        Date("minutes_date"u8, diploma.MinutesDate);
        writer.Boolean("honours"u8, diploma.Honours, disclosable: true)
            .Number("gpa"u8, diploma.Gpa, disclosable: true)
            .StartObject("institution"u8, disclosable: true)
            .Text("bin"u8, record.Initiator.Bin.Value);
        Words(record.Initiator.Name);
        writer.End();
        Texts("city"u8, record.Initiator.City);
    }

    private void WriteStudies(ValidatedDiploma diploma)
    {
        var programme = diploma.Programme;
        writer.Text("programme_code"u8, programme.Code, disclosable: true);
        Texts("programme"u8, programme.Name);
        Texts("field"u8, programme.Field);
        writer.Text("isced_field"u8, programme.IscedField, disclosable: true)
            .Number("nqf_level"u8, (long)programme.NqfLevel, disclosable: true)
            .Number("credits"u8, (long)diploma.Credits, disclosable: true);
        writer.Text("study_form"u8, StudyForms.Code(diploma.Form), disclosable: true)
            .Text("instruction_language"u8, diploma.Instruction.Tag(), disclosable: true);
        Date("study_from"u8, diploma.StudyFrom);
        Date("study_until"u8, diploma.StudyUntil);
        writer.Text("licence"u8, programme.Licence, disclosable: true)
            .Text("accreditor"u8, programme.Accreditor, disclosable: true);
    }

    private void WriteCourses(IReadOnlyList<CourseResult> courses)
    {
        writer.StartArray("courses"u8);
        foreach (var course in courses)
        {
            writer.JsonElement(texts.Of(course).Disclosed, disclosable: true);
        }

        writer.End();
    }

    private void Texts(ReadOnlySpan<byte> name, LocalizedText text)
    {
        writer.StartObject(name, disclosable: true);
        Words(text);
        writer.End();
    }

    private void Words(LocalizedText text) =>
        writer.Text("kk"u8, text.Kk).Text("ru"u8, text.Ru).Text("en"u8, text.En);

    private void Date(ReadOnlySpan<byte> name, DateOnly date)
    {
        Span<char> text = stackalloc char[10];
        date.TryFormat(text, out _, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        writer.Text(name, text, disclosable: true);
    }
}

/// <summary>The words of the forms of study on the wire.</summary>
public static class StudyForms
{
    public static string Code(StudyForm form) => form switch
    {
        StudyForm.FullTime => "full-time",
        StudyForm.PartTime => "part-time",
        StudyForm.Distance => "distance",
    };
}
