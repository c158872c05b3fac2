namespace Mortanba.AiEducation.PersonalData;

internal enum TokenKind : byte
{
    Word,
    Number,

    /// <summary>One sign that is neither letter, digit nor blank; the end of a line too.</summary>
    Sign,
}

/// <summary>A word, a run of digits, or a sign of a text.</summary>
/// <param name="Start">First sign in the folded text.</param>
/// <param name="End">Behind its last sign.</param>
/// <param name="Marks">What the lists say of a word.</param>
/// <param name="IsCapital">A word with a capital first letter.</param>
/// <param name="IsShout">A word of at least two letters, all capital.</param>
/// <param name="OpensSentence">Nothing stands before it in its sentence.</param>
internal readonly record struct Token(
    TokenKind Kind, int Start, int End, WordMarks Marks, bool IsCapital, bool IsShout, bool OpensSentence)
{
    public int Length => End - Start;

    public bool Is(WordMarks mark) => (Marks & mark) != 0;
}

/// <summary>A folded text cut into tokens; and which of them a scanner has taken.</summary>
internal sealed class Reading
{
    private readonly FoldedText text;
    private readonly List<Token> tokens;
    private readonly bool[] taken;

    public Reading(FoldedText text)
    {
        this.text = text;
        tokens = new List<Token>((text.Length / 5) + 4);
        Cut();
        taken = new bool[tokens.Count];
    }

    public int Count => tokens.Count;

    public FoldedText Text => text;

    public Token this[int index] => tokens[index];

    public ReadOnlySpan<char> Chars(int index) => text.Chars[tokens[index].Start..tokens[index].End];

    public ReadOnlySpan<char> Lower(int index) => text.LowerChars[tokens[index].Start..tokens[index].End];

    public bool IsTaken(int index) => taken[index];

    public bool IsSign(int index, char sign) =>
        index >= 0 && index < Count && tokens[index].Kind == TokenKind.Sign && text.Chars[tokens[index].Start] == sign;

    public bool IsKind(int index, TokenKind kind) => index >= 0 && index < Count && tokens[index].Kind == kind;

    public bool Is(int index, WordMarks mark) => index >= 0 && index < Count && tokens[index].Is(mark);

    /// <summary>Nothing, not even a blank, stands between this token and the next.</summary>
    public bool Touches(int index) => index + 1 < Count && tokens[index].End == tokens[index + 1].Start;

    /// <summary>One of the tokens before this one, in the same paragraph, has the mark.</summary>
    public bool HasBefore(int index, WordMarks mark, int reach) => Before(index, mark, reach) < int.MaxValue;

    /// <summary>How many tokens before this one, in the same paragraph, the nearest with the mark stands; int.MaxValue when none does.</summary>
    public int Before(int index, WordMarks mark, int reach)
    {
        for (var i = index - 1; i >= 0 && i >= index - reach && !IsSign(i, '\n'); i--)
        {
            if (tokens[i].Is(mark))
            {
                return index - i;
            }
        }

        return int.MaxValue;
    }

    public bool HasAfter(int index, WordMarks mark, int reach)
    {
        for (var i = index + 1; i < Count && i <= index + reach && !IsSign(i, '\n'); i++)
        {
            if (tokens[i].Is(mark))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Notes the tokens first to last as a finding, unless one of them is taken already.</summary>
    public bool Take(int first, int last, PersonalDataKind kind, Confidence confidence, List<Finding> found)
    {
        if (taken.AsSpan(first, last - first + 1).Contains(true))
        {
            return false;
        }

        taken.AsSpan(first, last - first + 1).Fill(true);
        found.Add(text.Place(tokens[first].Start, tokens[last].End, kind, confidence));
        return true;
    }

    private void Cut()
    {
        var chars = text.Chars;
        var opens = true;
        for (var i = 0; i < chars.Length;)
        {
            var c = chars[i];
            if (c == ' ')
            {
                i++;
                continue;
            }

            var start = i;
            if (char.IsAsciiDigit(c))
            {
                while (i < chars.Length && char.IsAsciiDigit(chars[i]))
                {
                    i++;
                }

                tokens.Add(new Token(TokenKind.Number, start, i, WordMarks.None, false, false, opens));
                opens = false;
            }
            else if (char.IsLetter(c))
            {
                while (i < chars.Length && char.IsLetter(chars[i]))
                {
                    i++;
                }

                tokens.Add(Word(start, i, opens));
                opens = false;
            }
            else
            {
                i++;
                tokens.Add(new Token(TokenKind.Sign, start, i, WordMarks.None, false, false, opens));
                opens = c is '.' or '!' or '?' or '\n' or '…' or '•' || (opens && c is '-' or '"' or '\'' or '(' or '*');
            }
        }
    }

    private Token Word(int start, int end, bool opens)
    {
        var chars = text.Chars[start..end];
        var lower = text.LowerChars[start..end];
        Homoglyphs.Unify(lower);
        var capital = char.IsUpper(chars[0]);
        var shout = capital && chars.Length > 1;
        for (var i = 1; i < chars.Length && shout; i++)
        {
            shout = !char.IsLower(chars[i]);
        }

        return new Token(TokenKind.Word, start, end, Lexicon.Shared.Marks(lower, capital), capital, shout, opens);
    }
}
