using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;
using static Mortanba.Flow.Tests.Verification.CaseForms;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>Proofs, checkpoints, witnesses, policies, and entries that a tree holds but no reader takes.</summary>
internal static class LogCases
{
    private static readonly World Plain = new(forms: CaseForms.Good);

    public static IEnumerable<Case> All() => [.. Proofs(), .. Checkpoints(), .. Witnessed(), .. Entries(), .. Anchors()];

    private static Case Of(string name, DiplomaFile file, string? trust = Trusts.Given) => FileCases.Of("log/" + name, file, trust);

    private static IEnumerable<Case> Proofs()
    {
        DiplomaFile Changed(Func<ProvenEntry, ProvenEntry> change) =>
            FileCases.Good with { Entries = [.. FileCases.Good.Entries.Select(entry => entry.Index == 6 ? change(entry) : entry)] };

        yield return Of("proof-of-another-tree", Changed(e => e with { Proof = [new byte[32], .. e.Proof.Skip(1)] }));
        yield return Of("proof-too-short", Changed(e => e with { Proof = [.. e.Proof.Skip(1)] }));
        yield return Of("proof-too-long", Changed(e => e with { Proof = [.. e.Proof, new byte[32]] }));
        yield return Of("proof-of-64-hashes", Changed(e => e with { Proof = [.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[32], 64)] }));
        yield return Of("no-proof", Changed(e => e with { Proof = [] }));
        yield return Of("another-index", Changed(e => e with { Index = 5 }));
        yield return Of("index-beyond-the-tree", Changed(e => e with { Index = 7 }));
        yield return Of("index-far-beyond", Changed(e => e with { Index = 9007199254740991 }));
        yield return Of("entry-changed", Changed(e => e with { Entry = Utf8(System.Text.Encoding.UTF8.GetString(e.Entry.Span).Replace("D-1", "D-2", StringComparison.Ordinal)) }));
        yield return Of("entries-in-reverse", FileCases.Good with { Entries = [.. FileCases.Good.Entries.Reverse()] });
        yield return Of("entry-twice", FileCases.Good with { Entries = [.. FileCases.Good.Entries, FileCases.Good.Entries[6]] });
        yield return Of("no-entries", FileCases.Good with { Entries = [] });
        yield return Of("entries-unproved-without-trust", Changed(e => e with { Proof = [] }), null);
    }

    private static IEnumerable<Case> Checkpoints()
    {
        var note = FileCases.Good.Checkpoint;
        foreach (var (name, text) in new (string, string)[]
        {
            ("empty", ""),
            ("no-signatures", note[..(note.IndexOf("\n\n", StringComparison.Ordinal) + 2)]),
            ("no-end", note[..^1]),
            ("carriage-returns", note.Replace("\n", "\r\n", StringComparison.Ordinal)),
            ("control-character", note.Insert(3, "\u0001")),
            ("hyphen-for-dash", note.Replace('—', '-')),
            ("no-space-in-line", note.Replace("— log.example/one ", "— log.example/one", StringComparison.Ordinal)),
            ("signature-no-base64", note[..^3] + "*=\n"),
            ("one-more-empty-line", note + "\n"),
            ("size-changed", note.Replace("\n7\n", "\n8\n", StringComparison.Ordinal)),
            ("unknown-signature-added", note + "— stranger.example AAAAAAAA\n"),
            ("signature-by-unknown-id", note.Replace("— log.example/one ", "— log.example/two ", StringComparison.Ordinal)),
        })
        {
            yield return Of("checkpoint-" + name, FileCases.Good with { Checkpoint = text });
        }

        foreach (var (name, text) in new (string, string)[]
        {
            ("size-with-zero", $"{World.Origin}\n07\n{Root()}\n"),
            ("size-negative", $"{World.Origin}\n-7\n{Root()}\n"),
            ("size-of-words", $"{World.Origin}\nseven\n{Root()}\n"),
            ("size-beyond-63-bits", $"{World.Origin}\n9223372036854775808\n{Root()}\n"),
            ("size-of-63-bits", $"{World.Origin}\n9223372036854775807\n{Root()}\n"),
            ("size-larger", $"{World.Origin}\n8\n{Root()}\n"),
            ("size-zero", $"{World.Origin}\n0\n{Root()}\n"),
            ("root-short", $"{World.Origin}\n7\n{Convert.ToBase64String(new byte[31])}\n"),
            ("root-without-padding", $"{World.Origin}\n7\n{Root().TrimEnd('=')}\n"),
            ("root-other", $"{World.Origin}\n7\n{Convert.ToBase64String(new byte[32])}\n"),
            ("extension", $"{World.Origin}\n7\n{Root()}\nmore\n"),
            ("two-lines", $"{World.Origin}\n7\n"),
            ("other-origin", $"log.example/two\n7\n{Root()}\n"),
        })
        {
            var signed = SignedNote.Write(text, Plain.Log.Sign(text), Plain.Witness.Cosign(text, World.CosignedAt));
            yield return Of("signed-" + name, FileCases.Good with { Checkpoint = signed });
        }

        var forged = new World(forms: CaseForms.Good)
        {
            Log = new NoteSigner(World.Origin, new Ed25519PrivateKey(new byte[32])),
        };
        yield return Of("forged-key", forged.File());
        yield return Of("forged-key-no-institutions", forged.File(), "no-institutions");
        var strange = new World(forms: CaseForms.Good) { Log = Trusts.Signer("strange.example/log") };
        yield return Of("strange-log", strange.File());
        yield return Of("strange-log-of-strangers", strange.File(), "no-institutions");
        yield return Of("strange-log-no-trust", strange.File(), null);
        yield return Of("signature-changed", FileCases.Good with { Checkpoint = Signed(Flipped(Plain.Log.Sign(Text())), Plain.Witness.Cosign(Text(), World.CosignedAt)) });
        yield return Of("cosignature-changed", FileCases.Good with { Checkpoint = Signed(Plain.Log.Sign(Text()), Flipped(Plain.Witness.Cosign(Text(), World.CosignedAt))) });
        yield return Of("cosignature-of-wrong-length", FileCases.Good with
        {
            Checkpoint = Signed(Plain.Log.Sign(Text()), Plain.Witness.Cosign(Text(), World.CosignedAt) is var good ? good with { Signature = good.Signature[..64] } : null!),
        });
        yield return Of("signed-twice", FileCases.Good with { Checkpoint = Signed(Plain.Log.Sign(Text()), Plain.Log.Sign(Text()), Plain.Witness.Cosign(Text(), World.CosignedAt)) });
        yield return Of("cosigned-in-the-future", FileCases.Good with { Checkpoint = Plain.Checkpoint(at: World.Now.AddDays(3)) });
    }

    private static IEnumerable<Case> Witnessed()
    {
        yield return Of("no-witness", Plain.File(cosigned: false));
        yield return Of("no-witness-wanted", Plain.File(cosigned: false), "quorum-none");
        foreach (var signers in (string[])["", "a", "b", "c", "ab", "ac", "abc"])
        {
            var times = signers.Select((letter, i) => Trusts.Witnesses[letter - 'a'].Cosign(Text(), World.CosignedAt.AddHours(i)));
            var file = FileCases.Good with { Checkpoint = Signed([Plain.Log.Sign(Text()), .. times]) };
            foreach (var quorum in (string[])["any", "all", "2", "nested"])
            {
                yield return Of($"quorum-{quorum}-of-{(signers.Length == 0 ? "none" : signers)}", file, "quorum-" + quorum);
            }
        }

        foreach (var policy in (string[])["policy-empty", "policy-no-quorum", "policy-unknown-word", "policy-unknown-member",
            "policy-member-twice", "policy-threshold", "policy-bad-key", "policy-bad-log-key"])
        {
            yield return Of(policy, FileCases.Good, policy);
        }
    }

    // Entries that stand in the tree as these bytes, put beside the good ones.
    private static IEnumerable<Case> Entries()
    {
        foreach (var (name, entry) in new (string, string)[]
        {
            ("without-type", """{"at":"2026-06-26T10:00:00Z","v":1}"""),
            ("without-time", """{"type":"x","v":1}"""),
            ("time-with-offset", """{"at":"2026-06-26T10:00:00+05:00","type":"x","v":1}"""),
            ("time-of-no-day", """{"at":"2026-02-30T10:00:00Z","type":"x","v":1}"""),
            ("version-2", """{"at":"2026-06-26T10:00:00Z","type":"x","v":2}"""),
            ("version-of-words", """{"at":"2026-06-26T10:00:00Z","type":"x","v":"1"}"""),
            ("unknown-type", """{"at":"2026-06-26T10:00:00Z","type":"trail.anchored","v":1}"""),
            ("odd-letters", "{\"at\":\"2026-06-26T10:00:00Z\",\"n\":[1e+30,0.1,-5,true,null],\"type\":\"\\u0001\\\"é\",\"v\":1,\"é\":\"\u2028\"}"),
        })
        {
            yield return Of("entry-" + name, WithEntry(Utf8(entry)));
        }
    }

    // A tree of seven entries, anchored; what tells of it is the eighth, and two more came since.
    private static IEnumerable<Case> Anchors()
    {
        static World Anchored(int more, string contract = World.Contract, string? root = null)
        {
            var world = new World(forms: CaseForms.Good);
            world.Entries.Add(world.Anchored(World.IssuedAt.AddHours(1), contract, root));
            world.Entries.AddRange(Enumerable.Range(0, more).Select(i => LedgerEntry.Create("test.filler", World.IssuedAt.AddHours(2 + i))));
            return world;
        }

        static DiplomaFile With(World world, Func<CarriedAnchor, CarriedAnchor>? change = null) => world.File() with
        {
            Anchor = (change ?? (a => a))(new CarriedAnchor(7, world.Consistency(7))),
        };

        var good = Anchored(2);
        yield return Of("anchor", With(good));
        foreach (var more in (int[])[0, 1, 3, 9])
        {
            yield return Of($"anchor-and-{more}-more", With(Anchored(more)));
        }

        foreach (var trust in (string[])["no-anchors", "other-genesis", "other-log", "quorum-none"])
        {
            yield return Of("anchor-" + trust, With(good), trust);
        }

        yield return Of("anchor-no-trust", With(good), null);
        yield return Of("anchor-of-another-contract", With(Anchored(2, "0x" + new string('3', 40))));
        yield return Of("anchor-of-another-root", With(Anchored(2, root: Convert.ToBase64String(new byte[32]))));
        yield return Of("anchor-of-no-root", With(Anchored(2, root: "x")));
        yield return Of("anchor-proof-changed", With(good, a => a with { Proof = [new byte[32], .. a.Proof.Skip(1)] }));
        yield return Of("anchor-proof-too-short", With(good, a => a with { Proof = [.. a.Proof.SkipLast(1)] }));
        yield return Of("anchor-proof-too-long", With(good, a => a with { Proof = [.. a.Proof, new byte[32]] }));
        yield return Of("anchor-no-proof", With(good, a => a with { Proof = [] }));
        yield return Of("anchor-of-another-entry", With(good, a => a with { Index = 6 }));
        yield return Of("anchor-of-no-entry", With(good, a => a with { Index = 99 }));
        yield return Of("anchor-entry-left-out", With(good) with { Entries = [.. good.Proven(e => e.Type != LedgerEntryTypes.CheckpointAnchored)] });
        var early = new World(
            (at, entries) => at == "asset" ? [] : entries, forms: CaseForms.Good);
        var said = early.Anchored(World.IssuedAt.AddHours(-1));
        early.Entries.Add(said);
        early.Entries.Add(early.Registered());
        yield return Of("anchor-before-the-diploma", early.File() with { Anchor = new CarriedAnchor(6, early.Consistency(6)) });
        var text = System.Text.Encoding.UTF8.GetString(With(good).Write());
        foreach (var (name, from, to) in new (string, string, string)[]
        {
            ("text", "\"anchor\":{", "\"anchor\":\"\",\"x\":{"),
            ("more-members", "\"anchor\":{", "\"anchor\":{\"a\":1,"),
            ("negative", "\"anchor\":{\"index\":7", "\"anchor\":{\"index\":-7"),
            ("index-text", "\"anchor\":{\"index\":7", "\"anchor\":{\"index\":\"7\""),
            ("short-hash", "\"anchor\":{\"index\":7,\"proof\":[\"", "\"anchor\":{\"index\":7,\"proof\":[\"AAAA\",\""),
        })
        {
            yield return FileCases.Of("log/anchor-shape-" + name, Utf8(text.Replace(from, to, StringComparison.Ordinal)));
        }
    }

    private static DiplomaFile WithEntry(byte[] entry)
    {
        List<ReadOnlyMemory<byte>> all = [.. Plain.Entries.Select(e => e.Bytes), entry];
        var leaves = all.Select(bytes => MerkleTree.Leaf(bytes.Span)).ToArray();
        var text = new Checkpoint(World.Origin, leaves.Length, MerkleTree.Root(leaves)).Text();
        return FileCases.Good with
        {
            Entries = [.. all.Select((bytes, i) => new ProvenEntry(i, bytes, World.Path(leaves, i)))],
            Checkpoint = SignedNote.Write(text, Plain.Log.Sign(text), Plain.Witness.Cosign(text, World.CosignedAt)),
        };
    }

    private static string Root() => Text().Split('\n')[2];

    private static string Text() => Checkpoint.Parse(SignedNote.Parse(FileCases.Good.Checkpoint).Value.Text).Value.Text();

    private static string Signed(params NoteSignature[] signatures) => SignedNote.Write(Text(), signatures);

    private static NoteSignature Flipped(NoteSignature signature)
    {
        var bytes = signature.Signature.ToArray();
        bytes[^1] ^= 1;
        return signature with { Signature = bytes };
    }
}
