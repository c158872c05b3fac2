using Mortanba.Credentials;
using Mortanba.Delivery;
using Mortanba.Documents;
using Mortanba.Issuance;

namespace Mortanba.Host;

/// <summary>
/// What the code on the paper opens: the diploma as the paper shows it, and no more. The code stands on page 1, which
/// people hang on walls and post; so neither the IIN, nor the student number, nor the day of birth goes with it.
/// </summary>
internal static class PaperCopy
{
    // A list of what is shown, not of what is hidden: a claim added later stays hidden until somebody decides.
    private static readonly HashSet<string> Shown = new(
        [
            "name", "family_name", "given_name", "diploma_number", "kind", "qualification", "award_date", "minutes_number",
            "minutes_date", "honours", "gpa", "institution", "city", "programme_code", "programme", "field", "isced_field",
            "nqf_level", "credits", "study_form", "instruction_language", "study_from", "study_until", "licence", "accreditor",
        ],
        StringComparer.Ordinal);

    /// <summary>
    /// The diploma file for whoever follows the code. The VC stays out, since it cannot be shown in part; a course is an
    /// element of an array and has no name of its own.
    /// </summary>
    public static DiplomaFile FileOf(StoredDiploma diploma, Proven proven)
    {
        using var whole = SdJwt.Parse(diploma.Forms.SdJwt).Value;
        var shown = Presentation.Present(whole, claim => claim.Name is null || Shown.Contains(claim.Name)).Value;
        return proven.With(System.Text.Encoding.ASCII.GetString(shown), null, diploma.Forms.PaperText);
    }

    /// <summary>The paper itself, without what only the holder's own copy tells; the same file inside.</summary>
    public static byte[] PdfOf(StoredDiploma diploma, DiplomaFile file, SupplementWording wording) => DiplomaPdf.Render(
        diploma.Record,
        file.Write(),
        new PaperQr(diploma.Record.SiteAddress, diploma.Record.Capability, diploma.Forms.PaperText).ToString(),
        wording,
        forHolder: false);
}
