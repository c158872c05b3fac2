using System.Text.Json.Nodes;
using Mortanba.Host;

namespace Mortanba.Journey.Tests.Operation;

/// <summary>A wrong setting stops the start with its name; a right one does not.</summary>
public sealed class SettingsTests : IDisposable
{
    private const string Good = """
        {"profile":"demo","region":"KZ","database":"sqlite:mortanba.db","site":"http://localhost:5080","origin":"localhost:5080/log",
         "operatorBin":"210340001011"}
        """;

    private readonly string directory = Directory.CreateTempSubdirectory("mortanba-settings-").FullName;

    [Theory]
    [InlineData("profile", "\"test\"", "profile")]
    [InlineData("database", "\"mysql:secret\"", "database")]
    [InlineData("site", "\"http://localhost:5080/\"", "site")]
    [InlineData("site", "\"ftp://localhost\"", "site")]
    [InlineData("origin", "\"https://localhost/log\"", "origin")]
    [InlineData("operatorBin", "\"210340001012\"", "operatorBin")]
    [InlineData("lookupsPerMinute", "0", "lookupsPerMinute")]
    [InlineData("fetchesPerMinute", "-5", "fetchesPerMinute")]
    [InlineData("proxies", "[\"10.0.0.0/64\"]", "proxies")]
    [InlineData("webhookNetworks", "[\"here\"]", "webhookNetworks")]
    [InlineData("claimLinkDays", "0", "claimLinkDays")]
    [InlineData("secondFactor", "{\"roles\":[\"rector\"]}", "secondFactor.roles")]
    [InlineData("signing", "{\"perDay\":0,\"perList\":5}", "signing.perDay")]
    [InlineData("signing", "{\"perDay\":5,\"perList\":0}", "signing.perList")]
    [InlineData("keys", "{\"pkcs11\":{\"module\":\"\",\"token\":\"t\",\"pinFile\":\"p\"}}", "keys.pkcs11.module")]
    [InlineData("mail", "{\"from\":\"nobody\"}", "mail.from")]
    [InlineData("mail", "{\"from\":\"a@b.kz\",\"port\":70000}", "mail.port")]
    [InlineData("mail", "{\"from\":\"a@b.kz\",\"host\":\"two words\"}", "mail.host")]
    [InlineData("telemetry", "{\"otlp\":\"localhost:4317\"}", "telemetry.otlp")]
    [InlineData("anchor", """{"chainId":0,"contract":"0x1111111111111111111111111111111111111111","endpoints":["https://a.example"],"quorum":1,"signer":"http://localhost:8555","account":"0x2222222222222222222222222222222222222222"}""", "anchor.chainId")]
    [InlineData("anchor", """{"chainId":717201,"contract":"0x12","endpoints":["https://a.example"],"quorum":1,"signer":"http://localhost:8555","account":"0x2222222222222222222222222222222222222222"}""", "anchor.contract")]
    [InlineData("anchor", """{"chainId":717201,"contract":"0x1111111111111111111111111111111111111111","endpoints":["https://a.example"],"quorum":1,"signer":"http://localhost:8555","account":"0x12"}""", "anchor.account")]
    [InlineData("anchor", """{"chainId":717201,"contract":"0x1111111111111111111111111111111111111111","endpoints":["http://a.example"],"quorum":1,"signer":"http://localhost:8555","account":"0x2222222222222222222222222222222222222222"}""", "anchor.endpoints, anchor.signer")]
    [InlineData("anchor", """{"chainId":717201,"contract":"0x1111111111111111111111111111111111111111","endpoints":["https://a.example"],"quorum":1,"signer":"http://elsewhere.example:8555","account":"0x2222222222222222222222222222222222222222"}""", "anchor.endpoints, anchor.signer")]
    [InlineData("anchor", """{"chainId":717201,"contract":"0x1111111111111111111111111111111111111111","endpoints":["https://a.example"],"quorum":2,"signer":"http://localhost:8555","account":"0x2222222222222222222222222222222222222222"}""", "anchor.quorum")]
    [InlineData("apiIssuer", """{"issuer":"http://id.example","audience":"a","jwks":"https://id.example/k","scopes":{"r":"lists:read"},"clients":{}}""", "apiIssuer.issuer")]
    [InlineData("apiIssuer", """{"issuer":"https://id.example","audience":" ","jwks":"https://id.example/k","scopes":{"r":"lists:read"},"clients":{}}""", "apiIssuer.audience")]
    [InlineData("apiIssuer", """{"issuer":"https://id.example","audience":"a","jwks":"http://id.example/k","scopes":{"r":"lists:read"},"clients":{}}""", "apiIssuer.jwks")]
    [InlineData("apiIssuer", """{"issuer":"https://id.example","audience":"a","jwks":"no-such-file","scopes":{"r":"lists:read"},"clients":{}}""", "apiIssuer.jwks")]
    [InlineData("apiIssuer", """{"issuer":"https://id.example","audience":"a","jwks":"settings.json","scopes":{"r":"lists:read"},"clients":{}}""", "apiIssuer.jwks")]
    [InlineData("apiIssuer", """{"issuer":"https://id.example","audience":"a","jwks":"https://id.example/k","scopes":{},"clients":{}}""", "apiIssuer.scopes")]
    [InlineData("apiIssuer", """{"issuer":"https://id.example","audience":"a","jwks":"https://id.example/k","scopes":{"r":"lists:approve"},"clients":{}}""", "apiIssuer.scopes.r")]
    [InlineData("apiIssuer", """{"issuer":"https://id.example","audience":"a","jwks":"https://id.example/k","scopes":{"r":"lists:read"},"clients":{"sis":"x"}}""", "apiIssuer.clients.sis")]
    public void A_value_that_cannot_be_is_refused_by_name(string member, string value, string named)
    {
        var settings = JsonNode.Parse(Good)!.AsObject();
        settings[member] = JsonNode.Parse(value);
        var problem = Load(settings.ToJsonString()).Problem;
        Assert.Equal("host/settings-value", problem?.Code);
        Assert.Equal(named, problem!.Args["name"]);
        Assert.DoesNotContain("secret", problem.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"profile":"demo","lookupPerMinute":5}""")]
    [InlineData("""{"profile":null,"region":"KZ","database":"sqlite:a","site":"http://a","origin":"a","operatorBin":"210340001011"}""")]
    public void A_file_that_is_no_settings_says_where(string text) =>
        Assert.Equal("host/settings-unreadable", Load(text).Problem?.Code);

    [Fact, Trait("Requirement", "X-3")]
    public void A_production_profile_keeps_personal_data_in_Kazakhstan_and_needs_tls()
    {
        var abroad = JsonNode.Parse(Good)!.AsObject();
        (abroad["profile"], abroad["site"], abroad["region"]) = ("production", "https://diplomas.example.kz", "DE");
        Assert.Equal("host/settings-region", Load(abroad.ToJsonString()).Problem?.Code);
        (abroad["region"], abroad["site"]) = ("KZ", "http://diplomas.example.kz");
        Assert.Equal("site", Load(abroad.ToJsonString()).Problem?.Args["name"]);
        abroad["site"] = "https://diplomas.example.kz";
        Assert.True(Load(abroad.ToJsonString()).IsDone);
    }

    [Theory]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"oct","kid":"k","k":"c2VjcmV0"}]}""")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-256","kid":"k","x":"AA","y":"AA","d":"AA"}]}""")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}""")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-256","kid":"k","x":"AA","y":"AA"},{"kty":"EC","crv":"P-256","kid":"k","x":"AB","y":"AA"}]}""")]
    [InlineData("{")]
    public void A_key_document_with_anything_but_named_public_keys_stops_the_start(string document)
    {
        var settings = JsonNode.Parse(Good)!.AsObject();
        settings["apiIssuer"] = JsonNode.Parse(
            """{"issuer":"https://id.example","audience":"a","jwks":"issuer.jwks","scopes":{"r":"lists:read"},"clients":{}}""");
        File.WriteAllText(Path.Combine(directory, "issuer.jwks"), document);
        Assert.Equal("apiIssuer.jwks", Load(settings.ToJsonString()).Problem?.Args["name"]);
        File.WriteAllText(Path.Combine(directory, "issuer.jwks"), """{"keys":[{"kty":"EC","crv":"P-256","kid":"k","x":"AA","y":"AA"}]}""");
        Assert.True(Load(settings.ToJsonString()).IsDone);
    }

    [Fact]
    public void What_was_saved_can_be_loaded()
    {
        var settings = Load(Good).Value;
        settings.Save(directory);
        Assert.Equal(settings, Settings.Load(directory).Value);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private Foundation.Outcome<Settings> Load(string text)
    {
        File.WriteAllText(Path.Combine(directory, Settings.FileName), text);
        return Settings.Load(directory);
    }
}
