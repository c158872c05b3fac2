using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Permits;

namespace Mortanba.Flow.Tests.Delivery;

/// <summary>One invented diploma with thirty courses.</summary>
internal static class SampleDiploma
{
    public const string Site = "https://mortanba.example";

    /// <summary>As long as a real one: link, header, deflated core and signature.</summary>
    public static readonly string QrText =
        Site + "/q/AAAAAAAAAAAAAAAAAAAAAA#" + string.Concat(Enumerable.Range(0, 780).Select(i => (char)('a' + (i * 7 % 26))));

    public static readonly byte[] File = MakeFile();

    public static DiplomaRecord Record(bool honours = false, string familyKk = "Сәрсенова", int courses = 30)
    {
        var initiator = new Organisation(
            Bin.Parse("170240014901"), "did:web:mortanba.example:institutions:170240014901", OrganisationRole.Initiator,
            new("«Қазына» политехникалық университеті", "Политехнический университет «Қазына»", "Qazyna Polytechnic University"),
            new("Қарағанды", "Караганда", "Karaganda"),
            new("Ректор", "Ректор", "Rector"),
            new("Мемлекеттік емес жоғары оқу орны", "Негосударственное высшее учебное заведение", "Private higher education institution"));
        var permission = new IssuePermission(
            initiator, initiator with { Role = OrganisationRole.IssuerOperator }, "KZ-1", "2026-06-QPU-1", "secured", "kz.digital-assets@2026.1",
            Commitment.Sha3_512, new DateTimeOffset(2026, 6, 26, 5, 0, 0, TimeSpan.Zero));
        var status = new StatusPointer("5f3a9c2e", 104233, Site + "/r", Site + "/s", Site + "/status-lists/5f3a9c2e/token");
        return new DiplomaRecord(
            AssetId.Parse("urn:uuid:6f1c3c0e-5d5b-4b4e-9d5e-6d2a5a0b7f11"), Content(honours, familyKk, courses), permission,
            initiator.Did + "#key-1", status, "AAAAAAAAAAAAAAAAAAAAAA", Site, permission.At);
    }

    public static SupplementWording Wording { get; } = new(
        [.. Enumerable.Range(1, 8).Select(i => new LocalizedText($"{i}-бөлім", $"Раздел {i}", $"Section {i}"))],
        new("Бұл қосымша біліктіліктің сипатын түсіндіреді.", "Это приложение поясняет квалификацию.", "This supplement explains the qualification."),
        LocalizedText.Same("A 4.0 (95–100), A- 3.67 (90–94), B+ 3.33 (85–89)"),
        LocalizedText.Same("ENIC-Kazakhstan, enic-kazakhstan.edu.kz"),
        [.. Enumerable.Range(1, 6).Select(i => new LocalizedText(
            $"{i}. Қазақстан Республикасындағы білім беру сабақтас деңгейлерден тұрады: негізгі орта, жалпы орта, техникалық және кәсіптік, жоғары білім.",
            $"{i}. Образование в Республике Казахстан состоит из преемственных уровней: основное среднее, общее среднее, техническое и высшее.",
            $"{i}. Education in the Republic of Kazakhstan runs through successive levels: basic secondary, general secondary, vocational and higher."))]);

    private static ValidatedDiploma Content(bool honours, string familyKk, int courses)
    {
        var programme = new Programme(
            Bin.Parse("170240014901"), "6B06103",
            new("Ақпараттық жүйелер", "Информационные системы", "Information systems"),
            new(
                "Ақпараттық-коммуникациялық технологиялар бакалавры",
                "Бакалавр информационно-коммуникационных технологий",
                "Bachelor of Information and Communication Technologies"),
            new("Ақпараттық-коммуникациялық технологиялар", "Информационно-коммуникационные технологии", "Information and communication technologies"),
            "0613", 6, 240,
            new("4 жыл", "4 года", "4 years"),
            new("Жалпы орта білім және ұлттық бірыңғай тестілеу", "Общее среднее образование и единое национальное тестирование", "General secondary education and the unified national test"),
            new(
                "Ақпараттық жүйелерді жобалайды, әзірлейді және сүйемелдейді; деректерді талдайды.",
                "Проектирует, разрабатывает и сопровождает информационные системы; анализирует данные.",
                "Designs, builds and maintains information systems; analyses data."),
            new("Магистратураға түсуге құқық береді", "Даёт право поступления в магистратуру", "Gives access to master's programmes"),
            new("Кәсіп реттелмейді", "Профессия не регулируется", "The profession is not regulated"),
            "KZ12LAA00012345", new DateOnly(2015, 1, 1), null, "IQAA", new DateOnly(2022, 1, 1), new DateOnly(2027, 12, 31));
        return new ValidatedDiploma(
            2, "bachelor", "BD", "00412867", Iin.TryParse("061211600012", out var iin) ? iin : throw new InvalidOperationException("a valid vector"),
            new GraduateName(
                new(familyKk, "Сарсенова", "Sarsenova"), new("Айдана", "Айдана", "Aidana"),
                new("Ерланқызы", "Ерлановна", "Yerlankyzy"), "SARSENOVA", "AIDANA"),
            new DateOnly(2006, 12, 11), "S-2022-0413", programme, "14", new DateOnly(2026, 6, 22), new DateOnly(2026, 6, 26),
            StudyForm.FullTime, Language.Kk, new DateOnly(2022, 9, 1), new DateOnly(2026, 6, 22), 240, 3.52m, honours,
            [.. Enumerable.Range(1, courses).Select(i => new CourseResult(
                $"ITS{1000 + i}",
                new($"Деректер қорын жобалау және басқару {i}", $"Проектирование и управление базами данных {i}", $"Database design and management {i}"),
                8, 70 + i, "B+", 3.33m))]);
    }

    // Random text of the size of a real file: signatures and digests do not compress.
    private static byte[] MakeFile()
    {
        var noise = new byte[9000];
        new Random(1).NextBytes(noise);
        return System.Text.Encoding.ASCII.GetBytes("{\"forms\":\"" + Convert.ToBase64String(noise) + "\"}");
    }
}
