using System.Net;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Anchoring;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Host.Witnessing;
using Mortanba.Ledger.Anchoring;
using Mortanba.TransparencyLog;
using Mortanba.Verification;

namespace Mortanba.Host;

/// <summary>What each setting may be; <c>docs/configuration.md</c> says the same to people.</summary>
internal static class SettingsCheck
{
    private const int PortMax = 65535;

    /// <summary>The first value that cannot be, named as it stands in the file; null when all can.</summary>
    public static Problem? FirstFault(Settings settings)
    {
        var isProduction = settings.Profile == "production";
        return Check("profile", settings.Profile, settings.Profile is "demo" or "production", "demo, production")
            ?? (isProduction && settings.Region != "KZ"
                ? new Problem(
                    "host/settings-region", "A production profile stores personal data in region KZ.", ("value", settings.Region))
                : null)
            ?? Check(
                "database", Scheme(settings.Database),
                settings.Database.StartsWith("sqlite:", StringComparison.Ordinal)
                    || settings.Database.StartsWith("postgres:", StringComparison.Ordinal),
                "sqlite:PATH, postgres:Host=…;Database=…")
            ?? Check("site", settings.Site, IsSite(settings.Site, isProduction), isProduction ? "https://HOST" : "http(s)://HOST[:PORT]")
            ?? Check(
                "origin", settings.Origin,
                settings.Origin.Length > 0 && !settings.Origin.Contains("://", StringComparison.Ordinal)
                    && !settings.Origin.Any(c => char.IsWhiteSpace(c) || c == '+'),
                "HOST/log")
            ?? Check("operatorBin", settings.OperatorBin, Bin.TryParse(settings.OperatorBin, out _), "BIN")
            ?? Positive("lookupsPerMinute", settings.LookupsPerMinute)
            ?? Positive("fetchesPerMinute", settings.FetchesPerMinute)
            ?? (settings.Proxies ?? []).Select(p => Check("proxies", p, IPNetwork.TryParse(p, out _), "10.0.0.0/24")).FirstOrDefault(p => p is not null)
            ?? (settings.WebhookNetworks ?? [])
                .Select(n => Check("webhookNetworks", n, IPNetwork.TryParse(n, out _), "10.1.0.0/16")).FirstOrDefault(p => p is not null)
            ?? (settings.InformationCentres ?? []).Select(c => OfCentre(c, isProduction)).FirstOrDefault(p => p is not null)
            ?? (settings.SecondFactor?.Roles ?? [])
                .Select(r => Check("secondFactor.roles", r, RoleWords.Parse(r).IsDone, string.Join(", ", RoleWords.All.Select(a => a.Word()))))
                .FirstOrDefault(p => p is not null)
            ?? (settings.ApiIssuer is { } issuer ? OfApiIssuer(issuer) : null)
            ?? (settings.Witnesses is { } witnesses ? OfWitnesses(witnesses, settings.OperatorBin) : null)
            ?? (settings.Anchor is { } anchor ? OfAnchor(anchor) : null)
            ?? Check("trustDays", $"{settings.TrustDays}", settings.TrustDays is null or (>= 1 and <= TrustBundle.GoodForDaysMax), $"1–{TrustBundle.GoodForDaysMax}")
            ?? Positive("claimLinkDays", settings.ClaimLinkDays)
            ?? Positive("shareDaysDefault", settings.ShareDaysDefault)
            ?? Positive("shareDaysLongest", settings.ShareDaysLongest)
            ?? Positive("signing.perDay", settings.Signing?.PerDay)
            ?? Positive("signing.perList", settings.Signing?.PerList)
            ?? (settings.Keys?.Pkcs11 is { } token
                ? Filled("keys.pkcs11.module", token.Module) ?? Filled("keys.pkcs11.token", token.Token)
                    ?? Filled("keys.pkcs11.pinFile", token.PinFile)
                : null)
            ?? (settings.Mail is { } mail ? OfMail(mail) : null)
            ?? (settings.Telemetry is { } telemetry
                ? Check(
                    "telemetry.otlp", telemetry.Otlp,
                    Uri.TryCreate(telemetry.Otlp, UriKind.Absolute, out var otlp) && otlp.Scheme is "http" or "https", "http://HOST:4317")
                : null);
    }

