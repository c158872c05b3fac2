import { inflateZlib, TooMuch } from "../foundation/inflate.js";
import { indexOf, latin1, type Bytes } from "../foundation/bytes.js";
import { Problem, type Outcome } from "../foundation/problem.js";
import {
  damaged, isDictionary, isList, isWhole, overLimit, PdfBudget, PdfLexer, PdfName, PdfReference, PdfRefused, PdfString,
  type PdfDictionary, type PdfValue,
} from "./pdfValues.js";

const PDF_SIZE_MAX_BYTES = 32 * 1024 * 1024;
const DECODED_MAX_BYTES = 8 * 1024 * 1024;
const DECODED_TOTAL_MAX_BYTES = 64 * 1024 * 1024;
const SECTIONS_MAX = 512;
const OBJECT_ID_MAX = 1 << 23;
const OBJECTS_IN_STREAM_MAX = 100_000;
const CHAIN_MAX = 16;
const NAME_NODES_MAX = 10_000;
const ATTACHMENTS_MAX = 1_000;
const MEDIA_TYPE = "application/vnd.mortanba.diploma+json";

/** True when the bytes begin as a PDF does, junk of up to 1,024 bytes before it allowed. */
export const looksLikePdf = (file: Bytes): boolean => indexOf(file.subarray(0, 1024), "%PDF-") >= 0;

/**
 * The bytes of the embedded `diploma.json` (docs/formats/diploma-file.md), not yet looked at. Reads the newest revision
 * through tables, cross-reference streams and object streams. What the pages show is not read: whoever verifies shows the
 * content of the attachment, so altered pages are seen beside it.
 */
export function findDiploma(pdf: Bytes): Outcome<Bytes> {
  if (pdf.length > PDF_SIZE_MAX_BYTES) return new Problem("documents/pdf-too-large");
  try {
    const file = new PdfFile(pdf);
    const found = [...new Set(attachments(file).filter((spec) => isDiploma(file, spec)).map(streamOf))];
    if (found.length === 0) return new Problem("documents/pdf-no-diploma");
    if (found.length > 1 || found[0] === null) return new Problem("documents/pdf-two-diplomas");
    return file.streamContent(found[0]!) ?? new Problem("documents/pdf-damaged");
  } catch (refused) {
    if (refused instanceof PdfRefused) return new Problem(refused.code);
    throw refused;
  }
}

/** The EF dictionary of a file specification. */
interface Attachment {
  readonly f: PdfValue | undefined;
  readonly uf: PdfValue | undefined;
  readonly isNamed: boolean;
}

// Two copies under F and UF could show two readers two diplomas: they count as two (null).
function streamOf({ f, uf }: Attachment): number | null {
  const ids = [f, uf].filter((stream) => stream instanceof PdfReference).map((stream) => stream.id);
  return ids.length === 2 && ids[0] !== ids[1] ? null : (ids[0] ?? null);
}

const isDiploma = (file: PdfFile, { f, uf, isNamed }: Attachment): boolean => isNamed || [f, uf].some((stream) => {
  const embedded = file.resolve(stream);
  const subtype = isDictionary(embedded) ? file.resolve(embedded.get("Subtype")) : null;
  return subtype instanceof PdfName && subtype.value === MEDIA_TYPE;
});

function attachments(file: PdfFile): Attachment[] {
  const catalog = file.resolve(file.trailer.get("Root"));
  if (!isDictionary(catalog)) throw damaged();
  const associated = file.resolve(catalog.get("AF"));
  const specifications: PdfValue[] = isList(associated) ? [...associated] : [];
  const names = file.resolve(catalog.get("Names"));
  if (isDictionary(names)) walkNames(file, names.get("EmbeddedFiles") ?? null, specifications);
  if (specifications.length > ATTACHMENTS_MAX) throw overLimit();
  return specifications.map((one) => attachment(file, one)).filter((one) => one !== null);
}

function attachment(file: PdfFile, specification: PdfValue): Attachment | null {
  const spec = file.resolve(specification);
  const ef = isDictionary(spec) ? file.resolve(spec.get("EF")) : null;
  if (!isDictionary(spec) || !isDictionary(ef)) return null;
  const [f, uf] = [ef.get("F"), ef.get("UF")];
  if (!(f instanceof PdfReference) && !(uf instanceof PdfReference)) return null;
  return { f, uf, isNamed: ["F", "UF"].some((key) => isDiplomaName(file.resolve(spec.get(key)))) };
}

function isDiplomaName(value: PdfValue): boolean {
  if (!(value instanceof PdfString)) return false;
  const { bytes } = value;
  const name = bytes[0] === 0xfe && bytes[1] === 0xff ? new TextDecoder("utf-16be").decode(bytes.subarray(2)) : latin1(bytes);
  return name.split(/[/\\:]/).at(-1)!.toLowerCase() === "diploma.json";
}

