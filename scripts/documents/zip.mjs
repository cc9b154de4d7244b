// Unpacks a ZIP archive within a bound, whatever its headers promise, and packs one again without compression.
import { crc32, inflateRawSync } from "node:zlib";
import { Unreadable } from "./unreadable.mjs";

const MOST_ENTRIES = 5_000;
const MOST_BYTES = 96 * 1024 * 1024;
const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;

/** The entries whose name `wants` accepts, by name. Throws `Unreadable` for what is broken, encrypted or too large. */
export function unpack(bytes, wants) {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = new Map();
  let left = MOST_BYTES;
  for (const entry of listed(zip)) {
    if (!wants(entry.name) || entries.has(entry.name)) continue;
    const content = contentOf(zip, entry, left);
    left -= content.length;
    entries.set(entry.name, content);
  }
  return entries;
}

export const namesIn = (bytes) =>
  listed(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).map(({ name }) => name);

function listed(zip) {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end + 22 > zip.length || zip.readUInt32LE(end) !== END) throw new Unreadable("broken");
  const count = zip.readUInt16LE(end + 10);
  if (count > MOST_ENTRIES) throw new Unreadable("tooHeavy");
  const entries = [];
  let at = zip.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== CENTRAL) throw new Unreadable("broken");
    const nameLength = zip.readUInt16LE(at + 28);
    entries.push({
      name: zip.toString("utf8", at + 46, at + 46 + nameLength),
      isEncrypted: (zip.readUInt16LE(at + 8) & 1) === 1,
      method: zip.readUInt16LE(at + 10),
      size: zip.readUInt32LE(at + 20),
      start: zip.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

function contentOf(zip, { isEncrypted, method, size, start }, left) {
  if (isEncrypted) throw new Unreadable("encrypted");
  if (start + 30 > zip.length || zip.readUInt32LE(start) !== LOCAL) throw new Unreadable("broken");
  const begin = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28);
  const packed = zip.subarray(begin, begin + size);
  if (packed.length !== size) throw new Unreadable("broken");
  if (method === STORED) {
    if (size > left) throw new Unreadable("tooHeavy");
    return packed;
  }
  if (method !== DEFLATED) throw new Unreadable("broken");
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, left) });
  } catch (error) {
    throw new Unreadable(error?.code === "ERR_BUFFER_TOO_LARGE" ? "tooHeavy" : "broken");
  }
}

/** So that a parser that unpacks for itself meets no more than was found here. */
export function pack(entries) {
  const parts = [];
  const directory = [];
  let at = 0;
  for (const [name, content] of entries) {
    const nameBytes = Buffer.from(name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(0x0800, 2); // names in UTF-8
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(content.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(nameBytes.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    parts.push(signature(LOCAL), fields, nameBytes, content);
    directory.push(signature(CENTRAL), Buffer.from([20, 0]), fields, place, nameBytes);
    at += 4 + fields.length + nameBytes.length + content.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.size, 4);
  end.writeUInt16LE(entries.size, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, central, signature(END), end]);
}

function signature(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
