using System.Runtime.InteropServices;

namespace Mortanba.Issuance;

/// <summary>
/// The fifteen calls of PKCS#11 2.40 (OASIS, Cryptographic Token Interface Base Specification) that signing needs,
/// taken from the module's function list. Linux and 64 bits: <c>CK_ULONG</c> is eight bytes, structures are padded.
/// </summary>
/// <remarks>Each method returns the module's <c>CK_RV</c>; who calls decides what it means. No state of its own.</remarks>
internal sealed unsafe class Cryptoki
{
    private readonly nint* functions;

    private Cryptoki(nint* functions) => this.functions = functions;

    /// <summary>Loads the module; null when the file is no PKCS#11 module of this machine. Never unloaded.</summary>
    public static Cryptoki? Load(string path)
    {
        if (!NativeLibrary.TryLoad(path, out var library)
            || !NativeLibrary.TryGetExport(library, "C_GetFunctionList", out var getList))
        {
            return null;
        }

        nint list = 0;
        return ((delegate* unmanaged[Cdecl]<ref nint, nuint>)getList)(ref list) == Ok && list != 0
            // CK_FUNCTION_LIST: a CK_VERSION of two bytes, padded to eight, then the functions in the order of the standard.
            ? new Cryptoki((nint*)list + 1)
            : null;
    }

    public nuint Initialize()
    {
        var arguments = new InitializeArguments { Flags = OsLockingOk };
        return ((delegate* unmanaged[Cdecl]<InitializeArguments*, nuint>)functions[0])(&arguments);
    }

    public nuint Finalize_() => ((delegate* unmanaged[Cdecl]<nint, nuint>)functions[1])(0);

    /// <summary>Slots with a token in them.</summary>
    public nuint Slots(out nuint[] slots)
    {
        var call = (delegate* unmanaged[Cdecl]<byte, nuint*, ref nuint, nuint>)functions[4];
        nuint count = 0;
        slots = [];
        var result = call(1, null, ref count);
        if (result != Ok || count == 0)
        {
            return result;
        }

        slots = new nuint[count];
        fixed (nuint* first = slots)
        {
            result = call(1, first, ref count);
        }

        // A token may have gone between the two calls.
        slots = slots[..(int)Math.Min(count, (nuint)slots.Length)];
        return result;
    }

    /// <summary>Label, without the blanks that fill it up to 32 bytes, and flags of the token in a slot.</summary>
    public nuint TokenInfo(nuint slot, out string label, out ulong flags)
    {
        TokenInformation info;
        var result = ((delegate* unmanaged[Cdecl]<nuint, TokenInformation*, nuint>)functions[6])(slot, &info);
        label = result == Ok ? System.Text.Encoding.UTF8.GetString(info.Label, 32).TrimEnd(' ', '\0') : "";
        flags = result == Ok ? info.Flags : 0;
        return result;
    }

    public bool Has(nuint slot, nuint mechanism)
    {
        var info = stackalloc nuint[3];
        return ((delegate* unmanaged[Cdecl]<nuint, nuint, nuint*, nuint>)functions[8])(slot, mechanism, info) == Ok;
    }

    public nuint OpenSession(nuint slot, out nuint session)
    {
        nuint opened = 0;
        var result = ((delegate* unmanaged[Cdecl]<nuint, nuint, nint, nint, nuint*, nuint>)functions[12])(
            slot, SerialSession | ReadWriteSession, 0, 0, &opened);
        session = opened;
        return result;
    }

    public nuint CloseSession(nuint session) => ((delegate* unmanaged[Cdecl]<nuint, nuint>)functions[13])(session);

    public nuint Login(nuint session, ReadOnlySpan<byte> pin)
    {
        fixed (byte* first = pin)
        {
            return ((delegate* unmanaged[Cdecl]<nuint, nuint, byte*, nuint, nuint>)functions[18])(
                session, User, first, (nuint)pin.Length);
        }
    }

    /// <summary>The value of one attribute.</summary>
    public nuint Attribute(nuint session, nuint thing, nuint type, out byte[] value)
    {
        var call = (delegate* unmanaged[Cdecl]<nuint, nuint, AttributeValue*, nuint, nuint>)functions[24];
        var asked = new AttributeValue { Type = type };
        value = [];
        var result = call(session, thing, &asked, 1);
        if (result != Ok || asked.Size is 0 or > AttributeSizeMaxBytes)
        {
            return result;
        }

        value = new byte[asked.Size];
        fixed (byte* first = value)
        {
            asked.Value = first;
            return call(session, thing, &asked, 1);
        }
    }

    /// <summary>Handles of the things that have all these attributes; at most <paramref name="countMax"/>.</summary>
    public nuint Find(nuint session, ReadOnlySpan<(nuint Type, byte[] Value)> having, int countMax, out nuint[] found)
    {
        found = [];
        nuint result;
        using (var wanted = new Attributes(having))
        {
            result = ((delegate* unmanaged[Cdecl]<nuint, AttributeValue*, nuint, nuint>)functions[26])(
                session, wanted.First, wanted.Count);
        }

        if (result != Ok)
        {
            return result;
        }

        var handles = new nuint[countMax];
        nuint count = 0;
        fixed (nuint* first = handles)
        {
            result = ((delegate* unmanaged[Cdecl]<nuint, nuint*, nuint, nuint*, nuint>)functions[27])(
                session, first, (nuint)countMax, &count);
        }

        var closed = ((delegate* unmanaged[Cdecl]<nuint, nuint>)functions[28])(session);
        found = result == Ok ? handles[..(int)count] : [];
        return result == Ok ? closed : result;
    }