    /// <summary>The first file that a setting names and that is not what it should be; null when all are.</summary>
    public static Problem? FirstFileFault(Settings settings, string directory)
    {
        if (settings.ApiIssuer is not { JwksAddress: null } issuer)
        {
            return null;
        }

        var file = Path.Combine(directory, issuer.Jwks);
        var isThere = File.Exists(file) && new FileInfo(file).Length <= IssuerKeys.DocumentMaxBytes;
        return Check("apiIssuer.jwks", issuer.Jwks, isThere, "a file in DIR, https://…")
            ?? (IssuerKeys.Parse(File.ReadAllText(file)).Problem is { } bad
                ? Check("apiIssuer.jwks", issuer.Jwks, false, bad.Detail)
                : null);
    }

    private static Problem? OfCentre(Centres.CentreSettings centre, bool isProduction) =>
        Filled("informationCentres.id", centre.Id) ?? Filled("informationCentres.name", centre.Name) ?? Filled("informationCentres.country", centre.Country)
        ?? (centre.Endpoint is null && centre.Email is null ? Check("informationCentres.email", "", false, "endpoint, email") : null)
        ?? Check(
            "informationCentres.endpoint", centre.Endpoint ?? "",
            centre.Endpoint is null || (Uri.TryCreate(centre.Endpoint, UriKind.Absolute, out var address)
                && (address.Scheme == Uri.UriSchemeHttps || (!isProduction && address.Scheme == Uri.UriSchemeHttp))), "https://HOST/…")
        ?? Check(
            "informationCentres.key", centre.Key ?? "",
            centre.Key is null || Credentials.PublicKey.FromMultibase(centre.Key).IsDone, "zDn…")
        ?? Check("informationCentres.email", centre.Email ?? "", centre.Email is null || EmailAddress.TryParse(centre.Email, out _), "NAME@HOST");

    private static string ScopeWords { get; } = string.Join(", ", ApiClients.Scopes.Append(ApiClients.AssessPrefix + "ID"));

    private static Problem? OfApiIssuer(ApiIssuerSettings issuer) =>
        Check("apiIssuer.issuer", issuer.Issuer, IsSafeAddress(issuer.Issuer), "https://HOST")
        ?? Filled("apiIssuer.audience", issuer.Audience)
        ?? Filled("apiIssuer.jwks", issuer.Jwks)
        ?? Check(
            "apiIssuer.jwks", issuer.Jwks, !issuer.Jwks.Contains("://", StringComparison.Ordinal) || IsSafeAddress(issuer.Jwks),
            "a file in DIR, https://…")
        ?? Check("apiIssuer.scopes", "{}", issuer.Scopes.Count > 0, ScopeWords)
        ?? issuer.Scopes.Select(s => Check("apiIssuer.scopes." + s.Key, s.Value, ApiClients.IsScope(s.Value), ScopeWords))
            .FirstOrDefault(p => p is not null)
        ?? issuer.Clients.Select(c => Check("apiIssuer.clients." + c.Key, c.Value, Guid.TryParseExact(c.Value, "D", out _), "id of an API key"))
            .FirstOrDefault(p => p is not null);

