using System.Data.Common;
using System.Text;
using Mortanba.AiEducation;
using Mortanba.Credentials;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host;

/// <summary>
/// Certificates as they are shown and handed out: by number, by the code on the letter, whole. What one is of stands in the series of its number.
/// </summary>
public sealed class CertificateLookup(Installation home)
{
    // A list of what is shown, not of what is hidden, as on the letter's first lines: neither birth date nor reasons.
    private static readonly HashSet<string> OnLetter = new(
        [
            "name", "certificate_number", "case_number", "decision", "purpose", "scope", "foreign_qualification", "original_title", "original_language",
            "foreign_institution", "awarding_country", "award_date", "qualification_level", "recognition_body", "decided_by", "decision_date",
            "appeal_until", "condition_until", "valid_until", "validity", "replaced_certificate", "competence", "framework", "blocks", "lessons", "hours",
            "assessing_body", "institution",
        ],
        StringComparer.Ordinal);

    private static bool IsCompetence(CertificateSummary one) => one.Number.StartsWith(CompetenceAward.Series + " ", StringComparison.Ordinal);

    /// <summary>Id of the case, portfolio or group that the sealed content names.</summary>
    internal static string OwnerIn(CertificateSummary one, CertificateContent content) =>
        IsCompetence(one) ? CompetenceAward.Read(content.Facts).Owner : StoredFacts.Read(content.Facts).CaseId;

    // What was asked of a recognition, without its outcome; what was reached, of a competence.
    private static (LocalizedText What, DateOnly Date) Subject(CertificateSummary one, CertificateContent content)
    {
        if (IsCompetence(one))
        {
            var award = CompetenceAward.Read(content.Facts);
            return (award.Competence, award.Date);
        }

        var facts = StoredFacts.Read(content.Facts);
        return (DecisionWords.Of(facts.Purpose), facts.Date);
    }

    /// <summary>What a number tells: that there is a certificate, by whom, for what, and its state. Not whom it is about, nor what was decided.</summary>
    internal async Task<NumberView?> FindAsync(DbConnection connection, string number, CancellationToken cancel)
    {
        if (await home.Certificates.FindByNumberAsync(connection, number, cancel) is not { } one)
        {
            return null;
        }

        var (what, date) = await home.Certificates.LoadAsync(connection, one.Asset, cancel) is { } content
            ? Subject(one, content)
            : (LocalizedText.Same("–"), new WorkingCalendar(home.Rules).DateOf(one.IssuedAt).Value);
        var body = await PermitRegister.FindOrganisationAsync(connection, one.Initiator, cancel);
        return new NumberView(
            one.Number, one.Asset, one.Initiator.Value, body!.Name, what, date,
            one.State == DiplomaState.Active ? "in-force" : one.State.Word(),
            one.State == DiplomaState.Active ? null : one.StateAt,
            one.Reason)
        {
            Certificate = (IsCompetence(one) ? CompetenceCertificate.Type : RecognitionCertificate.Type).Path,
            ReplacedBy = one.ReplacedBy is { } newer ? (await home.Certificates.FindAsync(connection, newer, cancel))?.Number : null,
        };
    }

    /// <summary>
    /// What the code on the letter opens; null when the code was never given out, or the content is gone. A certificate of competence has no
    /// letter: its holder shares it for a term (<see cref="ShareableAsync"/>).
    /// </summary>
    internal async Task<PaperView?> OnPaperAsync(Evidence evidence, string capability, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        if (await home.Certificates.FindByCapabilityAsync(connection, capability, cancel) is not { } one || IsCompetence(one)
            || await home.Certificates.LoadAsync(connection, one.Asset, cancel) is not { } content
            || await evidence.OfAsync(one.Asset, cancel) is not { } proven)
        {
            return null;
        }

        using var whole = SdJwt.Parse(content.SdJwt).Value;
        var shown = Presentation.Present(whole, claim => claim.Name is not null && OnLetter.Contains(claim.Name)).Value;
        return new PaperView(one.Number, proven.With(Encoding.ASCII.GetString(shown), null, null).Write());
    }

    /// <summary>
    /// The certificate with its proof, whole, as its holder gets it: a file that the public page and <c>mortanba verify</c> read, also
    /// without a network. Null when there is none, it was erased, or no checkpoint covers it yet.
    /// </summary>
    public async Task<DiplomaFile?> FileAsync(AssetId asset, CancellationToken cancel = default)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await home.Certificates.LoadAsync(connection, asset, cancel) is { } content
            && await new Evidence(home).OfAsync(asset, cancel) is { } proven
                ? proven.With(content.SdJwtText, content.Vc, null)
                : null;
    }

    /// <summary>A certificate of competence as its holder shares it, with the fields that are shown; null when there is none, or its content is gone.</summary>
    public async Task<(Shareable Thing, IReadOnlySet<string> Fields)?> ShareableAsync(AssetId asset, Language language, CancellationToken cancel = default)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        if (await home.Certificates.FindAsync(connection, asset, cancel) is not { } summary || !IsCompetence(summary)
            || await home.Certificates.LoadAsync(connection, asset, cancel) is not { } content)
        {
            return null;
        }

        var body = await PermitRegister.FindOrganisationAsync(connection, summary.Initiator, cancel);
        return (
            new Shareable(
                asset, content.SdJwt, $"{body!.Name.In(language)}, {summary.Initiator}", CompetenceAward.Read(content.Facts).Holder, null), OnLetter);
    }

    /// <summary>What the certificate of a competence says, with its number; null when there is none, or its content is gone.</summary>
    public async Task<(string Number, CompetenceAward Award)?> AwardAsync(AssetId asset, CancellationToken cancel = default)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await home.Certificates.FindAsync(connection, asset, cancel) is { } summary && IsCompetence(summary)
            && await home.Certificates.LoadAsync(connection, asset, cancel) is { } content
                ? (summary.Number, CompetenceAward.Read(content.Facts))
                : null;
    }

    /// <summary>The letter of a decision of recognition with the same file inside; null when <see cref="FileAsync"/> has none.</summary>
    public async Task<byte[]?> LetterAsync(AssetId asset, CancellationToken cancel = default)
    {
        if (await FileAsync(asset, cancel) is not { } file)
        {
            return null;
        }

        await using var connection = await home.Database.ConnectAsync(cancel);
        var summary = (await home.Certificates.FindAsync(connection, asset, cancel))!;
        var content = (await home.Certificates.LoadAsync(connection, asset, cancel))!;
        var replaced = summary.Replaces is { } old ? (await home.Certificates.FindAsync(connection, old, cancel))?.Number : null;
        return RecognitionLetter.Render(
            StoredFacts.Read(content.Facts),
            new LetterProof(
                summary.Number, new PaperQr(home.Settings.Site, content.Capability, null).Link, home.Settings.Site, file.Write(), summary.IssuedAt, replaced));
    }
}