    public nuint GenerateKeyPair(
        nuint session, nuint mechanism, ReadOnlySpan<(nuint Type, byte[] Value)> forPublic,
        ReadOnlySpan<(nuint Type, byte[] Value)> forPrivate)
    {
        var how = new Mechanism { Type = mechanism };
        nuint publicKey = 0, privateKey = 0;
        using var publicOnes = new Attributes(forPublic);
        using var privateOnes = new Attributes(forPrivate);
        return ((delegate* unmanaged[Cdecl]<
            nuint, Mechanism*, AttributeValue*, nuint, AttributeValue*, nuint, nuint*, nuint*, nuint>)functions[59])(
            session, &how, publicOnes.First, publicOnes.Count, privateOnes.First, privateOnes.Count, &publicKey, &privateKey);
    }

    /// <summary>Signs in one part. <paramref name="signature"/> must have the size the mechanism makes.</summary>
    public nuint Sign(nuint session, nuint mechanism, nuint key, ReadOnlySpan<byte> data, Span<byte> signature, out int size)
    {
        size = 0;
        var how = new Mechanism { Type = mechanism };
        var result = ((delegate* unmanaged[Cdecl]<nuint, Mechanism*, nuint, nuint>)functions[42])(session, &how, key);
        if (result != Ok)
        {
            return result;
        }

        var made = (nuint)signature.Length;
        fixed (byte* input = data)
        fixed (byte* output = signature)
        {
            result = ((delegate* unmanaged[Cdecl]<nuint, byte*, nuint, byte*, nuint*, nuint>)functions[43])(
                session, input, (nuint)data.Length, output, &made);
        }

        size = (int)made;
        return result;
    }

    // Values of pkcs11t.h.
    public const nuint Ok = 0;
    public const nuint PinIncorrect = 0xA0;
    public const nuint PinInvalid = 0xA1;
    public const nuint PinLengthRange = 0xA2;
    public const nuint PinExpired = 0xA3;
    public const nuint PinLocked = 0xA4;
    public const nuint AlreadyLoggedIn = 0x100;
    public const nuint AlreadyInitialized = 0x191;

    public const ulong FlagUserPinFinalTry = 0x20000;
    public const ulong FlagUserPinLocked = 0x40000;

    public const nuint ClassAttribute = 0x0;
    public const nuint TokenAttribute = 0x1;
    public const nuint PrivateAttribute = 0x2;
    public const nuint LabelAttribute = 0x3;
    public const nuint KeyTypeAttribute = 0x100;
    public const nuint IdAttribute = 0x102;
    public const nuint SensitiveAttribute = 0x103;
    public const nuint SignAttribute = 0x108;
    public const nuint VerifyAttribute = 0x10A;
    public const nuint ExtractableAttribute = 0x162;
    public const nuint EcParamsAttribute = 0x180;
    public const nuint EcPointAttribute = 0x181;

    public const ulong PublicKeyClass = 2;
    public const ulong PrivateKeyClass = 3;
    public const ulong EcKeyType = 0x3;
    public const ulong EdwardsKeyType = 0x40;

    public const nuint EcKeyPairGeneration = 0x1040;
    public const nuint Ecdsa = 0x1041;
    public const nuint EdwardsKeyPairGeneration = 0x1055;
    public const nuint Eddsa = 0x1057;

    private const nuint User = 1;
    private const nuint SerialSession = 4;
    private const nuint ReadWriteSession = 2;
    private const nuint OsLockingOk = 2;
    private const nuint AttributeSizeMaxBytes = 4096;

    /// <summary>CK_ATTRIBUTE templates in unmanaged memory for the length of one call.</summary>
    private ref struct Attributes
    {
        public Attributes(ReadOnlySpan<(nuint Type, byte[] Value)> values)
        {
            Count = (nuint)values.Length;
            First = (AttributeValue*)NativeMemory.AllocZeroed((nuint)values.Length, (nuint)sizeof(AttributeValue));
            for (var i = 0; i < values.Length; i++)
            {
                var bytes = values[i].Value;
                var copy = (byte*)NativeMemory.Alloc((nuint)Math.Max(1, bytes.Length));
                bytes.CopyTo(new Span<byte>(copy, bytes.Length));
                First[i] = new AttributeValue { Type = values[i].Type, Value = copy, Size = (nuint)bytes.Length };
            }
        }

        public AttributeValue* First { get; }

        public nuint Count { get; }

        public readonly void Dispose()
        {
            for (nuint i = 0; i < Count; i++)
            {
                NativeMemory.Free(First[i].Value);
            }

            NativeMemory.Free(First);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct AttributeValue
    {
        public nuint Type;
        public byte* Value;
        public nuint Size;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Mechanism
    {
        public nuint Type;
        public nint Parameter;
        public nuint ParameterSize;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct InitializeArguments
    {
        public nint CreateMutex;
        public nint DestroyMutex;
        public nint LockMutex;
        public nint UnlockMutex;
        public nuint Flags;
        public nint Reserved;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TokenInformation
    {
        public fixed byte Label[32];
        public fixed byte Manufacturer[32];
        public fixed byte Model[16];
        public fixed byte Serial[16];
        public ulong Flags;
        public fixed ulong Counts[10];
        public fixed byte Versions[4];
        public fixed byte Time[16];
    }
}
