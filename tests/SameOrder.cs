using System.Security.Cryptography;
using System.Text;
using Mortanba.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: Xunit.TestCaseOrderer(typeof(SameOrder))]
[assembly: Xunit.TestCollectionOrderer(typeof(SameOrder))]

namespace Mortanba.Tests;

/// <summary>
/// An order of tests that the seed (<c>SEED</c>, 1 when it is not set) and their names give. xunit's own order follows from where
/// the checkout lies on the disk, so that a test which leaned on another one would fail in one folder and pass in the next.
/// </summary>
public sealed class SameOrder : ITestCaseOrderer, ITestCollectionOrderer
{
    private static readonly string Seed = Environment.GetEnvironmentVariable("SEED") is { Length: > 0 } seed ? seed : "1";

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases)
        where TTestCase : notnull, ITestCase => [.. testCases.OrderBy(c => Place(c.TestCaseDisplayName), StringComparer.Ordinal)];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(c => Place(c.TestCollectionDisplayName), StringComparer.Ordinal)];

    private static string Place(string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{Seed} {name}")));
}
