// Reads bytes as text in the encoding that they are in; what is broken in them is replaced, and that is said.
import { decode, guessedEncoding, markedEncoding } from "@/lib/documents/encodings";

const DECODED_BYTES = 1024 * 1024; // of more, nobody reads the rest
const LONGEST_CHARACTER = 4;
const MOST_REPLACED_SHARE = 0.05;
const MOST_CONTROLS_SHARE = 0.01;

export type PlainText = {
  text: string;
  isCut: boolean;
  /** Some of its characters could not be read; "�" stands for them. */
  isDamaged: boolean;
};

/** Undefined for what is no text. */
export function readPlainText(bytes: Uint8Array): PlainText | undefined {
  const head = bytes.subarray(0, DECODED_BYTES);
  const isCut = head.byteLength < bytes.byteLength;
  const encoding = markedEncoding(bytes) ?? guessedEncoding(head);
  if (!encoding) return undefined;
  let text = decode(head, encoding);
  // Our own cut through a character is no damage of the file.
  if (isCut) text = text.slice(0, -LONGEST_CHARACTER) + text.slice(-LONGEST_CHARACTER).replace(/\ufffd+$/, "");
  const controls = text.match(CONTROLS)?.length ?? 0;
  const readable = text.replace(CONTROLS, "\ufffd").replace(/^\ufeff/, "");
  const replaced = readable.match(/\ufffd/g)?.length ?? 0;
  const isText =
    (controls === 0 || (controls <= 1 && text.length > 8) || controls <= text.length * MOST_CONTROLS_SHARE) &&
    (replaced <= 2 ? replaced < text.length / 2 : replaced <= text.length * MOST_REPLACED_SHARE);
  return isText ? { text: readable, isCut, isDamaged: replaced > 0 } : undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells a program from a text.
const CONTROLS = /[\x00-\x08\x0e-\x1a\x1c-\x1f]/g;
