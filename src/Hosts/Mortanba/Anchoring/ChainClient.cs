namespace Mortanba.Host.Anchoring;

/// <summary>Asks the nodes of a chain.</summary>
internal static class ChainClient
{
    // Answers of a chain are small; a hundred times the largest is an attack.
    private const int AnswerMaxBytes = 4 * 1024 * 1024;

    public static HttpClient Create() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = TimeSpan.FromSeconds(10),
            MaxResponseContentBufferSize = AnswerMaxBytes,
        };
}
