using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>What kind of place of learning it is: each has rules of its own (requirement AI-34).</summary>
public enum SchoolKind
{
    School,

    /// <summary>Technical, vocational and post-secondary education.</summary>
    College,

    /// <summary>Under another ministry, with packs of its own.</summary>
    Higher,
}

/// <summary>Where it stands.</summary>
public enum Setting
{
    Urban,
    Rural,
}

/// <summary>Its line to the net (requirement AI-32).</summary>
public enum Connectivity
{
    None,
    Weak,
    Good,
}

/// <summary>A place of learning of the directory. Public.</summary>
/// <param name="Region">ISO 3166-2 code of the region, <c>KZ-61</c>.</param>
/// <param name="District">Name of the district, as the directory that was imported writes it.</param>
/// <param name="Languages">Languages of instruction, BCP 47.</param>
public sealed record School(
    Bin Bin, LocalizedText Name, string Region, string District, SchoolKind Kind, Setting Setting, IReadOnlyList<string> Languages,
    Connectivity Connectivity)
{
    /// <summary>The department that answers for the schools of a region, among the places of the directory.</summary>
    public bool IsDepartment { get; init; }
}
