using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>Where a school lies and what it is: as the directory says today.</summary>
/// <param name="Setting">Word: <c>urban</c>, <c>rural</c>.</param>
/// <param name="Kind">Word: <c>school</c>, <c>college</c>, <c>higher</c>.</param>
public sealed record SchoolPlace(string Region, string District, string Setting, string Kind)
{
    public static SchoolPlace Of(School school) => new(school.Region, school.District, EventWords.Of(school.Setting), EventWords.Of(school.Kind));

    /// <summary>The group of a breakdown that it belongs to.</summary>
    public string GroupOf(string breakdown) => breakdown + ":" + (breakdown == "setting" ? Setting : Kind);
}

/// <summary>A part of the country down to a school; each null is "all". <see cref="Elsewhere"/> stands for what is no known school's.</summary>
public sealed record Area(string? Region = null, string? District = null, string? School = null)
{
    public const string Elsewhere = "elsewhere";

    public static Area Country { get; } = new();

    /// <summary>Null for the country.</summary>
    public Area? Parent => School is not null ? this with { School = null } : District is not null ? this with { District = null } : Region is not null ? Country : null;

    public bool Holds(Area other) =>
        (Region is null || Region == other.Region) && (District is null || District == other.District) && (School is null || School == other.School);
}

/// <summary>How far counting goes: all parts of the school year of <paramref name="Part"/> up to it.</summary>
/// <param name="IsLive">As it stands now, for people with the right to see it; else as it was published.</param>
public sealed record Reading(int Part, bool IsLive);

/// <summary>Whether a value can be read.</summary>
public enum FigureState
{
    Shown,

    /// <summary>Under the smallest count, or it would tell one that is.</summary>
    Hidden,

    /// <summary>There is nothing to divide by.</summary>
    Empty,
}

/// <summary>One value of an indicator with what it was made of.</summary>
/// <param name="Group">Null for everybody.</param>
/// <param name="Value">One decimal at most; null unless it is shown.</param>
public sealed record Figure(AiIndicator Indicator, Area Area, string? Group, int? Numerator, int? Denominator, decimal? Value, FigureState State);

/// <summary>An indicator compared between groups (requirement AI-33).</summary>
/// <param name="Gap">Between the highest and the lowest group; null when fewer than two are shown.</param>
public sealed record EquityRow(AiIndicator Indicator, string Breakdown, IReadOnlyList<Figure> Groups, decimal? Gap);
