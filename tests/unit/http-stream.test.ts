import { expect, test } from "vitest";
import { KeptSecret } from "@/lib/kept-secret";
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

test("passes over what says nothing, and takes a choice that is already whole", async () => {
  const odd = ["null", "", '{"choices":null}', '{"type":"ping"}', '{"usage":{}}', '{"text":"Hel","error":null}'];
  const stream = odd.map((data) => `data: ${data}\n\n`).join("");
  const more = 'data: {"choices":[{"message":{"content":"lo"}}],"error":null}\n\ndata: {"choices":[null]}\n\n';
  expect((await read(`${stream}${more}`)).all).toBe("Hello");
  await expect(read('data: {"answer":"in a form of its own"}\n\n')).rejects.toMatchObject({
    reason: { code: "http.unreadable" },
  });
});

const pieces = (text: string, size: number) =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size));

async function* fed(parts: string[], onPart: () => void) {
  for (const part of parts) {
    onPart();
    yield part;
  }
}

test("a line without an end is given up after what may be skipped, and is not asked for again", async () => {
  let count = 0;
  const endless = `data: ${"x".repeat(4 * 1024 * 1024)}`;
  await expect(
    readStream(
      fed(pieces(endless, 100), () => (count += 1)),
      "a.example",
      undefined,
    ),
  ).rejects.toMatchObject({
    reason: { code: "http.endlessLine", params: { host: "a.example" } },
    retryable: false,
  });
  expect(count * 100).toBeLessThan(1.2 * 1024 * 1024);
});

test("what is too long to be read is skipped where it is not for us, and refused where it is", async () => {
  const long = `data: {"text":"${"x".repeat(100_000)}"}\n\n`;
  expect((await read(`event: log\n${long}data: {"text":"short"}\n\n`, 100)).all).toBe("short");
  await expect(read(long, 100)).rejects.toMatchObject({ reason: { code: "http.endlessLine" } });
});

test("each piece costs as much as the one before, and others have their turns meanwhile", async () => {
  const count = 200_000;
  let turns = 0;
  const counting = setInterval(() => (turns += 1), 0);
  const all = await readStream(
    fed(
      Array.from({ length: count }, () => 'data: {"text":"a"}\n\n'),
      () => {},
    ),
    "a.example",
    () => {},
  );
  clearInterval(counting);
  expect(all).toHaveLength(count);
  expect(turns).toBeGreaterThan(3);
});

test("a stream may begin with any number of empty lines", async () => {
  const empty = Array.from({ length: 100_000 }, () => "\n\n");
  const all = await readStream(
    fed([...empty, 'data: {"text":"late"}'], () => {}),
    "a.example",
    undefined,
  );
  expect(all).toBe("late");
});

test("what is kept secret is neither shown nor told, in whatever pieces it comes", async () => {
  const kept = new KeptSecret("app-0123456789");
  const stream = ["The key app-01", "2345", "6789 is wrong", ", app-0123"].map(
    (text) => `data: {"text":"${text}"}\n\n`,
  );
  const shown: string[] = [];
  const all = await readStream(
    fed(stream, () => {}),
    "a.example",
    (text) => shown.push(text),
    { kept },
  );
  expect(all).toBe("The key [hidden] is wrong, app-0123");
  for (const text of shown) expect(text).not.toContain("app-01");
});
