namespace Mortanba.Host.Web;

/// <summary>Keeps anyone from having more than a few requests of a kind under way.</summary>
internal sealed class AtOnce(int max)
{
    private readonly Lock changing = new();
    private readonly Dictionary<string, int> inside = new(StringComparer.Ordinal);

    /// <summary>How many are under way.</summary>
    public int CountOf(string whose)
    {
        lock (changing)
        {
            return inside.GetValueOrDefault(whose);
        }
    }

    /// <summary>A place until it is disposed of; null when all are taken.</summary>
    public IDisposable? Enter(string whose)
    {
        lock (changing)
        {
            var count = inside.GetValueOrDefault(whose);
            if (count >= max)
            {
                return null;
            }

            inside[whose] = count + 1;
        }

        return new Place(this, whose);
    }

    private void Leave(string whose)
    {
        lock (changing)
        {
            if (--inside[whose] == 0)
            {
                inside.Remove(whose);
            }
        }
    }

    private sealed class Place(AtOnce of, string whose) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
            {
                of.Leave(whose);
            }
        }
    }
}
