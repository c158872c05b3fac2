namespace Mortanba.Intake.Columns;

/// <summary>Guesses what the columns mean from their headers, in three languages and with small slips of the pen.</summary>
internal static class ColumnGuesser
{
    /// <summary>Columns that our own error files add; passed over when such a file comes back.</summary>
    public const string OwnColumnMark = "(mortanba)";

    public static TableColumns Guess(ListPart part, IReadOnlyList<string> headers, Words words)
    {
        var choices = headers.Select((header, index) => GuessOne(part, header, index, words)).ToList();

        // Two columns for one field: the known word wins over a near one; otherwise a person decides.
        foreach (var rivals in choices.Where(c => Fields.TryParse(c.Choice, out _)).GroupBy(c => c.Choice).ToList())
        {
            var best = rivals.Min(c => c.Certainty);
            if (rivals.Count(c => c.Certainty == best) > 1)
            {
                foreach (var rival in rivals)
                {
                    choices[rival.Index] = Undecided(rival.Index, rival.Header, [rival.Choice]);
                }
            }
            else
            {
                foreach (var loser in rivals.Where(c => c.Certainty != best))
                {
                    choices[loser.Index] = Unknown(loser.Index, loser.Header);
                }
            }
        }

        return new TableColumns(part, choices);
    }

    public static ColumnChoice Undecided(int index, string header, IReadOnlyList<string> candidates) =>
        new(index, header, TableColumns.Undecided, ColumnCertainty.Ambiguous, candidates);

    private static ColumnChoice Unknown(int index, string header) =>
        new(index, header, TableColumns.Skip, ColumnCertainty.Unknown, []);

    private static ColumnChoice GuessOne(ListPart part, string header, int index, Words words)
    {
        if (string.IsNullOrWhiteSpace(header)
            || header.Contains(OwnColumnMark, StringComparison.OrdinalIgnoreCase))
        {
            return new ColumnChoice(index, header, TableColumns.Skip, ColumnCertainty.Known, []);
        }

        var word = Words.Normalise(header);
        if (words.Headers(part).TryGetValue(word, out var known))
        {
            return new ColumnChoice(index, header, known.WireName(), ColumnCertainty.Known, []);
        }

        var allowed = word.Length < 6 ? 0 : word.Length < 12 ? 1 : 2;
        var near = words.Headers(part)
            .Select(pair => (Field: pair.Value, Distance: Distance(word, pair.Key, allowed)))
            .Where(pair => pair.Distance <= allowed)
            .ToList();
        if (near.Count == 0)
        {
            return Unknown(index, header);
        }

        var nearest = near.Min(pair => pair.Distance);
        var fields = near.Where(pair => pair.Distance == nearest).Select(pair => pair.Field.WireName()).Distinct().ToList();
        return fields.Count == 1
            ? new ColumnChoice(index, header, fields[0], ColumnCertainty.Guessed, [])
            : Undecided(index, header, fields);
    }

    // Levenshtein with neighbours swapped counted once (optimal string alignment).
    private static int Distance(string a, string b, int max)
    {
        if (max == 0 || Math.Abs(a.Length - b.Length) > max)
        {
            return int.MaxValue;
        }

        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var best = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    best = Math.Min(best, rows[i - 2, j - 2] + 1);
                }

                rows[i, j] = best;
            }
        }

        return rows[a.Length, b.Length];
    }
}
