// Reads bytes as text: in UTF-8, in UTF-16 that says so, or in GB18030, which older Chinese programs write.

const DECODED_BYTES = 1024 * 1024; // of more, nobody reads the rest
const LONGEST_TAIL = 4; // bytes of a character that was cut in two

export type PlainText = { text: string; isCut: boolean };

/** Undefined for what is no text. */
export function readPlainText(bytes: Uint8Array): PlainText | undefined {
  const head = bytes.subarray(0, DECODED_BYTES);
  const isCut = head.byteLength < bytes.byteLength;
  const encodings = hasMark(bytes, 0xff, 0xfe)
    ? ["utf-16le"]
    : hasMark(bytes, 0xfe, 0xff)
      ? ["utf-16be"]
      : ["utf-8", "gb18030"];
  for (const encoding of encodings) {
    const text = decoded(head, encoding, isCut);
    if (text !== undefined && !isBinary(text)) return { text, isCut };
  }
  return undefined;
}

const hasMark = (bytes: Uint8Array, first: number, second: number) => bytes[0] === first && bytes[1] === second;

function decoded(bytes: Uint8Array, encoding: string, isCut: boolean): string | undefined {
  for (let tail = 0; tail < (isCut ? LONGEST_TAIL : 1); tail += 1) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(0, bytes.byteLength - tail));
    } catch {
      // Not in this encoding, or a character was cut in two.
    }
  }
  return undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells a program from a text.
const isBinary = (text: string): boolean => /[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text);
