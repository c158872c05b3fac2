using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Foundation;
using Mortanba.Journey.Tests.Demo;

namespace Mortanba.Journey.Tests.Site;

/// <summary>What the site must not have and must not claim.</summary>
[Collection(DemoTests.Name)]
public sealed partial class LegalLimitsTests(DemoSite demo)
{
    [Fact]
    [Trait("Requirement", "DA-22")]
    public void No_address_prices_sells_lists_or_trades_a_diploma()
    {
        var routes = demo.Services.GetServices<EndpointDataSource>()
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText!)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        Assert.NotEmpty(routes);
        Assert.DoesNotContain(routes, route => Trade().IsMatch(route));
    }

    [Fact]
    [Trait("Requirement", "DA-22")]
    public async Task The_description_of_the_api_knows_no_price_payment_or_trade() =>
        Assert.DoesNotMatch(Trade(), await demo.Client.GetStringAsync("/api/v1/openapi.json"));

    [Fact]
    [Trait("Requirement", "DA-30")]
    public async Task The_legal_class_is_never_stated_without_its_doubt_while_it_is_unconfirmed()
    {
        var words = new Dictionary<Language, string>
        {
            [Language.Kk] = "расталмаған",
            [Language.Ru] = "не подтверждено",
            [Language.En] = "unconfirmed",
        };
        foreach (var (language, doubt) in words)
        {
            foreach (var path in (string[])["/verify?sample=genuine-1", "/ledger", "/decisions/" + await DecisionAsync()])
            {
                var page = (await demo.GetAsync($"/{language.Tag()}{path}")).QuerySelector("main")!.TextContent;
                Assert.Contains(doubt, page, StringComparison.Ordinal);
            }
        }
    }

    [GeneratedRegex("price|pay(ment)?s?\\b|trad(e|ing)|market|listing|auction|bid\\b|order|buy|sell|sale|wallet/transfer", RegexOptions.IgnoreCase)]
    private static partial Regex Trade();

    private async Task<string> DecisionAsync() =>
        (await demo.StoredAsync(DemoSite.NumberOf(demo.Samples("genuine")[0]))).Record.Permission.Decision;
}
