using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Issuance;

/// <summary>A token with the user logged in: finds, makes and uses key pairs. Safe from several threads.</summary>
/// <remarks>
/// A PKCS#11 session does one thing at a time: each call takes one of a pool and puts it back. When a call fails, the
/// module is started anew once, the user logged in again and the call repeated; when that fails too, the token counts as
/// away. A PIN that was refused is never tried again, not even by the next process: three wrong ones lock most tokens.
/// </remarks>
internal sealed class Token
{
    private static readonly byte[] True = [1];
    private static readonly byte[] False = [0];

    // DER of the OIDs prime256v1 (1.2.840.10045.3.1.7) and Ed25519 (1.3.101.112; RFC 8410 section 3).
    private static readonly byte[] P256Params = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
    private static readonly byte[] Ed25519Params = [0x06, 0x03, 0x2B, 0x65, 0x70];

    private readonly TokenModule module;
    private readonly TokenSettings settings;
    private readonly Func<byte[], byte[]> fingerprint;
    private readonly string refusedMarker;
    private readonly Lock connecting = new();
    private Connection? connection;

    private Token(TokenModule module, TokenSettings settings, Func<byte[], byte[]> fingerprint, string refusedMarker)
    {
        this.module = module;
        this.settings = settings;
        this.fingerprint = fingerprint;
        this.refusedMarker = refusedMarker;
    }

    /// <summary>How often a PIN was sent to the token.</summary>
    public int LoginCount { get; private set; }

    /// <summary>Finds the token and logs in; refuses with what is wrong.</summary>
    /// <param name="fingerprint">A keyed hash: a refused PIN is remembered by it.</param>
    /// <param name="refusedMarker">File in which it is remembered.</param>
    public static Outcome<Token> Open(TokenSettings settings, Func<byte[], byte[]> fingerprint, string refusedMarker)
    {
        if (!TokenModule.Load(settings.Module).TryGet(out var module, out var problem))
        {
            return problem;
        }

        var token = new Token(module, settings, fingerprint, refusedMarker);
        if (!token.ConnectAnew().TryGet(out var connected, out problem))
        {
            return problem;
        }

        token.connection = connected;
        return connected.CanSign
            ? token
            : new Problem(
                "issuance/token-cannot-sign", "The token has no ECDSA (CKM_ECDSA).", ("token", settings.Token));
    }

    public bool Makes(KeyKind kind) => kind == KeyKind.P256 || (kind == KeyKind.Ed25519 && connection is { CanSignEdwards: true });

    /// <summary>Private key and public point of that label, or null. Two of one label are refused: which one is it?</summary>
    public (KeyKind Kind, byte[] PublicKey)? Find(string label) =>
        Run((calls, session, _) =>
        {
            var found = PrivateKeys(calls, session, label);
            return found.Length switch
            {
                0 => null,
                1 => ReadPublic(calls, session, label),
                _ => throw new InvalidOperationException($"The token has two private keys labelled '{label}'."),
            };
        });

    /// <summary>Makes a pair that never leaves the token.</summary>
    public void Generate(string label, KeyKind kind)
    {
        var name = Encoding.UTF8.GetBytes(label);
        var (mechanism, type, parameters) = kind == KeyKind.P256
            ? (Cryptoki.EcKeyPairGeneration, Cryptoki.EcKeyType, P256Params)
            : (Cryptoki.EdwardsKeyPairGeneration, Cryptoki.EdwardsKeyType, Ed25519Params);
        Run((calls, session, _) =>
        {
            Require(calls.GenerateKeyPair(
                session,
                mechanism,
                [
                    (Cryptoki.KeyTypeAttribute, Number(type)), (Cryptoki.TokenAttribute, True),
                    (Cryptoki.PrivateAttribute, False), (Cryptoki.LabelAttribute, name), (Cryptoki.IdAttribute, name),
                    (Cryptoki.VerifyAttribute, True), (Cryptoki.EcParamsAttribute, parameters),
                ],
                [
                    (Cryptoki.KeyTypeAttribute, Number(type)), (Cryptoki.TokenAttribute, True),
                    (Cryptoki.PrivateAttribute, True), (Cryptoki.LabelAttribute, name), (Cryptoki.IdAttribute, name),
                    (Cryptoki.SignAttribute, True), (Cryptoki.SensitiveAttribute, True), (Cryptoki.ExtractableAttribute, False),
                ]));
            return true;
        });
    }

