using System.Globalization;
using System.Text;

namespace Mortanba.Documents;

/// <summary>The <c>d</c> attribute of an SVG path as PDF operators (SVG 1.1 section 8.3; ISO 32000-1 section 8.5.2).</summary>
/// <remarks>Commands M L H V C S Z in both cases: what the seal and the ornament use. Anything else throws.</remarks>
public sealed class VectorPath
{
    private readonly StringBuilder output = new();
    private readonly string text;
    private int at;
    private double x, y, startX, startY, controlX, controlY;

    public VectorPath(string d)
    {
        text = d;
        var command = ' ';
        while (SkipSeparators())
        {
            command = char.IsAsciiLetter(text[at]) ? text[at++] : command == 'M' ? 'L' : command == 'm' ? 'l' : command;
            Draw(command);
        }

        Operators = output.ToString();
    }

    /// <summary>Four arcs of a circle, by the usual constant 0.5523.</summary>
    public static VectorPath Circle(double centerX, double centerY, double radius)
    {
        var c = radius * 0.5523;
        return new VectorPath(string.Create(
            CultureInfo.InvariantCulture,
            $"M{centerX + radius} {centerY}c0 {c} {c - radius} {radius} {-radius} {radius}c{-c} 0 {-radius} {c - radius} {-radius} {-radius}c0 {-c} {radius - c} {-radius} {radius} {-radius}c{c} 0 {radius} {radius - c} {radius} {radius}z"));
    }

    internal string Operators { get; }

    private void Draw(char command)
    {
        var (baseX, baseY) = char.IsAsciiLetterLower(command) ? (x, y) : (0, 0);
        switch (char.ToUpperInvariant(command))
        {
            case 'M':
                MoveTo(baseX + Number(), baseY + Number());
                (startX, startY) = (x, y);
                Emit("m", x, y);
                break;
            case 'L':
                MoveTo(baseX + Number(), baseY + Number());
                Emit("l", x, y);
                break;
            case 'H':
                MoveTo(baseX + Number(), y);
                Emit("l", x, y);
                break;
            case 'V':
                MoveTo(x, baseY + Number());
                Emit("l", x, y);
                break;
            case 'C':
                Curve(baseX + Number(), baseY + Number(), baseX, baseY);
                break;
            case 'S':
                Curve((2 * x) - controlX, (2 * y) - controlY, baseX, baseY);
                break;
            case 'Z':
                MoveTo(startX, startY);
                Emit("h");
                break;
            default:
                throw new FormatException($"The path command '{command}' is not drawn here.");
        }
    }

    private void Curve(double x1, double y1, double baseX, double baseY)
    {
        double x2 = baseX + Number(), y2 = baseY + Number();
        MoveTo(baseX + Number(), baseY + Number());
        (controlX, controlY) = (x2, y2);
        Emit("c", x1, y1, x2, y2, x, y);
    }

    private void MoveTo(double toX, double toY) => (x, y, controlX, controlY) = (toX, toY, toX, toY);

    private void Emit(string operation, params ReadOnlySpan<double> operands)
    {
        foreach (var operand in operands)
        {
            output.Append(PdfText.Number(operand)).Append(' ');
        }

        output.Append(operation).Append(' ');
    }

    // A number ends where a sign or a second point begins the next one: "2.5-5.7", "3.5.9".
    private double Number()
    {
        SkipSeparators();
        var start = at++;
        var point = text[start] == '.';
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || (text[at] == '.' && !point)))
        {
            point |= text[at] == '.';
            at++;
        }

        return double.Parse(text.AsSpan(start, at - start), CultureInfo.InvariantCulture);
    }

    private bool SkipSeparators()
    {
        while (at < text.Length && (text[at] is ' ' or ','))
        {
            at++;
        }

        return at < text.Length;
    }
}
