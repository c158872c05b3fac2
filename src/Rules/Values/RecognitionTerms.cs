namespace Mortanba.Rules;

/// <summary>Which kind of education a document certifies: each has its own order and its own treaties.</summary>
public enum EducationLevel
{
    /// <summary>Higher and postgraduate.</summary>
    Higher,

    /// <summary>Basic and general secondary, vocational, post-secondary.</summary>
    SchoolOrVocational,
}

/// <summary>What recognition is asked for.</summary>
public enum RecognitionPurpose
{
    FurtherStudy,

    /// <summary>To bear the academic title.</summary>
    Title,

    Employment,
}

/// <summary>Whose qualification it is: what is demanded, and whether anything is, depends on it.</summary>
public enum HolderKind
{
    Graduate,

    /// <summary>A refugee, a displaced person, or one in a like situation.</summary>
    Refugee,

    /// <summary>A graduate of the Bolashak scholarship.</summary>
    Bolashak,
}

/// <summary>Who files: another question than whose qualification it is. A representative of a refugee keeps the refugee's way.</summary>
public enum Filer
{
    Holder,

    /// <summary>Somebody with a power of attorney.</summary>
    Representative,
}

/// <summary>A whole qualification, or a part of the studies towards one.</summary>
public enum StudyExtent
{
    Whole,
    Partial,
}

public enum StudyMode
{
    /// <summary>Taught at the institution in the usual way.</summary>
    Usual,

    /// <summary>Distance, open or otherwise non-traditional learning.</summary>
    NonTraditional,
}

/// <summary>The three academic rankings that the orders name.</summary>
public enum RankingSystem
{
    Qs,
    Arwu,
    The,
}
