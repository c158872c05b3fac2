using System.Text;

namespace Mortanba.Host.Demo;

/// <summary>
/// The terms of the demonstration's recognition body, as a pack of its installation: without them no case could be opened. Invented, and
/// the pack says so; a real body writes its own (docs/recognition.md).
/// </summary>
internal static class DemoTerms
{
    public const string FileName = "demo.recognition-body.yaml";

    private const string Pack =
        """
        # Terms of the demonstration's recognition body. Invented: nothing here is law.
        pack: demo.recognition-body
        version: "2026.1"
        title: Terms of the recognition body of the demonstration
        validFrom: 2025-01-01
        rules:
          - id: recognition-body-terms
            tag: D
            confidence: low
            note: Invented for the demonstration.
            source:
              act: Order of the recognition body of the demonstration (invented)
              article: "1"
              read: 2026-11-22
              title:
                kk: Көрсетілім органының бұйрығы (ойдан шығарылған)
                ru: Приказ органа демонстрации (вымышленный)
                en: Order of the recognition body of the demonstration (invented)
            value: {workingDays: 30, appealFileWorkingDays: 30, appealDecideWorkingDays: 20, feeIndices: 6,
              intakeWorkingDays: 5, answerWorkingDays: 40, withoutDocumentsValidMonths: 60,
              feeExempt: [refugee]}
          - id: recognition-retention
            tag: D
            confidence: low
            note: Invented for the demonstration.
            source:
              act: Order of the recognition body of the demonstration (invented)
              article: "2"
              read: 2026-11-23
              title:
                kk: Көрсетілім органының бұйрығы (ойдан шығарылған)
                ru: Приказ органа демонстрации (вымышленный)
                en: Order of the recognition body of the demonstration (invented)
            value:
              terms:
                - {code: archive, years: 10, except: [unlawful-processing, court-order]}

        """;

    /// <summary>Before the installation is opened, which reads its packs; a later start leaves the file as it is.</summary>
    public static void Write(string directory)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, Installation.OwnRulesFolder)).FullName;
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            var aside = path + ".new";
            File.WriteAllText(aside, Pack, new UTF8Encoding(false));
            File.Move(aside, path);
        }
    }
}
