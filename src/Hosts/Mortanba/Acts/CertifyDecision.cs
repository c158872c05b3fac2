using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Permits;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>Who decides, and in which capacity it is printed.</summary>
/// <param name="Capacity">A word of <see cref="DecisionWords.OfRole"/>.</param>
internal readonly record struct DecidingPerson(Actor Actor, Role? Role, string Capacity);

/// <summary>
/// The last step of every decision that has a certificate, the first one, on appeal and of conditions. In: the decision. Out: certificate,
/// its entry in the ledger, the end of the certificate before it and the event of the case in one transaction; then the publication.
/// </summary>
internal sealed class CertifyDecision(Installation home, DiplomaFlow flow, CaseDesk desk)
{
    public const string MakerCapacity = "decision-maker";
    public const string ReviewerCapacity = "appeal-reviewer";

    /// <summary>Written in the transaction of the decision: the message to the applicant (<see cref="CaseMail"/>).</summary>
    public CaseDesk.With? With { get; init; }

    /// <summary>Why the certificate before it is replaced.</summary>
    public string ReplacedFor { get; init; } = IssueRecognition.ReplacedOnAppeal;

    /// <summary>The case as it is; null when there is none.</summary>
    public async Task<RecognitionCase?> FindAsync(string id, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return (await desk.Cases.FindAsync(connection, id, cancel))?.Case;
    }

    /// <param name="read">The case as it was read.</param>
    /// <param name="version">The version that the person read.</param>
    /// <param name="decision">What is certified; its certificate is not known yet.</param>
    /// <param name="happened">The event, of the case as it is under lock, with its certificate.</param>
    /// <returns>The case, or the refusals of <paramref name="happened"/>, <see cref="CaseDesk"/> and <see cref="IssueRecognition"/>.</returns>
    public async Task<Outcome<RecognitionCase>> RunAsync(
        DecidingPerson by, RecognitionCase read, int version, DecisionTaken decision, Func<RecognitionCase, string, Outcome<CaseEvent>> happened,
        CancellationToken cancel)
    {
        var made = await FactsAsync(home, read, decision, by.Actor.Name, by.Capacity, desk.Today(), cancel);
        if (!made.TryGet(out var facts, out var problem))
        {
            return problem;
        }

        var replaced = EndCertificate.Standing(read);
        RecognitionCase? decided = null;
        var issued = await new IssueRecognition(home, flow) { ReplacedFor = ReplacedFor }.RunAsync(
            facts, replaced,
            async (transaction, certificate) =>
            {
                var acted = await desk.InAsync(
                    transaction, by.Actor, by.Role, read.Id, version, (_, now, _) => Task.FromResult(happened(now.Case, certificate.Asset.ToString())),
                    decision.At, cancel, With);
                return acted.TryGet(out decided, out var refused) ? null : refused;
            },
            cancel);
        if (issued.Problem is { } notIssued)
        {
            return notIssued;
        }

        // The list of the old certificate says so at once, and with it every other: it does not show which one changed.
        await flow.PublishAsync(allStatusLists: replaced is not null, cancel);
        return decided!;
    }

    /// <summary>What a decision prints and certifies, with the person who took it.</summary>
    /// <param name="today">Civil day of the decision.</param>
    internal static async Task<Outcome<RecognitionDecisionFacts>> FactsAsync(
        Installation home, RecognitionCase now, DecisionTaken taken, string name, string capacity, DateOnly today, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var body = (await PermitRegister.OrganisationsAsync(connection, cancel)).Find(o => o.Role == OrganisationRole.RecognitionBody);
        if (body is null)
        {
            return new Problem("recognition/no-body", "No recognition body with a key in force is registered here, or more than one.");
        }

        if (!CaseGuide.Own(home.Rules, now).TryGet(out var law, out var problem)
            || !HumanDecision.Make(
                name, capacity, taken.At, [now.Number!, .. taken.Decision.Evidence.Select(e => e.Id)], taken.Reason, law.Appeal.Reference, taken.AppealUntil)
                .TryGet(out var human, out problem))
        {
            return problem;
        }

        return DecisionFacts.Of(now, taken, law, body.Name, human, today);
    }
}
