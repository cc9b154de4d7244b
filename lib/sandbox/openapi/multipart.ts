// Takes a multipart/form-data body apart; bytes stay bytes, because the SDK sends buffers without a file name.

export interface FormPart {
  name: string;
  fileName: string | undefined;
  bytes: Buffer;
}

/** `undefined` when the body is no multipart body. */
export function parseMultipart(raw: Buffer, contentType: string): Map<string, FormPart> | undefined {
  const boundary = /^multipart\/form-data;.*boundary=(?:"([^"]+)"|([^;]+))/i.exec(contentType)?.slice(1).find(Boolean);
  if (boundary === undefined) return undefined;
  const parts = new Map<string, FormPart>();
  const delimiter = Buffer.from(`--${boundary}`);
  let start = raw.indexOf(delimiter);
  while (start >= 0) {
    const end = raw.indexOf(delimiter, start + delimiter.length);
    if (end < 0) break;
    // The line breaks around a part belong to the delimiters.
    const part = parsePart(raw.subarray(start + delimiter.length + 2, end - 2));
    if (part) parts.set(part.name, part);
    start = end;
  }
  return parts;
}

function parsePart(part: Buffer): FormPart | undefined {
  const headEnd = part.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const head = part.subarray(0, headEnd).toString();
  const name = /\bname="([^"]*)"/i.exec(head)?.[1];
  if (name === undefined) return undefined;
  return { name, fileName: /\bfilename="([^"]*)"/i.exec(head)?.[1], bytes: part.subarray(headEnd + 4) };
}
