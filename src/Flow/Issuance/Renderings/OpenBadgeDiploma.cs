using System.Globalization;
using System.Text;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Intake;

namespace Mortanba.Issuance;

/// <summary>The diploma as VC 2.0 / Open Badges 3.0 AchievementCredential, for institutions (docs/formats/diploma-vc.md).</summary>
/// <remarks>
/// Language maps stand wherever the Open Badges 3.0 schema allows them; <c>name</c> of the credential and of the issuer
/// must be plain text in VC 2.0 (section 4.5), so they are English and the achievement's creator has the names in
/// three languages. No IIN and no birth date: who gets this file needs the diploma, not the person's numbers.
/// One object serves one thread.
/// </remarks>
internal sealed class OpenBadgeDiploma(CourseTexts texts)
{
    private readonly JcsText json = new();

    private static ReadOnlySpan<byte> Context =>
        """
        ["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
        """u8;

    /// <summary>The canonical bytes of the credential with the initiator's proof.</summary>
    public byte[] Render(DiplomaRecord record, ISigner signer)
    {
        json.Clear();
        var proofAt = Write(record);
        var contextAt = "{\"@context\":"u8.Length;
        return DataIntegrity.SignCanonical(
            json.Written,
            contextAt..(contextAt + Context.Length),
            proofAt,
            new ProofOptions(record.InitiatorKeyId, record.IssuedAt),
            signer);
    }

    // Gives the place of the member "proof".
    private int Write(DiplomaRecord record)
    {
        json.Raw("{\"@context\":"u8).Raw(Context).Raw(",\"awardedDate\":"u8);
        Day(record.Content.AwardDate, json);
        json.Raw(",\"credentialStatus\":["u8);
        Status(record.Status.RevocationUri, record.Status.Index, "revocation"u8, json);
        json.Raw(","u8);
        Status(record.Status.SuspensionUri, record.Status.Index, "suspension"u8, json);
        json.Raw("],\"credentialSubject\":"u8);
        Subject(record);
        json.Raw(",\"id\":"u8).Text(record.Asset.ToString());
        json.Raw(",\"issuer\":{\"id\":"u8).Text(record.Initiator.Did);
        json.Raw(",\"name\":"u8).Text(record.Initiator.Name.En).Raw(",\"type\":[\"Profile\"]},\"name\":"u8);
        json.Text(record.Content.Programme.Qualification.En);
        var proofAt = json.Length;
        json.Raw(",\"type\":[\"VerifiableCredential\",\"AchievementCredential\"],\"validFrom\":\""u8);
        json.Raw(Encoding.ASCII.GetBytes(LedgerEntry.Time(record.IssuedAt))).Raw("\""u8);
        if (record.InForceUntil is { } last)
        {
            // Almaty midnight after the last day, UTC+5 since 2024-03-01.
            json.Raw(",\"validUntil\":\""u8).RawPlain(last, "yyyy-MM-dd").Raw("T19:00:00Z\""u8);
        }

        json.Raw("}"u8);
        return proofAt;
    }

    private static void Status(string list, int index, ReadOnlySpan<byte> purpose, JcsText json)
    {
        json.Raw("{\"statusListCredential\":"u8).Text(list).Raw(",\"statusListIndex\":"u8).Plain(index);
        json.Raw(",\"statusPurpose\":\""u8).Raw(purpose).Raw("\",\"type\":\"BitstringStatusListEntry\"}"u8);
    }

    private void Subject(DiplomaRecord record)
    {
        var diploma = record.Content;
        json.Raw("{\"achievement\":"u8);
        Achievement(record);
        json.Raw(",\"activityEndDate\":"u8);
        Day(diploma.StudyUntil, json);
        json.Raw(",\"activityStartDate\":"u8);
        Day(diploma.StudyFrom, json);
        json.Raw(",\"creditsEarned\":"u8).Number(diploma.Credits).Raw(",\"identifier\":["u8);
        foreach (var language in Languages.All)
        {
            Identity("name"u8, diploma.Name.In(language), json);
            json.Raw(","u8);
        }

        Identity("sourcedId"u8, diploma.StudentNumber, json);
        json.Raw("],\"licenseNumber\":"u8).Text(diploma.FullNumber).Raw(",\"narrative\":"u8).Texts(Narrative(diploma));
        var id = Id(record);
        json.Raw(",\"result\":[{\"resultDescription\":\""u8).Raw(id).Raw("#gpa\",\"type\":[\"Result\"],\"value\":"u8);
        json.Plain(diploma.Gpa, "0.00").Raw("}"u8);
        for (var i = 0; i < diploma.Courses.Count; i++)
        {
            json.Raw(",{\"resultDescription\":\""u8).Raw(id).Raw("#"u8).Number(i + 1);
            json.Raw("\",\"type\":[\"Result\"],\"value\":"u8).Raw(texts.Of(diploma.Courses[i]).Value).Raw("}"u8);
        }

        json.Raw("],\"type\":[\"AchievementSubject\"]}"u8);
    }