    private static Problem? OfWitnesses(WitnessesSettings witnesses, string operatorBin)
    {
        foreach (var node in witnesses.Nodes)
        {
            var name = $"witnesses.{node.Name}.";
            if ((Check("witnesses.name", node.Name, node.Name.Length > 0 && node.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-'), "a–z, 0–9, . and -")
                ?? Check(name + "key", node.Key, NoteVerifier.Parse(node.Key) is { IsDone: true, Value.Type: NoteKeyType.CosignatureV1 }, "what 'mortanba witness' prints")
                ?? Check(name + "address", node.Address, IsSafeAddress(node.Address) && !node.Address.EndsWith('/'), "https://HOST")
                ?? Check(name + "organisation", node.Organisation, Bin.TryParse(node.Organisation, out _), "BIN")
                ?? Check(name + "jurisdiction", node.Jurisdiction, node.Jurisdiction.Length == 2 && node.Jurisdiction.All(char.IsAsciiLetterUpper), "KZ")
                ?? Filled(name + "hosting", node.Hosting)) is { } wrong)
            {
                return wrong;
            }
        }

        var others = witnesses.Nodes.Select(n => n.Organisation).Where(o => o != operatorBin).Distinct(StringComparer.Ordinal).Count();
        return Check("witnesses.quorum", $"{witnesses.Quorum}", witnesses.Quorum >= 0 && witnesses.Quorum <= others, $"0–{others}")
            ?? (LogPolicy.Parse(WitnessPolicy.Text(witnesses, operatorBin)).Problem is { } bad ? Check("witnesses", "", false, bad.Detail) : null);
    }

    private static Problem? OfAnchor(AnchorSettings anchor) =>
        Check("anchor.chainId", $"{anchor.ChainId}", anchor.ChainId > 0, "1, 2, 3 …")
        ?? Check("anchor.contract", anchor.Contract, ChainAddress.TryParse(anchor.Contract, out _), "0x…")
        ?? Check("anchor.account", anchor.Account, ChainAddress.TryParse(anchor.Account, out _), "0x…")
        ?? anchor.Endpoints.Append(anchor.Signer)
            .Select(a => Check("anchor.endpoints, anchor.signer", a, IsSafeAddress(a), "https://HOST, http://localhost")).FirstOrDefault(p => p is not null)
        ?? Check(
            "anchor.quorum", $"{anchor.Quorum}", anchor.Quorum >= 1 && anchor.Quorum <= anchor.Endpoints.Distinct(StringComparer.Ordinal).Count(),
            $"1–{anchor.Endpoints.Count}")
        ?? Positive("anchor.confirmations", anchor.Confirmations)
        ?? Check("anchor.gasPrice", $"{anchor.GasPrice}", anchor.GasPrice is null or >= 0, "0, 1, 2 …")
        ?? (anchor.Token is not { } token ? null
            : Check("anchor.token.contract", token.Contract, ChainAddress.TryParse(token.Contract, out _), "0x…")
                ?? Check("anchor.token.account", token.Account, ChainAddress.TryParse(token.Account, out _), "0x…")
                ?? Check("anchor.token.signer", token.Signer, IsSafeAddress(token.Signer), "https://HOST, http://localhost"));

    // Without TLS only on this machine, for trials.
    private static bool IsSafeAddress(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0
        && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback));

    private static Problem? OfMail(MailSettings mail) =>
        Check("mail.from", mail.From, System.Net.Mail.MailAddress.TryCreate(mail.From, out _), "name@host")
        ?? Check("mail.port", $"{mail.Port}", mail.Port is > 0 and <= PortMax, $"1–{PortMax}")
        ?? Check("mail.host", mail.Host ?? "", mail.Host is null || Uri.CheckHostName(mail.Host) != UriHostNameType.Unknown, "smtp.example.kz");

    private static Problem? Positive(string name, int? value) =>
        Check(name, $"{value}", value is null or > 0, "1, 2, 3 …");

    private static Problem? Filled(string name, string? value) => Check(name, value ?? "", !string.IsNullOrWhiteSpace(value), "…");

    private static bool IsSite(string site, bool isProduction) =>
        Uri.TryCreate(site, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && !site.EndsWith('/') && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0
        && (!isProduction || uri.Scheme == "https");

    // An address may hold a password: only what stands before the first colon is repeated.
    private static string Scheme(string address) => address.Split(':')[0];

    private static Problem? Check(string name, string value, bool isGood, string allowed) => isGood
        ? null
        : new Problem(
            "host/settings-value", $"The setting '{name}' cannot be '{value}'; it is one of: {allowed}.",
            ("name", name), ("value", value), ("allowed", allowed));
}
