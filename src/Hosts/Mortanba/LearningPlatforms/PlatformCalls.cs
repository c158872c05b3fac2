using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Webhooks;

namespace Mortanba.Host.LearningPlatforms;

/// <summary>What a platform answered, or why nothing came.</summary>
/// <param name="Status">HTTP status; null when there was no answer.</param>
/// <param name="Fault">Why there was none: <c>timeout</c>, <c>unreachable</c>, <c>refused-address</c>, <c>too-large</c>.</param>
/// <param name="Link">Header <c>Link</c>: where the following page is.</param>
public sealed record PlatformAnswer(int? Status, string? Fault, ReadOnlyMemory<byte> Body = default, string? Link = null)
{
    public bool IsDone => Status is >= 200 and < 300;
}

/// <summary>
/// Calls of the services of learning platforms. Addresses are judged at the connection as those of webhooks are
/// (<see cref="WebhookConnections"/>), redirects are not followed, an answer has ten seconds and 2 MB. Safe to share.
/// </summary>
public sealed class PlatformCalls(HttpMessageInvoker http, TimeProvider time)
{
    private const int BodyMaxBytes = 2 << 20;
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(string Platform, string Scopes), LtiServiceToken> tokens = new();

    /// <summary>A token for the platform's services: one that is still good, or a new one (client credentials, signed with our key).</summary>
    /// <returns>No token: the answer says why, or the problem does where the answer could be read.</returns>
    public async Task<(LtiServiceToken? Token, PlatformAnswer Answer, Problem? Problem)> TokenAsync(
        LtiPlatform platform, LtiToolKey key, IReadOnlyList<string> scopes, CancellationToken cancel)
    {
        var (kept, now) = ((platform.Id, string.Join(' ', scopes)), time.GetUtcNow());
        if (tokens.TryGetValue(kept, out var there) && now < there.Until)
        {
            return (there, new PlatformAnswer(200, null), null);
        }

        using var form = new FormUrlEncodedContent(key.AskToken(platform, scopes, now));
        var answer = await SendAsync(HttpMethod.Post, platform.TokenAddress, null, form, "application/json", cancel);
        if (!answer.IsDone)
        {
            return (null, answer, null);
        }

        if (!LtiToolKey.ReadToken(answer.Body, scopes, now).TryGet(out var token, out var problem))
        {
            return (null, answer, problem);
        }

        tokens[kept] = token;
        return (token, answer, null);
    }

    /// <summary>The platform does not take its token any more: the next call asks for a new one.</summary>
    public void Forget(string platform)
    {
        foreach (var kept in tokens.Keys.Where(k => k.Platform == platform))
        {
            tokens.TryRemove(kept, out _);
        }
    }

    /// <summary>Asks for one thing.</summary>
    public Task<PlatformAnswer> GetAsync(Uri address, LtiServiceToken token, string accept, CancellationToken cancel) =>
        SendAsync(HttpMethod.Get, address, token, null, accept, cancel);

    /// <summary>Sends one message.</summary>
    public async Task<PlatformAnswer> PostAsync(LtiMessage message, LtiServiceToken token, CancellationToken cancel)
    {
        using var content = new StringContent(message.Body);
        content.Headers.ContentType = new MediaTypeHeaderValue(message.MediaType);
        return await SendAsync(HttpMethod.Post, message.Address, token, content, message.MediaType, cancel);
    }

    private async Task<PlatformAnswer> SendAsync(
        HttpMethod method, Uri address, LtiServiceToken? token, HttpContent? content, string accept, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.Add("Accept", accept);
        request.Headers.Add("User-Agent", "Mortanba");
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        }

        using var answerTime = new CancellationTokenSource(AnswerMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, answerTime.Token);
        try
        {
            using var answer = await http.SendAsync(request, either.Token);
            return await ReadAsync(answer, either.Token) is { } body
                ? new PlatformAnswer(
                    (int)answer.StatusCode, null, body, answer.Headers.TryGetValues("Link", out var links) ? string.Join(", ", links) : null)
                : new PlatformAnswer(null, "too-large");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new PlatformAnswer(null, "timeout");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or WebhookConnections.RefusedAddressException)
        {
            return new PlatformAnswer(
                null, fault is WebhookConnections.RefusedAddressException || fault.InnerException is WebhookConnections.RefusedAddressException
                    ? "refused-address" : "unreachable");
        }
    }

    // The length that the platform claims is not believed.
    private static async Task<byte[]?> ReadAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancel);
        using var body = new MemoryStream();
        var buffer = new byte[16 << 10];
        for (int read; (read = await stream.ReadAsync(buffer, cancel)) > 0;)
        {
            if (body.Length + read > BodyMaxBytes)
            {
                return null;
            }

            await body.WriteAsync(buffer.AsMemory(0, read), cancel);
        }

        return body.ToArray();
    }
}
