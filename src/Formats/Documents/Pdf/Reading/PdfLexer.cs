using System.Globalization;
using System.Text;

namespace Mortanba.Documents;

/// <summary>Reads PDF values from bytes (ISO 32000-1 sections 7.2 and 7.3).</summary>
/// <remarks>
/// Values: null, bool, long, double, byte[] (string), <see cref="PdfName"/>, <see cref="PdfReference"/>, List of values,
/// <see cref="PdfDictionary"/>. Anything else throws <see cref="PdfRefusedException"/>.
/// </remarks>
internal sealed class PdfLexer(ReadOnlyMemory<byte> data, int position, PdfBudget budget)
{
    private const int DepthMax = 64;
    private const int NumberLengthMax = 24;

    public int Position { get; private set; } = position;

    private ReadOnlySpan<byte> Data => data.Span;

    private int Current => Position < data.Length ? Data[Position] : -1;

    public object? ReadValue(int depth = 0)
    {
        if (depth > DepthMax)
        {
            throw PdfRefusedException.TooBig("nesting");
        }

        budget.CountValue();
        SkipSpace();
        return Current switch
        {
            '/' => ReadName(),
            '(' => ReadLiteralString(),
            '<' when Peek(1) == '<' => ReadDictionary(depth),
            '<' => ReadHexString(),
            '[' => ReadArray(depth),
            '+' or '-' or '.' or (>= '0' and <= '9') => ReadNumberOrReference(),
            _ => ReadKeyword() switch
            {
                "true" => true,
                "false" => false,
                "null" => null,
                _ => throw PdfRefusedException.Damaged("an unknown keyword"),
            },
        };
    }

    /// <summary>A whole number, for object headers and tables.</summary>
    public long ReadInteger()
    {
        SkipSpace();
        return ReadNumber() is long whole ? whole : throw PdfRefusedException.Damaged("a fraction where a count stands");
    }

    public bool TryKeyword(ReadOnlySpan<byte> keyword)
    {
        SkipSpace();
        if (Position > data.Length || !Data[Position..].StartsWith(keyword))
        {
            return false;
        }

        Move(keyword.Length);
        return true;
    }