// A name tree (ISO 32000-1 section 7.9.6), walked without recursion.
function walkNames(file: PdfFile, root: PdfValue, specifications: PdfValue[]): void {
  const open = [root];
  const seen = new Set<number>();
  for (let count = 1; open.length > 0; count++) {
    if (count > NAME_NODES_MAX) throw overLimit();
    const node = open.pop()!;
    if (node instanceof PdfReference) {
      if (seen.has(node.id)) continue;
      seen.add(node.id);
    }
    const dictionary = file.resolve(node);
    if (!isDictionary(dictionary)) continue;
    const names = file.resolve(dictionary.get("Names"));
    if (isList(names)) specifications.push(...names.filter((_, i) => i % 2 === 1));
    const kids = file.resolve(dictionary.get("Kids"));
    if (isList(kids)) open.push(...kids);
  }
}

// Where an object stands: in the file, or as the n-th of an object stream.
interface Place {
  readonly offset: number;
  /** Id of the object stream; 0 when the object stands in the file. */
  readonly container: number;
  readonly index: number;
}

/** Objects of a stranger's PDF, found by number in its newest revision. */
class PdfFile {
  trailer: PdfDictionary = new Map();
  private readonly bytes: Bytes;
  private readonly budget: PdfBudget;
  private readonly places = new Map<number, Place | null>();
  private readonly sections = new Set<number>();
  private readonly known = new Map<number, PdfValue>();
  private readonly streamData = new Map<number, Bytes>();
  private readonly containers = new Map<number, { content: Bytes; offsets: number[]; ids: number[] }>();
  private readonly opening = new Set<number>();
  private decodedTotal = 0;

  constructor(file: Bytes) {
    const header = indexOf(file.subarray(0, 1024), "%PDF-");
    if (header < 0) throw new PdfRefused("documents/not-a-pdf");
    // Offsets count from the header, even when a mail program put something before it.
    this.bytes = file.subarray(header);
    this.budget = new PdfBudget(32 * this.bytes.length + 1_000_000);
    this.readReferences(this.startOfReferences());
  }

  /** The value a reference leads to; other values as they are. */
  resolve(value: PdfValue | undefined): PdfValue {
    let current = value ?? null;
    for (let steps = 0; current instanceof PdfReference; steps++) {
      if (steps > CHAIN_MAX) throw damaged();
      current = this.object(current.id);
    }
    return current;
  }

  /** Decoded content of a stream object; null when the object is no stream. */
  streamContent(id: number): Bytes | null {
    const dictionary = this.object(id);
    const data = this.streamData.get(id);
    return isDictionary(dictionary) && data !== undefined ? this.decode(data, dictionary, (value) => this.resolve(value)) : null;
  }

  // The last words of the file: startxref, a number, %%EOF (section 7.5.5). Anything less was cut off.
  private startOfReferences(): number {
    const tail = Math.max(0, this.bytes.length - 2048);
    const at = latin1(this.bytes.subarray(tail)).lastIndexOf("startxref");
    const end = at < 0 ? -1 : indexOf(this.bytes, "%%EOF", tail + at);
    if (end < 0) throw new PdfRefused("documents/pdf-truncated");
    const offset = new PdfLexer(this.bytes.subarray(0, end), tail + at + "startxref".length, this.budget).whole();
    if (offset <= 0) throw new PdfRefused("documents/pdf-truncated");
    return offset;
  }

  private at(offset: number): PdfLexer {
    if (offset <= 0 || offset >= this.bytes.length) throw damaged();
    return new PdfLexer(this.bytes, offset, this.budget);
  }

  // The chain of cross-reference sections from the newest to the oldest; the newest word counts (sections 7.5.4 to 7.5.8).
  private readReferences(offset: number): void {
    let isNewest = true;
    for (let next: number | null = offset; next !== null;) {
      const trailer = this.readSection(next);
      if (trailer.has("Encrypt")) throw new PdfRefused("documents/pdf-encrypted");
      if (isNewest) this.trailer = trailer;
      isNewest = false;
      const hybrid = trailer.get("XRefStm");
      if (isWhole(hybrid)) this.readSection(hybrid);
      const previous = trailer.get("Prev") ?? null;
      if (previous !== null && !isWhole(previous)) throw damaged();
      next = previous;
    }
  }

  private readSection(offset: number): PdfDictionary {
    if (this.sections.has(offset)) throw damaged();
    this.sections.add(offset);
    if (this.sections.size > SECTIONS_MAX) throw overLimit();
    const lexer = this.at(offset);
    return lexer.tryKeyword("xref") ? this.readTable(lexer) : this.readReferenceStream(offset);
  }

