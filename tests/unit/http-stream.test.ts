import { expect, test } from "vitest";
import { readStream } from "@/lib/responders/http-stream";

async function* inPieces(text: string, size: number) {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

const read = (text: string, size = 7) => {
  const shown: string[] = [];
  return readStream(inPieces(text, size), "a.example", (soFar) => shown.push(soFar)).then((all) => ({ all, shown }));
};

test.each([1, 2, 3, 1000])("reads every kind of line's end, in pieces of %i", async (size) => {
  const stream =
    ': a comment\r\ndata: {"text":"Hel"}\r\n\r\ndata:{"text":\ndata: "lo"}\n\nevent: usage\rdata: anything\r\rdata: [DONE]\n\ndata: {"text":"no more"}\n\n';
  expect(await read(stream, size)).toEqual({ all: "Hello", shown: ["Hel", "Hello"] });
});

test("takes a stream that just ends, its last event without an empty line", async () => {
  expect((await read('data: {"text":"Hello"}')).all).toBe("Hello");
});

test("tells what a stream says went wrong", async () => {
  const problem = { code: "http.streamError", params: { host: "a.example", problem: "no quota" } };
  await expect(read('event: error\ndata: {"message":"no quota"}\n\n')).rejects.toMatchObject({ reason: problem });
  await expect(read('data: {"error":{"message":"no quota"}}\n\n')).rejects.toMatchObject({ reason: problem });
});