    /// <summary>64 bytes: r||s over a SHA-256 hash (P-256), or EdDSA over the data itself.</summary>
    /// <param name="publicKey">The one that <see cref="Find"/> gave: another token of the same label is not used.</param>
    public byte[] Sign(string label, KeyKind kind, byte[] publicKey, ReadOnlyMemory<byte> input) =>
        Run((calls, session, connected) =>
        {
            var key = connected.Keys.GetOrAdd(label, _ => SameKey(calls, session, label, publicKey));
            var signature = new byte[64];
            Require(calls.Sign(
                session, kind == KeyKind.P256 ? Cryptoki.Ecdsa : Cryptoki.Eddsa, key, input.Span, signature, out var size));
            return size == signature.Length ? signature : throw new TokenException(nameof(Sign), (nuint)size);
        });

    private T Run<T>(Func<Cryptoki, nuint, Connection, T> work)
    {
        var seen = module.Generation;
        try
        {
            return InSession(Connected(), work);
        }
        catch (TokenException first)
        {
            try
            {
                lock (connecting)
                {
                    if (connection?.Generation == seen || connection is null)
                    {
                        module.Restart(seen);
                        connection = null;
                    }
                }

                return InSession(Connected(), work);
            }
            catch (TokenException)
            {
                throw new SigningKeyAwayException(Away(), first);
            }
        }
    }

    private Problem Away() => new(
        "issuance/token-away", "The token with the signing keys does not answer.", ("token", settings.Token));

    private T InSession<T>(Connection connected, Func<Cryptoki, nuint, Connection, T> work) => module.Use(calls =>
    {
        if (connected.Generation != module.Generation)
        {
            throw new TokenException("stale", 0);
        }

        if (!connected.Idle.TryTake(out var session))
        {
            Require(calls.OpenSession(connected.Slot, out session));
        }

        try
        {
            var done = work(calls, session, connected);
            connected.Idle.Add(session);
            return done;
        }
        catch
        {
            calls.CloseSession(session);
            throw;
        }
    });

    private Connection Connected()
    {
        lock (connecting)
        {
            if (connection is { } there && there.Generation == module.Generation)
            {
                return there;
            }

            return ConnectAnew().TryGet(out var connected, out var problem)
                ? connection = connected
                : throw new SigningKeyAwayException(problem);
        }
    }

    // A module may see a token that came back only after it was started anew.
    private Outcome<Connection> ConnectAnew()
    {
        var seen = module.Generation;
        var first = Connect();
        if (first.Problem?.Code is not ("issuance/token-missing" or "issuance/token-away"))
        {
            return first;
        }

        module.Restart(seen);
        return Connect();
    }

