using System.Text.Json;
using Mortanba.Credentials;
using Mortanba.Delivery;
using Mortanba.Formats.Tests.Credentials;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Flow.Tests.Delivery;

/// <summary>A diploma with its supplement, written for systems abroad and read back by the reader of foreign files.</summary>
public sealed class QualificationExportTests
{
    private static readonly DateTimeOffset At = new(2026, 7, 1, 9, 0, 0, TimeSpan.Zero);

    public static TheoryData<Language> All { get; } = [.. Languages.All];

    [Theory]
    [MemberData(nameof(All))]
    [Trait("Requirement", "RQ-26")]
    public void What_is_exported_reads_back_equal_from_both_formats(Language language)
    {
        var from = QualificationExport.Of(SampleDiploma.Record(), SampleDiploma.Wording, language);
        var terms = FileReadingTerms.Of(At);

        var elmo = ForeignFile.Read(ElmoWriter.Write(from, SampleDiploma.Site, At), terms);
        Assert.Equal(JsonSerializer.Serialize(from), JsonSerializer.Serialize(elmo.Qualification));
        var elm = ForeignFile.Read(ElmWriter.Write(from, "urn:uuid:6f1c3c0e-5d5b-4b4e-9d5e-6d2a5a0b7f11"), terms);
        Assert.Equal(JsonSerializer.Serialize(from), JsonSerializer.Serialize(elm.Qualification));
    }

    [Fact]
    [Trait("Requirement", "RQ-26")]
    public void All_eight_sections_and_every_course_stand_in_it_and_the_national_number_does_not()
    {
        var record = SampleDiploma.Record();
        var from = QualificationExport.Of(record, SampleDiploma.Wording, Language.Ru);

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8"], from.Supplement!.Sections.Select(s => s.Number));
        Assert.Equal("Бакалавр информационно-коммуникационных технологий", from.Supplement.Sections[1].Sections[0].Content);
        Assert.Equal(30, from.Courses.Count);
        Assert.Equal("B+ (71)", from.Courses[0].Grade);
        Assert.DoesNotContain(record.Content.Iin.Value, JsonSerializer.Serialize(from), StringComparison.Ordinal);
    }

    [Fact]
    public void The_ELMO_of_a_diploma_is_valid_against_the_schema()
    {
        var schemas = ElmoSchema.Load();
        foreach (var language in Languages.All)
        {
            var from = QualificationExport.Of(SampleDiploma.Record(), SampleDiploma.Wording, language);
            Assert.Empty(ElmoSchema.Faults(schemas, ElmoWriter.Write(from, SampleDiploma.Site, At)));
        }
    }
}
