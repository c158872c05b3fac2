namespace Mortanba.Documents;

/// <summary>A stretch of text in one style.</summary>
public readonly record struct TextRun(string Text, TextStyle Style);

/// <summary>Breaks text into lines and draws them.</summary>
public static class TextLayout
{
    /// <summary>Lines no wider than the given width; breaks at spaces and after hyphens, inside a word only when it must.</summary>
    public static IReadOnlyList<IReadOnlyList<TextRun>> Wrap(IEnumerable<TextRun> runs, double width)
    {
        var lines = new List<IReadOnlyList<TextRun>>();
        var line = new List<TextRun>();
        var used = 0.0;
        foreach (var piece in runs.SelectMany(Pieces))
        {
            var rest = piece;
            while (rest.Text.Length > 0)
            {
                if (rest.Text == "\n")
                {
                    Break();
                    break;
                }

                // A space at the end of a line takes no room.
                if (used + rest.Style.Width(rest.Text.TrimEnd(' ')) <= width)
                {
                    Append(rest);
                    break;
                }

                if (line.Count > 0)
                {
                    Break();
                    continue;
                }

                var fits = CountThatFits(rest, width);
                Append(rest with { Text = rest.Text[..fits] });
                rest = rest with { Text = rest.Text[fits..] };
            }
        }

        Break();
        return lines;

        void Append(TextRun run)
        {
            used += run.Style.Width(run.Text);
            if (line.Count > 0 && line[^1].Style == run.Style)
            {
                line[^1] = run with { Text = line[^1].Text + run.Text };
            }
            else
            {
                line.Add(run);
            }
        }

        void Break()
        {
            if (line.Count > 0)
            {
                line[^1] = line[^1] with { Text = line[^1].Text.TrimEnd(' ') };
                lines.Add(line);
            }

            line = [];
            used = 0;
        }
    }

    /// <summary>Wraps and draws; the answer is the y below the last line.</summary>
    /// <param name="top">Upper edge of the first line.</param>
    /// <param name="leading">Distance of base lines, in points.</param>
    public static double Draw(
        this PdfPage page, double x, double top, double width, double leading, Alignment alignment, params TextRun[] runs)
    {
        foreach (var line in Wrap(runs, width))
        {
            page.DrawLine(x, top, width, leading, alignment, line);
            top += leading;
        }

        return top;
    }

    /// <summary>Draws one wrapped line whose upper edge is <paramref name="top"/>.</summary>
    public static void DrawLine(
        this PdfPage page, double x, double top, double width, double leading, Alignment alignment, IReadOnlyList<TextRun> line)
    {
        var size = line.Max(run => run.Style.Size);
        var baseline = top + ((leading - size) / 2) + (size * 0.8);
        var free = width - line.Sum(run => run.Style.Width(run.Text));
        var at = x + alignment switch
        {
            Alignment.Left => 0,
            Alignment.Center => free / 2,
            Alignment.Right => free,
        };
        foreach (var run in line)
        {
            page.Text(at, baseline, run.Style, run.Text);
            at += run.Style.Width(run.Text);
        }
    }

    private static IEnumerable<TextRun> Pieces(TextRun run)
    {
        var start = 0;
        for (var i = 0; i < run.Text.Length; i++)
        {
            if (run.Text[i] == '\n')
            {
                yield return run with { Text = run.Text[start..i] };
                yield return run with { Text = "\n" };
                start = i + 1;
            }
            else if (run.Text[i] is ' ' or '-' or '/' or '–')
            {
                yield return run with { Text = run.Text[start..(i + 1)] };
                start = i + 1;
            }
        }

        yield return run with { Text = run.Text[start..] };
    }

    private static int CountThatFits(TextRun run, double width)
    {
        var count = 1;
        while (count < run.Text.Length && run.Style.Width(run.Text[..(count + 1)]) <= width)
        {
            count++;
        }

        return count;
    }
}

public enum Alignment
{
    Left,
    Center,
    Right,
}
