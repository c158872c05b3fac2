using System.Collections.Concurrent;

namespace Mortanba.Verification;

/// <summary>Keeps answers that never grow old; emptied when full, so strangers cannot make it grow. Safe for several threads.</summary>
internal sealed class BoundedCache<TKey, TValue>(int countMax)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, TValue> values = new();

    public bool TryGet(TKey key, out TValue? value) => values.TryGetValue(key, out value);

    public void Add(TKey key, TValue value)
    {
        if (values.Count >= countMax)
        {
            values.Clear();
        }

        values[key] = value;
    }
}
