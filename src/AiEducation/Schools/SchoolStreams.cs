using System.Text;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>The streams of a school's use of AI: what lists show of each, and what each event says in clear.</summary>
public static class SchoolStreams
{
    /// <summary>One a school.</summary>
    public static readonly EventKind<SchoolRegulation, SchoolRegulationEvent> Regulation = new(
        "regulation", isPersonal: false, SchoolRegulation.Of,
        now => new StreamSummary(now.Draft is not null ? "draft" : "adopted"),
        (now, happened) => happened is RegulationAdopted a ? [new EventFact("regulation.adopted", now.School.Value, ("version", $"{a.Number}"))] : []);

    /// <summary>One a school.</summary>
    public static readonly EventKind<SchoolTools, SchoolToolsEvent> Tools = new(
        "school-tools", isPersonal: false, SchoolTools.Of,
        now => new StreamSummary("open", Due: now.Allowed.Count == 0 ? null : now.Allowed.Values.Min(t => t.Until)),
        (_, happened) => happened is ToolAllowed a ? [new EventFact("tool.allowed", a.Tool.System)] : []);

    /// <summary>One a school.</summary>
    public static readonly EventKind<SchoolInfrastructure, InfrastructureEvent> Infrastructure = new(
        "infrastructure", isPersonal: false, SchoolInfrastructure.Of,
        now => new StreamSummary(EventWords.Of(now.Newest.Connectivity)),
        (_, happened) => happened is InfrastructureReported r
            ? [new EventFact(
                "infrastructure.reported", r.School.Value, ("devices", $"{r.Devices}"), ("learners", $"{r.Learners}"),
                ("connectivity", EventWords.Of(r.Connectivity)))]
            : []);

    /// <summary>One a class. No fact names a teacher: switching off is nobody's failing.</summary>
    public static readonly EventKind<ClassAi, ClassAiEvent> Class = new(
        "class-ai", isPersonal: false, ClassAi.Of,
        now => new StreamSummary(now.Off.Count == 0 ? "on" : "off", now.Class),
        (_, happened) => happened is AiSwitchedOff o ? [new EventFact("tool.switched-off", o.System)] : []);

    /// <summary>One a learner.</summary>
    public static readonly EventKind<LearnerAi, LearnerAiEvent> Learner = new(
        "learner-ai", isPersonal: true, LearnerAi.Of,
        now => new StreamSummary(now.Refused.Count == 0 ? "open" : "refused", now.Learner),
        (_, _) => []);

    /// <summary>One for each consent that was given.</summary>
    public static readonly EventKind<ParentalConsent, ParentalConsentEvent> Consent = new(
        "consent", isPersonal: true, ParentalConsent.Of,
        now => new StreamSummary(
            now.Withdrawn is not null ? "withdrawn" : now.Expired is not null ? "expired" : now.Reminded is not null ? Near : Given,
            now.Given.Learner, now.Given.System, now.Given.Elements.Until),
        (now, happened) => happened switch
        {
            ConsentGiven => [new EventFact("consent.given", now.Given.Learner)],
            ConsentWithdrawn => [new EventFact("consent.withdrawn", now.Given.Learner)],
            ConsentExpired => [new EventFact("consent.expired", now.Given.Learner)],
            _ => [],
        });

    /// <summary>State of a consent; it holds until the day it is due.</summary>
    public const string Given = "given";

    /// <summary>The same, of whose end the parents were told.</summary>
    public const string Near = "near";

    /// <summary>States in which a consent holds until the day it is due.</summary>
    public static IReadOnlyList<string> Holding { get; } = [Given, Near];

    /// <summary>Id of the one regulation of a school.</summary>
    public static string RegulationOf(Bin school) => $"{Regulation.Name}-{school}";

    /// <summary>Id of the one list of tools of a school.</summary>
    public static string ToolsOf(Bin school) => $"{Tools.Name}-{school}";

    /// <summary>Id of what a school reported of its devices and line.</summary>
    public static string InfrastructureOf(Bin school) => $"{Infrastructure.Name}-{school}";

    /// <summary>Id of the switches of a class; its name may be of any letters.</summary>
    public static string ClassOf(Bin school, string className) => $"{Class.Name}-{school}-{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(className))}";

    /// <summary>Id of what a learner read and chose.</summary>
    public static string LearnerOf(string learner) => $"{Learner.Name}-{learner}";
}
