// Tells what bytes are by how they begin, whatever their name says.

export type ImageType = "image/png" | "image/jpeg" | "image/gif" | "image/webp";
export type Sniffed =
  | { kind: "image"; mediaType: ImageType }
  | { kind: "pdf" | "zip" | "oldOffice" | "encryptedOffice" | "rtf" | "other" };

const startsWith = (bytes: Uint8Array, signature: string, at = 0): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.max(0, bytes.byteLength - at))
    .subarray(0, signature.length)
    .toString("latin1") === signature;

const IMAGES: [ImageType, (bytes: Uint8Array) => boolean][] = [
  ["image/png", (bytes) => startsWith(bytes, "\x89PNG\r\n\x1a\n")],
  ["image/jpeg", (bytes) => startsWith(bytes, "\xff\xd8\xff")],
  ["image/gif", (bytes) => startsWith(bytes, "GIF87a") || startsWith(bytes, "GIF89a")],
  ["image/webp", (bytes) => startsWith(bytes, "RIFF") && startsWith(bytes, "WEBP", 8)],
];

const PDF_HEAD_BYTES = 1024; // the header may stand anywhere in it

export function sniff(bytes: Uint8Array): Sniffed {
  const image = IMAGES.find(([, fits]) => fits(bytes));
  if (image) return { kind: "image", mediaType: image[0] };
  if (Buffer.from(bytes.subarray(0, PDF_HEAD_BYTES)).toString("latin1").includes("%PDF-")) return { kind: "pdf" };
  if (startsWith(bytes, "PK\x03\x04") || startsWith(bytes, "PK\x05\x06")) return { kind: "zip" };
  if (startsWith(bytes, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
    // A new document with a password lies inside a file of the old form.
    const isLocked = Buffer.from(bytes).includes(Buffer.from("EncryptedPackage", "utf16le"));
    return { kind: isLocked ? "encryptedOffice" : "oldOffice" };
  }
  return { kind: startsWith(bytes, "{\\rtf") ? "rtf" : "other" };
}
