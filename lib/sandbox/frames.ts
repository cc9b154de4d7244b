// Encodes and decodes the binary frames ("pbbp2", proto2) that travel on a long connection.
import protobuf from "protobufjs/minimal.js";

export const CONTROL = 0;
export const DATA = 1;

export interface FrameHeader {
  key: string;
  value: string;
}

export interface Frame {
  seqId: number;
  logId: number;
  service: number;
  method: number;
  headers: FrameHeader[];
  payloadEncoding?: string;
  payloadType?: string;
  payload?: Buffer;
  logIdNew?: string;
}

// Field numbers of the Frame and Header messages, shifted by their wire type (0 varint, 2 length-delimited).
const TAG = {
  seqId: (1 << 3) | 0,
  logId: (2 << 3) | 0,
  service: (3 << 3) | 0,
  method: (4 << 3) | 0,
  header: (5 << 3) | 2,
  payloadEncoding: (6 << 3) | 2,
  payloadType: (7 << 3) | 2,
  payload: (8 << 3) | 2,
  logIdNew: (9 << 3) | 2,
  headerKey: (1 << 3) | 2,
  headerValue: (2 << 3) | 2,
};

/** Writes the four required numbers even when they are 0: the SDK's decoder throws when one is missing. */
export function encodeFrame(frame: Frame): Buffer {
  const writer = protobuf.Writer.create();
  writer.uint32(TAG.seqId).uint64(frame.seqId);
  writer.uint32(TAG.logId).uint64(frame.logId);
  writer.uint32(TAG.service).int32(frame.service);
  writer.uint32(TAG.method).int32(frame.method);
  for (const { key, value } of frame.headers) {
    writer.uint32(TAG.header).fork();
    writer.uint32(TAG.headerKey).string(key).uint32(TAG.headerValue).string(value).ldelim();
  }
  if (frame.payloadEncoding !== undefined) writer.uint32(TAG.payloadEncoding).string(frame.payloadEncoding);
  if (frame.payloadType !== undefined) writer.uint32(TAG.payloadType).string(frame.payloadType);
  if (frame.payload !== undefined) writer.uint32(TAG.payload).bytes(frame.payload);
  if (frame.logIdNew !== undefined) writer.uint32(TAG.logIdNew).string(frame.logIdNew);
  return Buffer.from(writer.finish());
}

/** Throws when the bytes are no frame or a required field is missing. */
export function decodeFrame(bytes: Uint8Array): Frame {
  const reader = protobuf.Reader.create(bytes);
  const frame: Partial<Frame> & { headers: FrameHeader[] } = { headers: [] };
  while (reader.pos < reader.len) readField(reader, frame);
  const { seqId, logId, service, method } = frame;
  if (seqId === undefined) throw new Error("missing required 'SeqID'");
  if (logId === undefined) throw new Error("missing required 'LogID'");
  if (service === undefined) throw new Error("missing required 'service'");
  if (method === undefined) throw new Error("missing required 'method'");
  return { ...frame, seqId, logId, service, method };
}

function readField(reader: protobuf.Reader, frame: Partial<Frame> & { headers: FrameHeader[] }): void {
  const tag = reader.uint32();
  switch (tag) {
    case TAG.seqId:
      frame.seqId = Number(reader.uint64());
      return;
    case TAG.logId:
      frame.logId = Number(reader.uint64());
      return;
    case TAG.service:
      frame.service = reader.int32();
      return;
    case TAG.method:
      frame.method = reader.int32();
      return;
    case TAG.header:
      frame.headers.push(readHeader(reader));
      return;
    case TAG.payloadEncoding:
      frame.payloadEncoding = reader.string();
      return;
    case TAG.payloadType:
      frame.payloadType = reader.string();
      return;
    case TAG.payload:
      frame.payload = Buffer.from(reader.bytes());
      return;
    case TAG.logIdNew:
      frame.logIdNew = reader.string();
      return;
    default:
      reader.skipType(tag & 7);
  }
}

function readHeader(reader: protobuf.Reader): FrameHeader {
  const end = reader.uint32() + reader.pos;
  const header: Partial<FrameHeader> = {};
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === TAG.headerKey) header.key = reader.string();
    else if (tag === TAG.headerValue) header.value = reader.string();
    else reader.skipType(tag & 7);
  }
  if (header.key === undefined) throw new Error("missing required 'key'");
  if (header.value === undefined) throw new Error("missing required 'value'");
  return { key: header.key, value: header.value };
}

export function headerOf(frame: Frame, key: string): string | undefined {
  return frame.headers.find((header) => header.key === key)?.value;
}
