import { expect, test } from "vitest";
import type { Frame } from "@/lib/models/answer-frames";
import { gathered } from "@/lib/models/gathered-frames";

const chunk = (delta: object, more: object = {}): Frame =>
  ({ kind: "chunk", chunk: { choices: [{ index: 0, delta, finish_reason: null }], ...more } }) as Frame;
const said = (content: string) => chunk({ content });
const thought = (words: string) => chunk({ reasoning_content: words });

async function* fed(frames: Frame[], error?: Error) {
  yield* frames;
  if (error) throw error;
}

async function all(frames: AsyncIterable<Frame>): Promise<Frame[]> {
  const got: Frame[] = [];
  for await (const frame of gathered(frames)) got.push(frame);
  return got;
}

test("words of one kind are joined, in their order with everything else; the first come at once", async () => {
  const usage = chunk({}, { usage: { prompt_tokens: 1, completion_tokens: 2 } });
  const frames = [
    thought("a"),
    thought("b"),
    thought("c"),
    said("d"),
    said("e"),
    usage,
    said("f"),
    { kind: "done" } as const,
  ];
  expect(await all(fed(frames))).toEqual([
    ...[thought("a"), thought("bc"), said("de"), usage, said("f")],
    { kind: "done" },
  ]);
});

test("what came before a failure is handed on, and the failure after it, however late it is taken", async () => {
  const frames = gathered(fed([said("a"), said("b"), said("c")], new Error("cut")));
  expect((await frames.next()).value).toEqual(said("a"));
  // Whoever takes the frames is busy meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const rest: Frame[] = [];
  await expect(
    (async () => {
      for await (const frame of frames) rest.push(frame);
    })(),
  ).rejects.toThrow("cut");
  const words = rest.map((frame) => (frame.kind === "chunk" ? frame.chunk.choices[0]?.delta.content : ""));
  expect(words.join("")).toBe("bc");
});