  private readTable(lexer: PdfLexer): PdfDictionary {
    while (!lexer.tryKeyword("trailer")) {
      const [first, count] = [lexer.whole(), lexer.whole()];
      if (first < 0 || first > OBJECT_ID_MAX || count < 0 || count > OBJECT_ID_MAX) throw damaged();
      for (let id = first; id < first + count; id++) {
        const offset = lexer.whole();
        lexer.whole();
        const isUsed = lexer.tryKeyword("n");
        if (!isUsed && !lexer.tryKeyword("f")) throw damaged();
        this.add(id, isUsed && offset >= 0 ? { offset, container: 0, index: 0 } : null);
      }
    }
    const trailer = lexer.value();
    if (!isDictionary(trailer)) throw damaged();
    return trailer;
  }

  private readReferenceStream(offset: number): PdfDictionary {
    const { value, data } = this.readObjectAt(offset, false);
    const type = isDictionary(value) ? value.get("Type") : null;
    if (!isDictionary(value) || data === null || !(type instanceof PdfName) || type.value !== "XRef") throw damaged();
    const rows = this.decode(data, value, (inner) => {
      if (inner instanceof PdfReference) throw damaged();
      return inner ?? null;
    });
    const widths = wholes(value.get("W"));
    const width = widths.reduce((sum, one) => sum + one, 0);
    if (widths.length !== 3 || widths.some((one) => one < 0 || one > 8) || width === 0) throw damaged();
    const size = value.get("Size");
    const index = value.has("Index") ? wholes(value.get("Index")) : [0, isWhole(size) ? size : 0];
    let at = 0;
    const field = (bytes: number): number => {
      let number = 0;
      for (let i = 0; i < bytes; i++) number = number * 256 + rows[at++]!;
      return number;
    };
    for (let section = 0; section + 1 < index.length; section += 2) {
      if (index[section]! < 0 || index[section]! > OBJECT_ID_MAX) throw overLimit();
      for (let i = 0; i < index[section + 1]! && at + width <= rows.length; i++) {
        this.budget.spend(1);
        const kind = widths[0] === 0 ? 1 : field(widths[0]!);
        const [second, third] = [field(widths[1]!), field(widths[2]!)];
        this.add(index[section]! + i, placeOf(kind, second, third));
      }
    }
    return value;
  }

  private add(id: number, place: Place | null): void {
    this.budget.spend(1);
    if (id < 0 || id > OBJECT_ID_MAX) throw overLimit();
    if (!this.places.has(id)) this.places.set(id, place);
  }

  /** Reads `n g obj … endobj`; for a stream also its raw data. */
  private readObjectAt(offset: number, resolveLength: boolean): { id: number; value: PdfValue; data: Bytes | null } {
    const lexer = this.at(offset);
    const id = lexer.whole();
    lexer.whole();
    if (id < 0 || id > 0x7fffffff || !lexer.tryKeyword("obj")) throw damaged();
    const value = lexer.value();
    if (!isDictionary(value) || !lexer.tryKeyword("stream")) return { id, value, data: null };
    const start = lexer.streamStart();
    const length = resolveLength ? this.resolve(value.get("Length")) : value.get("Length");
    if (!isWhole(length) || length < 0 || length > this.bytes.length - start) throw damaged();
    if (!new PdfLexer(this.bytes, start + length, this.budget).tryKeyword("endstream")) throw damaged();
    return { id, value, data: this.bytes.subarray(start, start + length) };
  }

  private object(id: number): PdfValue {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const place = this.places.get(id) ?? null;
    if (place === null) return null;
    if (this.opening.has(id)) throw damaged();
    this.opening.add(id);
    if (this.opening.size > CHAIN_MAX) throw overLimit();
    const value = place.container === 0 ? this.plain(id, place.offset) : this.contained(id, place);
    this.opening.delete(id);
    this.known.set(id, value);
    return value;
  }

  private plain(id: number, offset: number): PdfValue {
    const found = this.readObjectAt(offset, true);
    if (found.id !== id) throw damaged();
    if (found.data !== null) this.streamData.set(id, found.data);
    return found.value;
  }

  private contained(id: number, place: Place): PdfValue {
    const container = this.containers.get(place.container) ?? this.openContainer(place.container);
    this.containers.set(place.container, container);
    // The index names the place; the number beside the offset must agree.
    if (container.ids[place.index] !== id) throw damaged();
    return new PdfLexer(container.content, container.offsets[place.index]!, this.budget).value();
  }

