// Unpacks what is in a ZIP archive bit by bit and within a bound, whatever its headers promise.
import { createInflateRaw } from "node:zlib";
import { Unreadable } from "./unreadable.mjs";

const MOST_ENTRIES = 5_000;
const MOST_BYTES = 64 * 1024 * 1024; // of all that is unpacked, together
const CHUNK_BYTES = 64 * 1024;
const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;

/** Throws `Unreadable` for what is no whole archive. */
export function openZip(bytes) {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = new Map();
  for (const entry of listed(zip)) if (!entries.has(entry.name)) entries.set(entry.name, entry);
  let left = MOST_BYTES;
  return {
    names: [...entries.keys()],
    has: (name) => entries.has(name),
    /** Nothing is unpacked beyond what is asked for. Throws `Unreadable` for what is broken, encrypted or too large. */
    async *chunks(name) {
      for await (const chunk of unpacked(zip, entries.get(name))) {
        left -= chunk.length;
        if (left < 0) throw new Unreadable("tooHeavy");
        yield chunk;
      }
    },
  };
}

async function* unpacked(zip, entry) {
  const packed = packedIn(zip, entry);
  if (entry.method === STORED) {
    for (let at = 0; at < packed.length; at += CHUNK_BYTES) yield packed.subarray(at, at + CHUNK_BYTES);
    return;
  }
  const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES });
  inflate.end(packed);
  try {
    yield* inflate;
  } catch {
    throw new Unreadable("broken");
  }
}

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

function packedIn(zip, { isEncrypted, method, size, start }) {
  if (isEncrypted) throw new Unreadable("encrypted");
  if (start + 30 > zip.length || zip.readUInt32LE(start) !== LOCAL) throw new Unreadable("broken");
  const begin = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28);
  const packed = zip.subarray(begin, begin + size);
  if (packed.length !== size || (method !== STORED && method !== DEFLATED)) throw new Unreadable("broken");
  return packed;
}
