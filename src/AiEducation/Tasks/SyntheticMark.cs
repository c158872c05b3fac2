using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>
/// The mark of content that AI made or changed, for machines and for eyes (Law "On Artificial Intelligence", article 21(2), requirement AI-13).
/// </summary>
/// <param name="Word">Of the vocabulary "Digital Source Type" of the IPTC (cv.iptc.org/newscodes/digitalsourcetype), read 2026-11.</param>
/// <param name="Label">What readers see.</param>
public sealed record SyntheticMark(string Word, LocalizedText Label)
{
    /// <summary>Name of the word wherever it stands: in JSON, as a meta element of HTML, as a field of plain text.</summary>
    public const string Field = "DigitalSourceType";

    public const string Composite = "compositeWithTrainedAlgorithmicMedia";
    public const string Whole = "trainedAlgorithmicMedia";

    /// <summary>The address of the word, as metadata carry it.</summary>
    public string Address => "http://cv.iptc.org/newscodes/digitalsourcetype/" + Word;

    /// <summary>
    /// The mark of a work by what its learner states: AI made it when the own part is none, parts of it when any tool was used; null where
    /// no use was stated.
    /// </summary>
    public static SyntheticMark? Of(UseStatement? statement, AiTaskRules rules) =>
        statement is null || statement.Tools.Count == 0 ? null
        : statement.OwnPart == 0 ? new SyntheticMark(Whole, rules.Synthetic)
        : new SyntheticMark(Composite, rules.Composite);

    /// <summary>The mark of what a program wrote, for example the words of a proposal.</summary>
    public static SyntheticMark OfProgram(AiTaskRules rules) => new(Whole, rules.Synthetic);
}
