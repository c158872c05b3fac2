// Reads a ledger with the packages of Go's checksum database (golang.org/x/mod/sumdb), which share no line with ours:
//
//	logreader URL LOG-VKEY WITNESS-VKEY...
//
// It opens the checkpoint with the log's key and the witnesses' keys, compares every entry with the tiles, leads every tile of
// entries and a sample of entries to the signed root, and earlier sizes to it. It prints what it saw, or why it does not agree.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// A witness's key (C2SP tlog-cosignature): the package knows the log's kind of key alone, and takes others through its interface.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	said := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), msg)
	return ed25519.Verify(c.key, []byte(said), sig[8:])
}

func newCosigner(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("malformed vkey")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != 4 {
		return nil, errors.New("not a key of a cosigner")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	hash := binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return nil, errors.New("the vkey has another key's hash")
	}
	return cosigner{parts[0], hash, key[1:]}, nil
}

type tiles struct {
	base string
	held map[string][]byte
}

func (t *tiles) get(path string) ([]byte, error) {
	if data, ok := t.held[path]; ok {
		return data, nil
	}
	answer, err := http.Get(t.base + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	data, err := io.ReadAll(answer.Body)
	t.held[path] = data
	return data, err
}

// The checksum database names the height in its paths; tlog-tiles, where it is always 8, does not.
func (t *tiles) Height() int { return height }
func (t *tiles) ReadTiles(asked []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(asked))
	for i, tile := range asked {
		data, err := t.get(strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
		if err != nil {
			return nil, err
		}
		all[i] = data
	}
	return all, nil
}
func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func main() {
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(base, logKey string, witnesses []string) error {
	served := &tiles{base, map[string][]byte{}}
	signed, err := served.get("checkpoint")
	if err != nil {
		return err
	}
	log, err := note.NewVerifier(logKey)
	if err != nil {
		return err
	}
	known := []note.Verifier{log}
	for _, vkey := range witnesses {
		witness, err := newCosigner(vkey)
		if err != nil {
			return err
		}
		known = append(known, witness)
	}
	opened, err := note.Open(signed, note.VerifierList(known...))
	if err != nil {
		return err
	}
	// The package is content with any known signature; a checkpoint is the log's word, whoever else signed.
	isSigned := false
	for _, sig := range opened.Sigs {
		isSigned = isSigned || (sig.Name == log.Name() && sig.Hash == log.KeyHash())
	}
	if !isSigned {
		return errors.New("the log has not signed its checkpoint")
	}
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || lines[0] != log.Name() {
		return errors.New("not a checkpoint of this log")
	}
	var root tlog.Hash
	hash, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || copy(root[:], hash) != tlog.HashSize {
		return errors.New("not a root")
	}

	// The reader checks each tile that it fetches against the root before it gives a hash of it.
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, served)
	proofs := 0
	for first := int64(0); first < size; first += 1 << height {
		width := size - first
		if width > 1<<height {
			width = 1 << height
		}
		tile := tlog.Tile{H: height, L: 0, N: first >> height, W: int(width)}
		hashes, err := served.ReadTiles([]tlog.Tile{tile})
		if err != nil {
			return err
		}
		bundle, err := served.get(strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1))
		if err != nil {
			return err
		}
		for i := int64(0); i < width; i++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return fmt.Errorf("the bundle of entry %d is cut off", first+i)
			}
			length := int(binary.BigEndian.Uint16(bundle))
			leaf := tlog.RecordHash(bundle[2 : 2+length])
			bundle = bundle[2+length:]
			if !bytes.Equal(leaf[:], hashes[0][i*tlog.HashSize:(i+1)*tlog.HashSize]) {
				return fmt.Errorf("entry %d is not the one that was hashed", first+i)
			}
			if i != 0 && i != width-1 && (first+i)%97 != 0 {
				continue
			}
			proof, err := tlog.ProveRecord(size, first+i, reader)
			if err != nil {
				return err
			}
			if err := tlog.CheckRecord(proof, size, root, first+i, leaf); err != nil {
				return err
			}
			proofs++
		}
		if len(bundle) != 0 {
			return fmt.Errorf("the bundle of entry %d goes on", first)
		}
	}

	earlier := 0
	for then := int64(1); then < size; then = then*3 + 1 {
		before, err := tlog.TreeHash(then, reader)
		if err != nil {
			return err
		}
		proof, err := tlog.ProveTree(size, then, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, size, root, then, before); err != nil {
			return err
		}
		earlier++
	}
	fmt.Printf("size %d signatures %d proofs %d earlier %d\n", size, len(opened.Sigs), proofs, earlier)
	return nil
}
