namespace Mortanba.Recognition;

/// <summary>The three registers of institutions abroad.</summary>
public enum RegisterKind
{
    Institutions,

    /// <summary>Periods in which an institution or a programme was recognised or accredited.</summary>
    Accreditations,

    /// <summary>Places in editions of rankings.</summary>
    Rankings,
}

/// <summary>By what an institution had its right.</summary>
public enum PeriodKind
{
    /// <summary>The state recognised or licensed it.</summary>
    Recognition,

    /// <summary>A quality agency accredited it.</summary>
    Accreditation,
}

/// <summary>The level of an award, or of what a period covers.</summary>
public enum AwardLevel
{
    /// <summary>A period that is not bound to a level.</summary>
    All,
    School,
    Vocational,
    Bachelor,

    /// <summary>The long first degree of the Soviet tradition.</summary>
    Specialist,
    Master,
    Doctorate,
}

/// <summary>What a field of a register file holds.</summary>
internal enum FieldKind
{
    /// <summary>Stable id of an institution: small Latin letters, digits, dot and hyphen.</summary>
    Id,
    Ids,
    Country,
    Text,

    /// <summary>Texts separated by <c>|</c>.</summary>
    Texts,
    Day,

    /// <summary>Where it was read: an address, or the words that lead there.</summary>
    Source,
    Period,
    Level,
    System,
    Edition,

    /// <summary>A place from 1; of a band as <c>801-1000</c> its last.</summary>
    Position,

    /// <summary><c>yes</c> takes the entry back; it is not kept as a value.</summary>
    Withdrawn,
}

/// <param name="Name">Header in the file.</param>
/// <param name="Column">In the table.</param>
internal sealed record RegisterField(string Name, string Column, FieldKind Kind, bool IsRequired = false, bool IsKey = false);

/// <summary>The shape of one register: its table and the columns of its file, in their order.</summary>
internal sealed record RegisterShape(RegisterKind Kind, string Table, IReadOnlyList<RegisterField> Fields)
{
    private static readonly RegisterField Source = new("source", "source", FieldKind.Source, IsRequired: true);
    private static readonly RegisterField Read = new("read", "read_on", FieldKind.Day, IsRequired: true);
    private static readonly RegisterField Withdrawn = new("withdrawn", "", FieldKind.Withdrawn);

    private static readonly RegisterShape Institutions = new(RegisterKind.Institutions, "foreign_institutions",
    [
        new("id", "id", FieldKind.Id, IsRequired: true, IsKey: true),
        new("country", "country", FieldKind.Country, IsRequired: true),
        new("name", "name", FieldKind.Text, IsRequired: true),
        new("name_latin", "name_latin", FieldKind.Text),
        new("name_kk", "name_kk", FieldKind.Text),
        new("name_ru", "name_ru", FieldKind.Text),
        new("name_en", "name_en", FieldKind.Text),
        new("aliases", "aliases", FieldKind.Texts),
        new("founded", "founded", FieldKind.Day),
        new("closed", "closed", FieldKind.Day),
        new("predecessors", "predecessors", FieldKind.Ids),
        new("successors", "successors", FieldKind.Ids),
        Source, Read,
    ]);

    private static readonly RegisterShape Accreditations = new(RegisterKind.Accreditations, "institution_periods",
    [
        new("institution", "institution", FieldKind.Id, IsRequired: true, IsKey: true),
        new("kind", "kind", FieldKind.Period, IsRequired: true, IsKey: true),
        new("programme", "programme", FieldKind.Text, IsKey: true),
        new("level", "level", FieldKind.Level, IsKey: true),
        new("from", "valid_from", FieldKind.Day, IsRequired: true, IsKey: true),
        new("until", "valid_until", FieldKind.Day),
        new("granted_by", "granted_by", FieldKind.Text, IsRequired: true, IsKey: true),
        Source, Read, Withdrawn,
    ]);

    private static readonly RegisterShape Rankings = new(RegisterKind.Rankings, "ranking_positions",
    [
        new("system", "system", FieldKind.System, IsRequired: true, IsKey: true),
        new("edition", "edition", FieldKind.Edition, IsRequired: true, IsKey: true),
        new("published", "published", FieldKind.Day, IsRequired: true),
        new("institution", "institution", FieldKind.Id, IsRequired: true, IsKey: true),
        new("position", "position", FieldKind.Position, IsRequired: true),
        Source, Read, Withdrawn,
    ]);

    /// <summary>Fields that are kept, which is all but <c>withdrawn</c>.</summary>
    public IEnumerable<RegisterField> Kept => Fields.Where(f => f.Kind != FieldKind.Withdrawn);

    public static RegisterShape Of(RegisterKind kind) => kind switch
    {
        RegisterKind.Institutions => Institutions,
        RegisterKind.Accreditations => Accreditations,
        RegisterKind.Rankings => Rankings,
    };
}
