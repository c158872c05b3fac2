using Mortanba.Foundation;
using Mortanba.Intake.Columns;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Intake.Checks;

/// <summary>What a row says about itself before its courses are known; null where the cell is bad.</summary>
internal sealed record GraduateRow(
    string? Kind,
    string? Series,
    string? Number,
    Iin? Iin,
    GraduateName Name,
    DateOnly? BirthDate,
    string StudentNumber,
    Programme? Programme,
    string MinutesNumber,
    DateOnly? MinutesDate,
    DateOnly? AwardDate,
    StudyForm? Form,
    Language? Instruction,
    DateOnly? StudyFrom,
    DateOnly? StudyUntil,
    bool? Honours,
    int? CreditsGiven,
    decimal? GpaGiven,
    Contact? Contact);

/// <summary>Reads and checks the cells of one graduate, each by its rule.</summary>
internal sealed class GraduateReader(IntakeRules rules, Func<string, Programme?> programmes, DateOnly today)
{
    private readonly Dictionary<string, Programme?> known = new(StringComparer.Ordinal);

    public GraduateRow Read(RowContext row)
    {
        row.Begin();
        var kind = Kind(row);
        var (series, number) = SeriesAndNumber(row, kind);
        var programme = Programme(row, kind);
        var graduate = new GraduateRow(
            kind?.Id, series, number, ReadIin(row), Name(row), Date(row, Field.BirthDate),
            row.Text(Field.StudentNumber, 40), programme, row.Text(Field.MinutesNumber, 40),
            Date(row, Field.MinutesDate), Date(row, Field.AwardDate), Form(row), Instruction(row),
            Date(row, Field.StudyFrom), Date(row, Field.StudyUntil), Honours(row), Credits(row), Gpa(row),
            ContactCheck.Read(row));
        CompareDates(row, graduate);
        return graduate;
    }

    private DocumentKind? Kind(RowContext row)
    {
        var word = Word(row, Field.Kind);
        var kind = word is null ? null : rules.Kinds.Find(word);
        if (word is not null && kind is null)
        {
            row.Error(
                Field.Kind, "intake/unknown-word", ("known", string.Join(", ", rules.Kinds.Kinds.Select(k => k.Id))));
        }

        return kind;
    }

    // "BD 00412867", "BD№00412867", or series and number in two columns.
    private static (string? Series, string? Number) SeriesAndNumber(RowContext row, DocumentKind? kind)
    {
        var text = row.Text(Field.Number, 40);
        if (text.Length == 0)
        {
            return (null, null);
        }

        var split = text.AsSpan().IndexOfAnyInRange('0', '9');
        var digits = split < 0 ? "" : text[split..];
        var series = (split < 0 ? text : text[..split]).TrimEnd(' ', '№', '-');
        var seriesField = Field.Number;
        if (row.Columns.Has(Field.Series))
        {
            var given = row.Text(Field.Series, 10);
            if (series.Length > 0 && series != given)
            {
                row.Error(Field.Series, "intake/series-differs", ("series", series));
                return (null, null);
            }

            series = given;
            seriesField = Field.Series;
        }

        if (kind is null)
        {
            // Which form the number must have hangs on the kind, whose cell is reported.
            return (null, null);
        }

        if (!kind.Number.IsMatch(digits))
        {
            row.Error(Field.Number, "intake/number-format", ("length", $"{digits.Length}"));
            return (null, null);
        }

        if (series == kind.Series)
        {
            return (kind.Series, digits);
        }

        var foreign = series.AsSpan().IndexOfAnyExceptInRange('A', 'Z');
        if (foreign >= 0)
        {
            row.Error(
                seriesField, "intake/series-letters", ("character", series[foreign..(foreign + 1)]),
                ("code", $"U+{(int)series[foreign]:X4}"), ("series", kind.Series));
        }
        else
        {
            row.Error(seriesField, "intake/series-not-for-kind", ("kind", kind.Id), ("series", kind.Series));
        }

        return (null, null);
    }

    private Iin? ReadIin(RowContext row)
    {
        var text = row.Text(Field.Iin, 40);
        if (text.Length == 0)
        {
            return null;
        }

        if (text.Length != 12 || text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            row.Error(
                Field.Iin, text.Length is 10 or 11 && !text.AsSpan().ContainsAnyExceptInRange('0', '9')
                    ? "intake/iin-zero-lost" : "intake/iin-format", ("length", $"{text.Length}"));
            return null;
        }

        if (!Iin.TryParse(text, out var iin))
        {
            row.Error(Field.Iin, "intake/iin-checksum");
            return null;
        }

        if (rules.IinFacets.BirthDate == FacetAction.Warn && iin.ClaimedBirthDate is null)
        {
            row.Warn(Field.Iin, "intake/iin-without-date");
        }

        return iin;
    }

