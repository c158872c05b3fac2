namespace Mortanba.AiEducation.PersonalData;

/// <summary>E-mail addresses, also with letters of any script, with blanks around the @, and spelt (at), [at], (собака) with (dot), (точка).</summary>
internal static class EmailScanner
{
    private const int LocalLengthMax = 64;
    private const int DomainLengthMax = 253;

    public static void Scan(Reading reading, List<Finding> found)
    {
        for (var i = 0; i < reading.Count; i++)
        {
            var (first, last) = reading.IsSign(i, '@') ? (i, i) : Spelt(reading, i, WordMarks.SpeltAt);
            if (last >= 0 && Local(reading, first) is >= 0 and var start && Domain(reading, last) is >= 0 and var end)
            {
                reading.Take(start, end, PersonalDataKind.Email, Confidence.Certain, found);
                i = end;
            }
        }
    }

    // ( at ) and [ at ]: the brackets are what tells it from the word.
    private static (int First, int Last) Spelt(Reading reading, int i, WordMarks mark) =>
        reading.Is(i, mark) && ((reading.IsSign(i - 1, '(') && reading.IsSign(i + 1, ')')) || (reading.IsSign(i - 1, '[') && reading.IsSign(i + 1, ']')))
            ? (i - 1, i + 1)
            : (-1, -1);

    // First token of what stands before the @; -1 when nothing does.
    private static int Local(Reading reading, int at)
    {
        var start = -1;
        for (var i = at - 1; i >= 0 && !reading.IsTaken(i) && reading[at].Start - reading[i].Start <= LocalLengthMax; i--)
        {
            var isBlank = !reading.Touches(i);
            if (isBlank && (i != at - 1 || reading[at].Start - reading[i].End > 1))
            {
                break;
            }

            if (reading[i].Kind != TokenKind.Sign)
            {
                start = i;
            }
            else if (reading.Text.Chars[reading[i].Start] is not ('.' or '_' or '-' or '+'))
            {
                break;
            }
        }

        return start;
    }

    // Last token of a domain behind the @: at least two labels, the last one of two or more letters; -1 when there is none.
    private static int Domain(Reading reading, int at)
    {
        var (end, labels, needsLabel, blank) = (-1, 0, true, 1);
        for (var i = at + 1; i < reading.Count && reading[i].End - reading[at].End <= DomainLengthMax; i++, blank = 0)
        {
            if (Spelt(reading, i + 1, WordMarks.SpeltDot).Last is >= 0 and var dot && !needsLabel)
            {
                (i, needsLabel) = (dot, true);
                blank = 1;
                if (dot + 1 < reading.Count && reading[dot + 1].Start - reading[dot].End <= blank && reading[dot + 1].Kind == TokenKind.Word)
                {
                    i++;
                    (labels, needsLabel, end) = (labels + 1, false, reading[i].Length >= 2 ? i : end);
                }

                continue;
            }

            if (reading[i].Start - reading[i - 1].End > blank)
            {
                break;
            }

            if (reading[i].Kind != TokenKind.Sign)
            {
                labels += needsLabel ? 1 : 0;
                needsLabel = false;
                end = labels > 1 && reading[i] is { Kind: TokenKind.Word, Length: >= 2 } ? i : end;
            }
            else if (!needsLabel && (reading.IsSign(i, '.') || (labels == 1 && IsSlip(reading, i))))
            {
                needsLabel = true;
            }
            else if (!reading.IsSign(i, '-'))
            {
                break;
            }
        }

        return end;
    }

    // mail,ru
    private static bool IsSlip(Reading reading, int i) =>
        reading.IsSign(i, ',') && reading.Touches(i) && reading.IsKind(i + 1, TokenKind.Word) && reading[i + 1].Length <= 3
        && reading.Text.Chars[reading[i + 1].Start] is >= 'a' and <= 'z';
}
