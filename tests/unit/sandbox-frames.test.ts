import { describe, expect, it } from "vitest";
import { CONTROL, DATA, decodeFrame, encodeFrame, type Frame, headerOf } from "@/lib/sandbox/frames";

// Frames as the SDK's own encoder writes them.
const SERVICE = 33554678;
const eventHeaders = [
  { key: "type", value: "event" },
  { key: "message_id", value: "m1" },
  { key: "sum", value: "1" },
  { key: "seq", value: "0" },
  { key: "trace_id", value: "t1" },
];
const config = '{"ReconnectCount":-1,"ReconnectInterval":120,"ReconnectNonce":30,"PingInterval":120}';

const samples: Record<string, { hex: string; frame: Frame }> = {
  ping: {
    hex: "0800100018f681801020002a0c0a0474797065120470696e67",
    frame: { seqId: 0, logId: 0, service: SERVICE, method: CONTROL, headers: [{ key: "type", value: "ping" }] },
  },
  pong: {
    hex: "0800100018f681801020002a0c0a04747970651204706f6e6742547b225265636f6e6e656374436f756e74223a2d312c225265636f6e6e656374496e74657276616c223a3132302c225265636f6e6e6563744e6f6e6365223a33302c2250696e67496e74657276616c223a3132307d",
    frame: {
      seqId: 0,
      logId: 0,
      service: SERVICE,
      method: CONTROL,
      headers: [{ key: "type", value: "pong" }],
      payload: Buffer.from(config),
    },
  },
  event: {
    hex: "0801100218f681801020012a0d0a047479706512056576656e742a100a0a6d6573736167655f696412026d312a080a0373756d1201312a080a037365711201302a0e0a0874726163655f69641202743142107b22736368656d61223a22322e30227d",
    frame: {
      seqId: 1,
      logId: 2,
      service: SERVICE,
      method: DATA,
      headers: eventHeaders,
      payload: Buffer.from('{"schema":"2.0"}'),
    },
  },
  acknowledgement: {
    hex: "0801100218f681801020012a0d0a047479706512056576656e742a100a0a6d6573736167655f696412026d312a080a0373756d1201312a080a037365711201302a0e0a0874726163655f6964120274312a0c0a0662697a5f727412022d35420c7b22636f6465223a3230307d",
    frame: {
      seqId: 1,
      logId: 2,
      service: SERVICE,
      method: DATA,
      headers: [...eventHeaders, { key: "biz_rt", value: "-5" }],
      payload: Buffer.from('{"code":200}'),
    },
  },
};

describe("frames", () => {
  it.each(Object.entries(samples))("writes a %s byte for byte as the SDK does", (_, { hex, frame }) => {
    expect(encodeFrame(frame).toString("hex")).toBe(hex);
  });

  it.each(Object.entries(samples))("reads a %s of the SDK", (_, { hex, frame }) => {
    expect(decodeFrame(Buffer.from(hex, "hex"))).toEqual(frame);
  });

  it("keeps the optional fields and skips unknown ones", () => {
    const frame: Frame = {
      seqId: 5,
      logId: 2 ** 40,
      service: 1,
      method: DATA,
      headers: [],
      payloadEncoding: "gzip",
      payloadType: "json",
      payload: Buffer.from([0, 255]),
      logIdNew: "new",
    };
    const unknown = Buffer.from("5203616263", "hex"); // field 10, a string
    expect(decodeFrame(Buffer.concat([encodeFrame(frame), unknown]))).toEqual(frame);
  });

  it("refuses a frame without a required field", () => {
    expect(() => decodeFrame(Buffer.from("0800100018f68180", "hex"))).toThrow();
    expect(() => decodeFrame(Buffer.from("080010001801", "hex"))).toThrow("missing required 'method'");
    expect(() => decodeFrame(Buffer.alloc(0))).toThrow("missing required 'SeqID'");
  });

  it("finds a header by its key", () => {
    const frame = decodeFrame(Buffer.from(samples.event?.hex ?? "", "hex"));
    expect(headerOf(frame, "message_id")).toBe("m1");
    expect(headerOf(frame, "biz_rt")).toBeUndefined();
  });
});