    private static GraduateName Name(RowContext row)
    {
        var patronymic = new LocalizedText(
            NameCheck.Kazakh(row, Field.PatronymicKk, required: false),
            NameCheck.RussianSpelling(row, Field.PatronymicRu, required: false),
            NameCheck.English(row, Field.PatronymicEn, required: false));
        Field[] fields = [Field.PatronymicKk, Field.PatronymicRu, Field.PatronymicEn];
        var hasAny = fields.Any(field => !row.Cell(field).IsEmpty);
        foreach (var field in hasAny ? fields.Where(field => row.Cell(field).IsEmpty) : [])
        {
            row.Error(field, "intake/patronymic-incomplete");
        }

        return new GraduateName(
            new LocalizedText(
                NameCheck.Kazakh(row, Field.FamilyKk), NameCheck.RussianSpelling(row, Field.FamilyRu),
                NameCheck.English(row, Field.FamilyEn)),
            new LocalizedText(
                NameCheck.Kazakh(row, Field.GivenKk), NameCheck.RussianSpelling(row, Field.GivenRu),
                NameCheck.English(row, Field.GivenEn)),
            hasAny ? patronymic : null,
            NameCheck.Passport(row, Field.PassportFamily), NameCheck.Passport(row, Field.PassportGiven));
    }

    private Programme? Programme(RowContext row, DocumentKind? kind)
    {
        var cell = row.Cell(Field.ProgrammeCode);
        if (!known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(cell, out var programme))
        {
            var code = row.Text(Field.ProgrammeCode, 20);
            if (code.Length == 0)
            {
                return null;
            }

            programme = programmes(code);
            if (known.Count < 1_000)
            {
                known[code] = programme;
            }
        }

        if (programme is null)
        {
            row.Error(Field.ProgrammeCode, "intake/unknown-programme");
        }
        else if (kind is not null && !kind.ProgrammeCode.IsMatch(programme.Code))
        {
            row.Error(Field.Kind, "intake/kind-not-for-programme", ("kind", kind.Id), ("programme", programme.Code));
        }

        return programme;
    }

    private static StudyForm? Form(RowContext row) => Word(row, Field.Form) switch
    {
        "full-time" => StudyForm.FullTime,
        "part-time" => StudyForm.PartTime,
        "distance" => StudyForm.Distance,
        _ => null,
    };

    private static Language? Instruction(RowContext row) =>
        Languages.TryParse(Word(row, Field.Instruction), out var language) ? language : null;

    private static bool? Honours(RowContext row) => Word(row, Field.Honours) switch
    {
        "yes" => true,
        "no" => false,
        _ => null,
    };

    private static int? Credits(RowContext row)
    {
        var cell = row.Cell(Field.Credits);
        if (cell.IsEmpty)
        {
            return null;
        }

        if (!ValueParsers.TryWhole(cell, out var credits))
        {
            row.Error(Field.Credits, "intake/credits-not-whole", ("max", "1000"));
            return null;
        }

        return credits;
    }

    private static decimal? Gpa(RowContext row)
    {
        var cell = row.Cell(Field.Gpa);
        if (cell.IsEmpty)
        {
            return null;
        }

        if (!ValueParsers.TryDecimal(cell, out var gpa) || gpa > 4)
        {
            row.Error(Field.Gpa, "intake/gpa-format");
            return null;
        }

        return gpa;
    }

    private static DateOnly? Date(RowContext row, Field field)
    {
        var cell = row.Cell(field);
        if (cell.IsEmpty)
        {
            row.Error(field, "intake/cell-empty");
            return null;
        }

        if (!ValueParsers.TryDate(cell, row.Source.SerialEpoch, out var date))
        {
            row.Error(field, "intake/date-format");
            return null;
        }

        return date;
    }

    private static string? Word(RowContext row, Field field)
    {
        var cell = row.Cell(field);
        var values = (Dictionary<string, string>)Words.Default.Values[field.WireName()];
        if (values.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(cell, out var value))
        {
            return value;
        }

        if (cell.IsEmpty)
        {
            row.Error(field, "intake/cell-empty");
        }
        else
        {
            row.Error(field, "intake/unknown-word", ("known", string.Join(", ", values.Values.Distinct())));
        }

        return null;
    }

    private void CompareDates(RowContext row, GraduateRow graduate)
    {
        if (graduate.AwardDate is { } award)
        {
            if (award > today)
            {
                row.Error(Field.AwardDate, "intake/award-in-future");
            }

            if (graduate.MinutesDate > award)
            {
                row.Error(Field.AwardDate, "intake/award-before-minutes");
            }

            if (graduate.StudyUntil > award)
            {
                row.Error(Field.StudyUntil, "intake/study-after-award");
            }

            if (graduate.BirthDate is { } born && (born.AddYears(14) > award || born.AddYears(100) < award))
            {
                row.Error(Field.BirthDate, "intake/birth-date-implausible");
            }
        }

        if (graduate.StudyFrom >= graduate.StudyUntil)
        {
            row.Error(Field.StudyFrom, "intake/study-dates-swapped");
        }

        if (rules.IinFacets.BirthDate == FacetAction.Warn
            && graduate.Iin?.ClaimedBirthDate is { } claimed && graduate.BirthDate is { } birth && claimed != birth)
        {
            row.Warn(Field.BirthDate, "intake/birth-date-differs-from-iin");
        }
    }
}