    private void Achievement(DiplomaRecord record)
    {
        var diploma = record.Content;
        var programme = diploma.Programme;
        json.Raw("{\"achievementType\":"u8).Text(AchievementType(diploma.Kind));
        json.Raw(",\"creator\":{\"id\":"u8).Text(record.Initiator.Did).Raw(",\"name\":"u8).Texts(record.Initiator.Name);
        json.Raw(",\"type\":[\"Profile\"]},\"creditsAvailable\":"u8).Number(programme.Credits);
        json.Raw(",\"criteria\":{\"narrative\":"u8).Texts(programme.LearningOutcomes);
        json.Raw("},\"description\":"u8).Texts(programme.Name).Raw(",\"fieldOfStudy\":"u8).Texts(programme.Field);
        json.Raw(",\"humanCode\":"u8).Text(programme.Code).Raw(",\"id\":"u8);
        json.Text($"{record.SiteAddress}/institutions/{record.Initiator.Bin.Value}/programmes/{Uri.EscapeDataString(programme.Code)}");
        json.Raw(",\"inLanguage\":"u8).Text(diploma.Instruction.Tag()).Raw(",\"name\":"u8).Texts(programme.Qualification);
        var id = Id(record);
        json.Raw(",\"resultDescription\":[{\"id\":\""u8).Raw(id);
        json.Raw("#gpa\",\"name\":\"GPA\",\"resultType\":\"GradePointAverage\",\"type\":[\"ResultDescription\"]}"u8);
        for (var i = 0; i < diploma.Courses.Count; i++)
        {
            json.Raw(",{\"id\":\""u8).Raw(id).Raw("#"u8).Number(i + 1);
            json.Raw("\",\"name\":"u8).Raw(texts.Of(diploma.Courses[i]).Name);
            json.Raw(",\"resultType\":\"Result\",\"type\":[\"ResultDescription\"]}"u8);
        }

        json.Raw("],\"type\":[\"Achievement\"]}"u8);
    }

    // What the paper shows and no Open Badges property takes: minutes of the commission, form of study, honours (DA-9).
    private static LocalizedText Narrative(ValidatedDiploma diploma)
    {
        var date = diploma.MinutesDate.ToString("O", CultureInfo.InvariantCulture);
        return new LocalizedText(
            $"Аттестаттау комиссиясының {date} № {diploma.MinutesNumber} хаттамасы. "
                + Form(diploma.Form).Kk + (diploma.Honours ? " Үздік диплом." : ""),
            $"Протокол аттестационной комиссии № {diploma.MinutesNumber} от {date}. "
                + Form(diploma.Form).Ru + (diploma.Honours ? " Диплом с отличием." : ""),
            $"Minutes of the attestation commission No. {diploma.MinutesNumber} of {date}. "
                + Form(diploma.Form).En + (diploma.Honours ? " With honours." : ""));
    }

    private static LocalizedText Form(StudyForm form) => form switch
    {
        StudyForm.FullTime => new LocalizedText("Күндізгі оқу нысаны.", "Очная форма обучения.", "Full-time study."),
        StudyForm.PartTime => new LocalizedText("Сырттай оқу нысаны.", "Заочная форма обучения.", "Part-time study."),
        StudyForm.Distance => new LocalizedText(
            "Қашықтан оқу нысаны.", "Дистанционная форма обучения.", "Distance study."),
    };

    // Open Badges 3.0 Final, section B.1.13 AchievementType.
    private static string AchievementType(string kind) => kind switch
    {
        "bachelor" => "BachelorDegree",
        "master" => "MasterDegree",
        "phd" => "DoctoralDegree",
        "specialist" => "Degree",
        _ => "Diploma",
    };

    private static void Identity(ReadOnlySpan<byte> type, string value, JcsText json) =>
        json.Raw("{\"hashed\":false,\"identityHash\":"u8).Text(value)
            .Raw(",\"identityType\":\""u8).Raw(type).Raw("\",\"type\":\"IdentityObject\"}"u8);

    private static byte[] Id(DiplomaRecord record) => Encoding.ASCII.GetBytes(record.Asset.ToString());

    private static void Day(DateOnly date, JcsText json) =>
        json.Raw("\""u8).RawPlain(date, "yyyy-MM-dd").Raw("T00:00:00Z\""u8);
}
