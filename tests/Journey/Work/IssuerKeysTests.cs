using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.Tokens;
using Mortanba.Host.Web;

namespace Mortanba.Journey.Tests.Work;

/// <summary>The keys of the outside issuer are everybody's: whoever asks first and goes away takes them from nobody.</summary>
[Trait("Requirement", "X-13")]
public sealed class IssuerKeysTests
{
    [Fact]
    public async Task Who_brings_an_unknown_key_and_goes_away_leaves_the_keys_to_the_next()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var shown = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(key) { KeyId = "k" });
        var document = $$"""{"keys":[{"kty":"EC","crv":"P-256","kid":"k","x":"{{shown.X}}","y":"{{shown.Y}}"}]}""";
        using var issuer = new SlowIssuer(document);
        using var http = new HttpClient(issuer);
        using var keys = new IssuerKeys(null, new Uri("https://issuer.example/jwks"), http, TimeProvider.System, NullLogger<IssuerKeys>.Instance);
        using var gone = new CancellationTokenSource();

        var first = keys.FindAsync("invented", gone.Token);
        await issuer.IsAsked.Task;
        await gone.CancelAsync();
        issuer.Answers.SetResult();

        Assert.Null(await first);
        Assert.NotNull(await keys.FindAsync("k", TestContext.Current.CancellationToken));
        Assert.Equal(1, issuer.Count);
    }

    /// <summary>Answers when it is told to.</summary>
    private sealed class SlowIssuer(string document) : HttpMessageHandler
    {
        public TaskCompletionSource IsAsked { get; } = new();

        public TaskCompletionSource Answers { get; } = new();

        public int Count { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            IsAsked.SetResult();
            await Answers.Task.WaitAsync(cancellationToken);
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(document) };
        }
    }
}
