using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>
/// One installation for each database, made when a test first asks for it, for tests whose kills leave it usable: each takes
/// things of its own, or compares with what it found.
/// </summary>
public sealed class SharedWorld : IDisposable
{
    // Enough diplomas in force for every test to take its own.
    private const int Diplomas = 12;

    private readonly Dictionary<Dialect, World> worlds = [];

    /// <summary>Tests of the collection run one after the other.</summary>
    public async Task<World> OfAsync(Dialect dialect)
    {
        if (!worlds.TryGetValue(dialect, out var world))
        {
            worlds.Add(dialect, world = await World.CreateAsync(dialect, count: Diplomas));
        }

        return world;
    }

    public void Dispose()
    {
        foreach (var world in worlds.Values)
        {
            world.Dispose();
        }
    }
}

[CollectionDefinition(Name)]
#pragma warning disable CA1711 // What xunit calls it.
public sealed class SharedWorldCollection : ICollectionFixture<SharedWorld>
#pragma warning restore CA1711
{
    public const string Name = "shared world";
}
