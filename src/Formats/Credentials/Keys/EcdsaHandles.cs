using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Mortanba.Credentials;

/// <summary>One ECDSA key as a stack of interchangeable handles: a thread takes one, uses it, puts it back.</summary>
/// <remarks>
/// The base class library does not promise that one <see cref="ECDsa"/> may be used by two threads, and making one
/// costs about as much as a signature. The stack never holds more handles than there were threads at once.
/// </remarks>
internal sealed class EcdsaHandles
{
    private readonly ECParameters parameters;
    private readonly ConcurrentStack<ECDsa> more = new();
    private ECDsa? first;

    /// <summary>Throws <see cref="CryptographicException"/> when the parameters are no key.</summary>
    public EcdsaHandles(ECParameters parameters)
    {
        this.parameters = parameters;
        first = ECDsa.Create(parameters);
    }

    public ECDsa Take() =>
        Interlocked.Exchange(ref first, null) ?? (more.TryPop(out var handle) ? handle : ECDsa.Create(parameters));

    public void PutBack(ECDsa handle)
    {
        if (Interlocked.CompareExchange(ref first, handle, null) is not null)
        {
            more.Push(handle);
        }
    }
}