  private openContainer(id: number): { content: Bytes; offsets: number[]; ids: number[] } {
    const dictionary = (this.places.get(id)?.container ?? 0) === 0 ? this.object(id) : null;
    const content = isDictionary(dictionary) ? this.streamContent(id) : null;
    if (!isDictionary(dictionary) || content === null) throw damaged();
    const [count, first] = [this.resolve(dictionary.get("N")), this.resolve(dictionary.get("First"))];
    if (!isWhole(count) || count < 0 || count > OBJECTS_IN_STREAM_MAX || !isWhole(first) || first < 0 || first > content.length) {
      throw damaged();
    }
    const lexer = new PdfLexer(content, 0, this.budget);
    const [offsets, ids]: [number[], number[]] = [[], []];
    for (let i = 0; i < count; i++) {
      const [number, offset] = [lexer.whole(), lexer.whole()];
      if (number < 0 || number > 0x7fffffff || offset < 0 || offset > content.length - first) throw damaged();
      ids.push(number);
      offsets.push(first + offset);
    }
    return { content, offsets, ids };
  }

  // FlateDecode with predictors, or none (section 7.4).
  private decode(data: Bytes, dictionary: PdfDictionary, resolve: (value: PdfValue | undefined) => PdfValue): Bytes {
    const list = (value: PdfValue): PdfValue[] => (value === null ? [] : isList(value) ? value.map(resolve) : [value]);
    const filters = list(resolve(dictionary.get("Filter") ?? dictionary.get("F")));
    const parameters = list(resolve(dictionary.get("DecodeParms") ?? dictionary.get("DP")));
    if (filters.length > 4) throw overLimit();
    let decoded = data;
    for (const [i, filter] of filters.entries()) {
      const name = filter instanceof PdfName ? filter.value : "";
      if (name === "Crypt") throw new PdfRefused("documents/pdf-encrypted");
      if (name !== "FlateDecode" && name !== "Fl") throw new PdfRefused("documents/pdf-unsupported");
      const settings = parameters[i];
      decoded = undoPredictor(this.inflate(decoded), isDictionary(settings) ? settings : new Map(), resolve);
    }
    return decoded;
  }

  private inflate(data: Bytes): Bytes {
    let content: Bytes | null;
    try {
      content = inflateZlib(data, Math.min(DECODED_MAX_BYTES, DECODED_TOTAL_MAX_BYTES - this.decodedTotal));
    } catch (tooMuch) {
      if (tooMuch instanceof TooMuch) throw overLimit();
      throw tooMuch;
    }
    if (content === null) throw damaged();
    this.decodedTotal += content.length;
    return content;
  }
}

function placeOf(kind: number, second: number, third: number): Place | null {
  if (kind === 1) return { offset: second, container: 0, index: 0 };
  const isContained = kind === 2 && second > 0 && second <= OBJECT_ID_MAX && third <= 0x7fffffff;
  return isContained ? { offset: 0, container: second, index: third } : null;
}

function wholes(value: PdfValue | undefined): number[] {
  if (!isList(value) || !value.every(isWhole)) throw damaged();
  return value as number[];
}

function undoPredictor(data: Bytes, settings: PdfDictionary, resolve: (value: PdfValue | undefined) => PdfValue): Bytes {
  const setting = (name: string, standard: number, most: number): number => {
    const value = resolve(settings.get(name)) ?? standard;
    if (!isWhole(value) || value < 1 || value > most) throw damaged();
    return value;
  };
  const predictor = setting("Predictor", 1, 15);
  if (predictor === 1) return data;
  const [colors, bits, columns] = [setting("Colors", 1, 32), setting("BitsPerComponent", 8, 16), setting("Columns", 1, 1 << 20)];
  if (predictor < 10) throw new PdfRefused("documents/pdf-unsupported");
  return undoPng(data, Math.floor((colors * bits * columns + 7) / 8), Math.max(1, Math.floor((colors * bits) / 8)));
}

// PNG specification section 9: each row starts with the number of its filter.
function undoPng(data: Bytes, rowSize: number, pixelSize: number): Bytes {
  const output = new Uint8Array(data.length);
  let used = 0;
  for (let start = 0; start < data.length; start += rowSize + 1) {
    const filter = data[start]!;
    const row = data.subarray(start + 1, start + 1 + rowSize);
    const above = used - rowSize;
    for (let i = 0; i < row.length; i++) {
      const left = i >= pixelSize ? output[used + i - pixelSize]! : 0;
      const up = above >= 0 ? output[above + i]! : 0;
      const upLeft = above >= 0 && i >= pixelSize ? output[above + i - pixelSize]! : 0;
      output[used + i] = row[i]! + predicted(filter, left, up, upLeft);
    }
    used += row.length;
  }
  return output.subarray(0, used);
}

function predicted(filter: number, left: number, up: number, upLeft: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const estimate = left + up - upLeft;
      const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - upLeft)];
      return a <= b && a <= c ? left : b <= c ? up : upLeft;
    }
    default:
      throw damaged();
  }
}