    private Outcome<Connection> Connect()
    {
        if (!ReadPin().TryGet(out var pin, out var problem))
        {
            return problem;
        }

        try
        {
            return module.Use(calls => Connect(calls, pin));
        }
        catch (TokenException)
        {
            return Away();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pin);
        }
    }

    private Outcome<Connection> Connect(Cryptoki calls, byte[] pin)
    {
        var name = ("token", settings.Token);
        Require(calls.Slots(out var slots));
        foreach (var slot in slots)
        {
            if (calls.TokenInfo(slot, out var label, out var flags) != Cryptoki.Ok || label != settings.Token)
            {
                continue;
            }

            if ((flags & (Cryptoki.FlagUserPinLocked | Cryptoki.FlagUserPinFinalTry)) != 0)
            {
                return new Problem(
                    "issuance/token-pin-locked", "The token's PIN is locked, or one wrong try away from it.", name);
            }

            Require(calls.OpenSession(slot, out var session));
            LoginCount++;
            var login = calls.Login(session, pin);
            if (login is Cryptoki.PinIncorrect or Cryptoki.PinInvalid or Cryptoki.PinLengthRange or Cryptoki.PinExpired
                or Cryptoki.PinLocked)
            {
                calls.CloseSession(session);
                File.WriteAllText(refusedMarker, Convert.ToHexStringLower(fingerprint(pin)));
                return new Problem("issuance/token-pin-refused", "The token refused the PIN.", name, ("file", settings.PinFile));
            }

            Require(login == Cryptoki.AlreadyLoggedIn ? Cryptoki.Ok : login);
            File.Delete(refusedMarker);
            var connected = new Connection(
                module.Generation, slot, calls.Has(slot, Cryptoki.Ecdsa),
                calls.Has(slot, Cryptoki.Eddsa) && calls.Has(slot, Cryptoki.EdwardsKeyPairGeneration));
            connected.Idle.Add(session);
            return connected;
        }

        return new Problem("issuance/token-missing", "No slot has a token of this label.", name);
    }

    private Outcome<byte[]> ReadPin()
    {
        var file = ("file", settings.PinFile);
        if (!File.Exists(settings.PinFile))
        {
            return new Problem("issuance/token-pin-missing", "There is no PIN file.", file);
        }

        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead
            | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(settings.PinFile) & others) != 0)
        {
            return new Problem("issuance/token-pin-open", "Others than its owner may read or write the PIN file.", file);
        }

        var pin = Encoding.UTF8.GetBytes(File.ReadLines(settings.PinFile).FirstOrDefault()?.Trim() ?? "");
        if (pin.Length == 0)
        {
            return new Problem("issuance/token-pin-missing", "The PIN file is empty.", file);
        }

        if (File.Exists(refusedMarker)
            && File.ReadAllText(refusedMarker).Trim() == Convert.ToHexStringLower(fingerprint(pin)))
        {
            return new Problem(
                "issuance/token-pin-refused-before",
                "The token refused this PIN before; it is not tried again, so that the token is not locked.",
                ("token", settings.Token), file);
        }

        return pin;
    }

    private static nuint[] PrivateKeys(Cryptoki calls, nuint session, string label)
    {
        Require(calls.Find(
            session,
            [
                (Cryptoki.ClassAttribute, Number(Cryptoki.PrivateKeyClass)),
                (Cryptoki.LabelAttribute, Encoding.UTF8.GetBytes(label)),
            ],
            2,
            out var found));
        return found;
    }

    private nuint SameKey(Cryptoki calls, nuint session, string label, byte[] publicKey)
    {
        if (PrivateKeys(calls, session, label) is not [var only])
        {
            throw new TokenException(nameof(PrivateKeys), 0);
        }

        return ReadPublic(calls, session, label) is var (_, found) && found.AsSpan().SequenceEqual(publicKey)
            ? only
            : throw new SigningKeyAwayException(new Problem(
                "issuance/token-other-key", "The token has another key of this name than before.",
                ("token", settings.Token), ("key", label)));
    }

    private static (KeyKind Kind, byte[] PublicKey)? ReadPublic(Cryptoki calls, nuint session, string label)
    {
        Require(calls.Find(
            session,
            [
                (Cryptoki.ClassAttribute, Number(Cryptoki.PublicKeyClass)),
                (Cryptoki.LabelAttribute, Encoding.UTF8.GetBytes(label)),
            ],
            2,
            out var found));
        if (found is not [var key])
        {
            throw new InvalidOperationException($"The token has {found.Length} public keys labelled '{label}'; it must be one.");
        }

        Require(calls.Attribute(session, key, Cryptoki.EcPointAttribute, out var point));
        // CKA_EC_POINT is a DER octet string; some tokens give the point itself.
        var raw = point.AsSpan();
        if (raw.Length >= 2 && raw[0] == 0x04 && raw[1] == raw.Length - 2)
        {
            raw = raw[2..];
        }

        return raw.Length switch
        {
            65 when raw[0] == 0x04 => (KeyKind.P256, [(byte)(2 | (raw[^1] & 1)), .. raw[1..33]]),
            32 => (KeyKind.Ed25519, raw.ToArray()),
            _ => throw new InvalidOperationException($"The key '{label}' of the token is neither P-256 nor Ed25519."),
        };
    }

    private static byte[] Number(ulong value) => BitConverter.GetBytes(value);

    private static void Require(nuint result)
    {
        if (result != Cryptoki.Ok)
        {
            throw new TokenException("CK_RV", result);
        }
    }

    /// <summary>One login: handles are valid within it.</summary>
    private sealed record Connection(int Generation, nuint Slot, bool CanSign, bool CanSignEdwards)
    {
        public ConcurrentBag<nuint> Idle { get; } = [];

        public ConcurrentDictionary<string, nuint> Keys { get; } = new(StringComparer.Ordinal);
    }

    /// <summary>A call failed; never leaves this class.</summary>
    private sealed class TokenException(string call, nuint result) : Exception($"{call}: 0x{result:X}");
}
