using System.Runtime.InteropServices;

namespace Mortanba.AiEducation;

/// <content>What is kept in memory of schools and subjects.</content>
public sealed partial class IndicatorRun
{
    private sealed class Place(string bin, ushort index)
    {
        public string Bin => bin;

        public ushort Index => index;

        public SchoolCounts Counts { get; } = new();

        public bool IsChanged { get; set; }
    }

    private sealed class Subject
    {
        public required int Index { get; init; }

        public ulong Flags { get; set; }

        /// <summary>The part into which it was booked last.</summary>
        public byte Part { get; set; }

        public Groups Groups { get; set; } = Groups.Unknown;

        public (byte Population, Place School)[] There { get; set; } = [];

        // How often something was given that is taken away one by one.
        private int[] piles = [];

        /// <summary>Adds some or takes some away, at most all; gives how many are left.</summary>
        public int Pile(int pile, int change)
        {
            if (pile < 0 || (change < 0 && pile >= piles.Length))
            {
                return 0;
            }

            Array.Resize(ref piles, Math.Max(piles.Length, pile + 1));
            piles[pile] = Math.Max(0, piles[pile] + change);
            return piles[pile];
        }
    }

    /// <summary>What an enrolment says of a learner, one object for all who are alike.</summary>
    private sealed record Groups(string Sex, string Language, string Disability)
    {
        private static readonly Dictionary<(string?, string?, string?), Groups> Known = [];

        public static Groups Unknown { get; } = new(Name("sex", null), Name("language", null), Name("disability", null));

        public static string Name(string by, string? word) => string.Intern($"{by}:{(string.IsNullOrEmpty(word) ? "unknown" : word)}");

        public static Groups Of(IReadOnlyDictionary<string, string> values)
        {
            var key = (values.GetValueOrDefault("sex"), values.GetValueOrDefault("language"), values.GetValueOrDefault("disability"));
            lock (Known)
            {
                ref var found = ref CollectionsMarshal.GetValueRefOrAddDefault(Known, key, out _);
                return found ??= new Groups(Name("sex", key.Item1), Name("language", key.Item2), Name("disability", key.Item3));
            }
        }
    }
}
