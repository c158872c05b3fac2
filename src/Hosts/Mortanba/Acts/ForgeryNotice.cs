using System.Data.Common;
using System.Globalization;
using Mortanba.Host.Centres;
using Mortanba.Recognition;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: a case that is closed for good because its document is not authentic (requirement RQ-29): the term of appeal is over, or the decision
/// was upheld. Out: a notice to whoever issues such documents, queued in the transaction of that event: to the information centre of the
/// country where one is known, else a letter to the institution itself for an officer to post.
/// </summary>
/// <remarks>
/// It says which document it is and no more: institution, qualification, day of award, and the name on it, since no case holds its number.
/// Not before the end: nobody is named abroad for what an appeal may still take back.
/// </remarks>
internal sealed class ForgeryNotice(Installation home)
{
    private readonly InquiryStore store = new(home.Vault);

    /// <summary>For <see cref="CaseDesk"/>: the notice where the case has come to that end, then whatever else is written with the event.</summary>
    public CaseDesk.With Before(CaseDesk.With? also) => async (transaction, now, cancel) =>
    {
        if (now.Case is { Stage: CaseStage.Closed, Decision.Decision.NoDecision: NoDecisionReason.NotAuthentic })
        {
            await WriteAsync(transaction, now.Case, home.Time.GetUtcNow(), cancel);
        }

        if (also is not null)
        {
            await also(transaction, now, cancel);
        }
    };

    private async Task WriteAsync(DbTransaction transaction, RecognitionCase one, DateTimeOffset at, CancellationToken cancel)
    {
        // A joint degree has several institutions; a centre that answers for two of them is told once.
        foreach (var told in one.Qualification.Institutions.Select(i => (Institution: i, Centre: CentreOf(i.Country)))
            .DistinctBy(t => t.Centre?.Id ?? t.Institution.Name))
        {
            var (institution, centre) = told;
            await store.NoticeAsync(
                transaction,
                new NewInquiry(
                    InquiryStore.NewId(at), one.Id, centre?.Id ?? Short(institution.Name), centre?.Way ?? InquiryWay.Post, CentreEnvelope.OwnId(home),
                    EvidenceQuestion.Genuine, string.Join("\n", DecisionWords.NoticeText.En, DecisionWords.NoticeText.Ru, DecisionWords.NoticeText.Kk),
                    new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["institution"] = institution.Name,
                        ["qualification"] = one.Qualification.Title,
                        ["awarded"] = one.Qualification.Awarded.ToString("O", CultureInfo.InvariantCulture),
                        ["holder"] = one.Holder.Name,
                    }),
                at, cancel);
        }
    }

    // One that can be reached; how is its own matter.
    private CentreSettings? CentreOf(string country) =>
        (home.Settings.InformationCentres ?? []).FirstOrDefault(c => c.Country == country && (c.Way == InquiryWay.Https || c.Email is not null));

    private static string Short(string name) => name.Length <= CentreMessage.NameMaxChars ? name : name[..CentreMessage.NameMaxChars];
}
