using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Flow.Tests.Recognition;

/// <summary>Decisions of recognition about nobody: a full one, and a conditional one with all that a letter can have.</summary>
internal static class SampleDecisions
{
    private const string Pack = "kz.recognition@2026.1#sha-256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/recognition-";

    public static RecognitionDecisionFacts Full { get; } = new(
        "R-7KQ2-9FXA",
        new DecisionHolder(new("Ли Вэй", "Ли Вэй", "Li Wei"), new DateOnly(1998, 3, 14)),
        new ForeignQualification(
            "工学学士学位", "zh", new("Инженерия бакалавры", "Бакалавр инженерии", "Bachelor of Engineering"), "Tsinghua University",
            [new AwardingState("CN", new("Қытай", "Китай", "China"))], new DateOnly(2021, 6, 30), new("Бакалавриат, БХСЖ 6", "Бакалавриат, МСКО 6", "Bachelor's, ISCED 6")),
        RecognitionPurpose.Title,
        RecognitionOutcome.Full,
        "",
        [],
        [],
        [new CitedTreaty("tokyo", new(
            "Жоғары білім біліктіліктерін тану туралы Азия-Тынық мұхиты өңірлік конвенциясы (Токио, 2011)",
            "Азиатско-Тихоокеанская региональная конвенция о признании квалификаций высшего образования (Токио, 2011)",
            "Asia-Pacific Regional Convention on the Recognition of Qualifications in Higher Education (Tokyo, 2011)"), ["III.1", "III.2", "III.3", "VI.1"])],
        [
            new CitedRule(Pack + "checklist", LocalizedText.Same("Order No 268"), "–"),
            new CitedRule(Pack + "appeal", LocalizedText.Same("Administrative Procedures Code"), "91"),
        ],
        new DecisionAppeal(
            new("Қазақстан Республикасының Ғылым және жоғары білім министрлігі", "Министерство науки и высшего образования Республики Казахстан", "Ministry of Science and Higher Education of the Republic of Kazakhstan"),
            new DateOnly(2026, 9, 30),
            new("Шағым осы жүйедегі іс арқылы беріледі.", "Жалоба подаётся в этом же деле в системе.", "An appeal is filed in the same case of this system.")),
        new DecisionSigner("Айгүл Сәрсенова", "decision-maker", new DateTimeOffset(2026, 8, 31, 9, 0, 0, TimeSpan.Zero), "The award gives the same rights at home."),
        new DateOnly(2026, 8, 31),
        new("Болон процесі және академиялық ұтқырлық орталығы", "Центр Болонского процесса и академической мобильности", "Bologna Process and Academic Mobility Center"))
    {
        CaseId = "case-00112233445566aa",
        Diploma = "urn:uuid:0b2c6d1e-6a9f-4c1e-9b7a-2f6f0d7e1a55",
        Receipt = new string('a', 64),
    };

    public static RecognitionDecisionFacts Conditional { get; } = Full with
    {
        Outcome = RecognitionOutcome.Conditional,
        Findings =
        [
            .. Enum.GetValues<Element>().Select(element => element is Element.Workload
                ? new ElementFinding(
                    element, ["E1", "E2"], "Bachelor of Engineering, 240 ECTS", Difference.Substantial, [DifferenceGround.Duration, DifferenceGround.Content],
                    "Без двух модулей по электрическим сетям держатель не может проектировать подстанции, а это и есть цель: право носить звание инженера-энергетика.",
                    "Не изучены расчёт коротких замыканий и релейная защита.")
                : new ElementFinding(element, ["E1"], "Bachelor of Engineering, NQF 6", Difference.None, [], "", "")),
        ],
        Measures = [new Measure(Element.Workload, "Сдать модули «Электрические сети I» и «Релейная защита» (12 кредитов) в любом аккредитованном вузе.", new DateOnly(2027, 6, 30))],
    };

    public static CertificatePlace Place(string site, string bin, string did, string keyId, AssetId? replaces = null) => new(
        AssetId.Parse("urn:uuid:0b2c6d1e-6a9f-4c1e-9b7a-2f6f0d7e1a56"), "RD 4829173650", Bin.Parse(bin), Bin.Parse("170240014901"), did, keyId, site,
        site + "/status-lists/1/revocation", site + "/status-lists/1/suspension", site + "/status-lists/1/token", 42,
        new DateTimeOffset(2026, 8, 31, 9, 0, 0, TimeSpan.Zero), replaces);
}
