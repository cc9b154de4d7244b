// Guesses in which encoding a text is that does not say so, by how much of it reads as words that people write.

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "gb18030" | "big5" | "shift_jis" | "windows-1252";

const SAMPLE_BYTES = 64 * 1024;
/** In the order of how often they are met: of two that fit alike, the first. */
const OLD_ENCODINGS = ["gb18030", "big5", "shift_jis", "windows-1252"] as const;

/** The byte order mark at the beginning, or undefined. */
export function markedEncoding(bytes: Uint8Array): Encoding | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return undefined;
}

/** Undefined for what reads as text in none. */
export function guessedEncoding(bytes: Uint8Array): Encoding | undefined {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const wide = wideEncoding(sample);
  if (wide) return wide;
  if (isMostlyUtf8(sample)) return "utf-8";
  const scores = OLD_ENCODINGS.map((encoding) => ({ encoding, score: scoreOf(sample, encoding) }));
  const best = scores.reduce((best, one) => (one.score > best.score ? one : best));
  const foreign = sample.reduce((count, byte) => count + (byte >> 7), 0) / sample.length;
  return best.score < LEAST_SCORE && foreign > MOST_UNREADABLE_SHARE ? undefined : best.encoding;
}

const LEAST_SCORE = -0.3;
const MOST_UNREADABLE_SHARE = 0.2;

export const decode = (bytes: Uint8Array, encoding: Encoding): string =>
  encoding === "windows-1252" ? decodeLatin(bytes) : new TextDecoder(encoding).decode(bytes);

// Node 20 and 22 decode windows-1252 as ISO 8859-1, which has control characters in this place.
const LATIN_80 = "€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ";

const decodeLatin = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString("latin1")
    .replace(/[\x80-\x9f]/g, (char) => LATIN_80[char.charCodeAt(0) - 0x80] ?? "\ufffd");

const MOST_BROKEN_SHARE = 0.1;
/** So many bytes in well-formed characters are no accident of another encoding. */
const CERTAIN_BYTES = 6;

/** With some broken bytes among its characters of several bytes, and perhaps cut within the first and the last. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  const text = decode(bytes, "utf-8");
  if (!text.includes("\ufffd")) return true;
  const whole = text.match(/[\u0080-\ufffc\u{10000}-\u{10ffff}]/gu) ?? [];
  const wholeBytes = Buffer.byteLength(whole.join(""));
  const inside = wholeBytes < CERTAIN_BYTES ? text : text.replace(/^\ufffd{1,3}/, "").replace(/\ufffd$/, "");
  const broken = inside.match(/\ufffd/g)?.length ?? 0;
  return wholeBytes > 2 && broken <= Math.max(1, whole.length * MOST_BROKEN_SHARE);
}

/** UTF-16 without a mark: line ends, digits and Latin letters have a zero in every other byte. */
function wideEncoding(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (bytes.length < 4) return undefined;
  const zeros = [0, 0];
  for (const [at, byte] of bytes.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even + odd === 0) return undefined;
  const encoding = odd >= even ? "utf-16le" : "utf-16be";
  if (Math.min(even, odd) > Math.max(even, odd) / 20) return undefined;
  const text = decode(bytes.subarray(0, bytes.length & ~1), encoding);
  const strange = text.match(
    /[^\t\n\r\u0020-\u007e\u00a0-\u024f\u0370-\u04ff\u2010-\u2027\u3000-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uff5e]/g,
  );
  return (strange?.length ?? 0) <= text.length / 20 ? encoding : undefined;
}

/** Between -1 and 1: how much of what is not ASCII reads as what is often written in this encoding. */
function scoreOf(bytes: Uint8Array, encoding: (typeof OLD_ENCODINGS)[number]): number {
  const text = decode(bytes, encoding);
  const weigh = encoding === "windows-1252" ? weighLatin : weighAsian(encoding);
  let sum = 0;
  let count = 0;
  for (const match of text.matchAll(/[^\0-\x7f]/gu)) {
    // What is read as one byte each must not count for twice as much as what is read as pairs.
    const width = encoding === "windows-1252" || isHalfWidth(match[0]) ? 1 : 2;
    sum += width * weigh(match[0], text, match.index);
    count += width;
  }
  return count === 0 ? -1 : sum / count;
}

const isHalfWidth = (char: string): boolean => /[\uff61-\uff9f\ufffd]/.test(char);

function weighLatin(char: string, text: string, at: number): number {
  if (/[\u2018-\u201e\u2013\u2014\u2026\u20ac\u00a3\u00b0\u00a0\u00ab\u00bb]/.test(char)) return 0.6;
  if (!/[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0152\u0153\u0160\u0161\u017d\u017e\u0178]/.test(char)) return -0.6;
  // In European words such letters stand alone among ASCII ones, hardly ever in a row.
  const before = text[at - 1] ?? " ";
  const after = text[at + 1] ?? " ";
  const hasNeighbour = /[a-z]/i.test(before) || /[a-z]/i.test(after);
  return hasNeighbour && !(before > "\x7f" && after > "\x7f") ? 0.9 : -0.8;
}

const weighAsian = (encoding: "gb18030" | "big5" | "shift_jis") => {
  const usual = usualCharacters(encoding);
  return (char: string): number => {
    if (char === "\ufffd" || /[\ue000-\uf8ff]/.test(char)) return -2;
    if (encoding === "shift_jis" && /[\u3041-\u30fc]/.test(char)) return 1;
    if (isHalfWidth(char)) return -0.5;
    if (/[\u3001-\u301f\uff01-\uff5e\u2014-\u2026]/.test(char)) return 0.8;
    return usual.has(char) ? 0.75 : -0.6;
  };
};

// The standards list the characters of daily use first ("level 1"): as lead bytes from, to, and trail bytes.
const LEVEL_1 = {
  gb18030: { leads: [0xb0, 0xd7], trails: [[0xa1, 0xfe]] },
  big5: {
    leads: [0xa4, 0xc6],
    trails: [
      [0x40, 0x7e],
      [0xa1, 0xfe],
    ],
  },
  shift_jis: {
    leads: [0x88, 0x98],
    trails: [
      [0x40, 0x7e],
      [0x80, 0xfc],
    ],
  },
} as const;

const known = new Map<string, Set<string>>();

function usualCharacters(encoding: keyof typeof LEVEL_1): Set<string> {
  const found = known.get(encoding);
  if (found) return found;
  const { leads, trails } = LEVEL_1[encoding];
  const bytes: number[] = [];
  for (let lead = leads[0]; lead <= leads[1]; lead += 1) {
    for (const [from, to] of trails) for (let trail = from; trail <= to; trail += 1) bytes.push(lead, trail);
  }
  const usual = new Set(decode(new Uint8Array(bytes), encoding));
  known.set(encoding, usual);
  return usual;
}