    public void SkipSpace()
    {
        while (Position < data.Length)
        {
            if (IsSpace(Current))
            {
                Move(1);
            }
            else if (Current == '%')
            {
                while (Current is not (-1 or '\r' or '\n'))
                {
                    Move(1);
                }
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>After the keyword <c>stream</c>: the first byte of its data (section 7.3.8.1).</summary>
    public int StreamStart()
    {
        if (Current == '\r')
        {
            Move(1);
        }

        if (Current == '\n')
        {
            Move(1);
        }

        return Position;
    }

    public static bool IsSpace(int c) => c is 0 or 9 or 10 or 12 or 13 or 32;

    private static bool IsDelimiter(int c) => c is '(' or ')' or '<' or '>' or '[' or ']' or '{' or '}' or '/' or '%';

    private int Peek(int ahead) => Position + ahead < data.Length ? Data[Position + ahead] : -1;

    private void Move(int count)
    {
        budget.Spend(count);
        Position += count;
    }

    private string ReadKeyword()
    {
        var start = Position;
        while (Current != -1 && !IsSpace(Current) && !IsDelimiter(Current) && Position - start < 16)
        {
            Move(1);
        }

        return Encoding.Latin1.GetString(Data[start..Position]);
    }

    private object ReadNumberOrReference()
    {
        var number = ReadNumber();
        if (number is not long id || id is < 0 or > int.MaxValue)
        {
            return number;
        }

        // "12 0 R" needs two tokens of looking ahead.
        var before = Position;
        SkipSpace();
        if (Current is >= '0' and <= '9' && ReadNumber() is long)
        {
            SkipSpace();
            if (Current == 'R' && (Peek(1) is -1 || IsSpace(Peek(1)) || IsDelimiter(Peek(1))))
            {
                Move(1);
                return new PdfReference((int)id);
            }
        }

        Position = before;
        return number;
    }

    private object ReadNumber()
    {
        var start = Position;
        while (Current is '+' or '-' or '.' or (>= '0' and <= '9') && Position - start <= NumberLengthMax)
        {
            Move(1);
        }

        var text = Encoding.Latin1.GetString(Data[start..Position]);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        return double.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var real)
            ? real
            : throw PdfRefusedException.Damaged("a number that is none");
    }

    private PdfName ReadName()
    {
        Move(1);
        var name = new List<byte>();
        while (Current != -1 && !IsSpace(Current) && !IsDelimiter(Current))
        {
            if (Current == '#' && Hex(Peek(1)) is >= 0 and var high && Hex(Peek(2)) is >= 0 and var low)
            {
                name.Add((byte)((high << 4) | low));
                Move(3);
            }
            else
            {
                name.Add((byte)Current);
                Move(1);
            }
        }

        return new PdfName(Encoding.Latin1.GetString([.. name]));
    }

    private byte[] ReadLiteralString()
    {
        Move(1);
        var text = new List<byte>();
        var depth = 1;
        while (true)
        {
            var c = Current;
            Move(1);
            switch (c)
            {
                case -1:
                    throw PdfRefusedException.Damaged("a string without an end");
                case '\\':
                    ReadEscape(text);
                    continue;
                case '(':
                    depth++;
                    break;
                case ')' when --depth == 0:
                    return [.. text];
            }

            text.Add((byte)c);
        }
    }

    private void ReadEscape(List<byte> text)
    {
        var c = Current;
        Move(1);
        switch (c)
        {
            case >= '0' and <= '7':
                var octal = c - '0';
                for (var i = 0; i < 2 && Current is >= '0' and <= '7'; i++)
                {
                    octal = (octal * 8) + (Current - '0');
                    Move(1);
                }

                text.Add((byte)(octal & 0xff));
                break;
            case '\r':
                if (Current == '\n')
                {
                    Move(1);
                }

                break;
            case '\n' or -1:
                break;
            default:
                text.Add(c switch
                {
                    'n' => (byte)'\n',
                    'r' => (byte)'\r',
                    't' => (byte)'\t',
                    'b' => (byte)'\b',
                    'f' => (byte)'\f',
                    _ => (byte)c,
                });
                break;
        }
    }

    private byte[] ReadHexString()
    {
        Move(1);
        var digits = new List<int>();
        while (Current != '>')
        {
            var digit = Hex(Current);
            if (digit >= 0)
            {
                digits.Add(digit);
            }
            else if (!IsSpace(Current))
            {
                throw PdfRefusedException.Damaged("a hexadecimal string with other letters");
            }

            Move(1);
        }

        Move(1);
        if (digits.Count % 2 == 1)
        {
            digits.Add(0);
        }

        return [.. Enumerable.Range(0, digits.Count / 2).Select(i => (byte)((digits[2 * i] << 4) | digits[(2 * i) + 1]))];
    }

    private List<object?> ReadArray(int depth)
    {
        Move(1);
        var items = new List<object?>();
        while (true)
        {
            SkipSpace();
            if (Current == ']')
            {
                Move(1);
                return items;
            }

            items.Add(ReadValue(depth + 1));
        }
    }

    private PdfDictionary ReadDictionary(int depth)
    {
        Move(2);
        var dictionary = new PdfDictionary();
        while (true)
        {
            SkipSpace();
            if (Current == '>' && Peek(1) == '>')
            {
                Move(2);
                return dictionary;
            }

            if (Current != '/')
            {
                throw PdfRefusedException.Damaged("a dictionary key that is no name");
            }

            var key = ReadName().Value;
            if (!dictionary.TryAdd(key, ReadValue(depth + 1)))
            {
                // Readers differ on which of the two counts (section 7.3.7 leaves it undefined): no answer is safe.
                throw PdfRefusedException.Damaged("a dictionary with one key twice");
            }
        }
    }

    private static int Hex(int c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'f' => c - 'a' + 10,
        >= 'A' and <= 'F' => c - 'A' + 10,
        _ => -1,
    };
}
