using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Mortanba.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: Xunit.TestCaseOrderer(typeof(SameOrder))]
[assembly: Xunit.TestCollectionOrderer(typeof(SameOrder))]
[assembly: Xunit.TestFramework(typeof(SameOrderFramework))]

namespace Mortanba.Tests;

/// <summary>
/// An order of tests that the seed (<c>SEED</c>, 1 when it is not set) and their names give. xunit's own order follows from where
/// the checkout lies on the disk, so that a test which leaned on another one would fail in one folder and pass in the next.
/// </summary>
public sealed partial class SameOrder : ITestCaseOrderer, ITestCollectionOrderer
{
    private static readonly string Seed = Environment.GetEnvironmentVariable("SEED") is { Length: > 0 } seed ? seed : "1";

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases)
        where TTestCase : notnull, ITestCase => [.. testCases.OrderBy(c => Place(c.TestCaseDisplayName), StringComparer.Ordinal)];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(c => Rank(c.TestCollectionDisplayName)).ThenBy(c => Place(c.TestCollectionDisplayName), StringComparer.Ordinal)];

    // The long ones first, or the last of them runs alone at the end: those that many classes share, then whole ways through the site and
    // programs that are killed.
    private static int Rank(string name) => !name.StartsWith("Test collection for ", StringComparison.Ordinal) ? 0 : Long().IsMatch(name) ? 1 : 2;

    [GeneratedRegex(@"\.(EndToEnd|Abuse)\.|\.StepsBrowserTests|(Kill|Failover|RecoveryDrill|EveryColumn|TrailAnchor|Backup)Tests")]
    private static partial Regex Long();

    /// <summary>Where the seed puts a name.</summary>
    internal static string Place(string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{Seed} {name}")));
}

/// <summary>xunit's own, but the classes of a collection too come as <see cref="SameOrder"/> puts them: it asks nobody for their order.</summary>
public sealed class SameOrderFramework : XunitTestFramework
{
    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(Assembly assembly) =>
        new Executor(new XunitTestAssembly(assembly, null, assembly.GetName().Version));

    private sealed class Executor(IXunitTestAssembly assembly) : XunitTestFrameworkExecutor(assembly)
    {
        /// <inheritdoc/>
        public override ValueTask RunTestCases(
            IReadOnlyCollection<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions,
            CancellationToken cancellationToken) =>
            base.RunTestCases(
                [.. testCases.OrderBy(c => SameOrder.Place(c.TestClass.TestClassName), StringComparer.Ordinal)],
                executionMessageSink, executionOptions, cancellationToken);
    }
}
