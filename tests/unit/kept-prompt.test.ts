import { expect, test } from "vitest";
import { keptPrompt, MOST_BYTES } from "@/lib/events/answer-calls";
import { tokensIn } from "@/lib/responders/calls";

const asIs = (text: string) => text;
const bytesOf = (texts: { text: string }[]) => texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);

test("a prompt is kept as it was sent, an image as its size", () => {
  const image = { type: "image" as const, image: new Uint8Array(2049), mediaType: "image/png" };
  const messages = [
    { role: "user" as const, content: "one" },
    { role: "assistant" as const, content: "1" },
    { role: "user" as const, content: [image, { type: "text" as const, text: "what is it?" }] },
  ];
  expect(keptPrompt({ system: "Be brief.", messages }, asIs)).toEqual({
    messages: [
      { role: "system", text: "Be brief." },
      { role: "user", text: "one" },
      { role: "assistant", text: "1" },
      { role: "user", text: "[image, 3 KB]\n\nwhat is it?" },
    ],
  });
});

test("of a long prompt the newest messages are kept, and no half character", () => {
  const messages = Array.from({ length: 30 }, (_, index) => ({
    role: index % 2 ? ("assistant" as const) : ("user" as const),
    content: `${index} ${"长".repeat(2_000)}`,
  }));
  const kept = keptPrompt({ system: "長".repeat(20_000), messages }, asIs);
  expect(bytesOf(kept.messages)).toBeLessThanOrEqual(MOST_BYTES);
  expect(kept.messages[0]).toMatchObject({ role: "system", isCut: true });
  expect(kept.messages.at(-1)?.text).toBe(messages.at(-1)?.content);
  expect((kept.omitted ?? 0) + kept.messages.length - 1).toBe(30);
  expect(kept.messages.map(({ text }) => text).join("")).not.toContain("\ufffd");
});

test("a question that is longer than all that is kept is kept to its beginning, and a secret is struck out before the cut", () => {
  const question = `${"x".repeat(MOST_BYTES - 3)}secret-of-somebody`;
  const messages = [
    { role: "user" as const, content: "before" },
    { role: "user" as const, content: question },
  ];
  const kept = keptPrompt({ messages }, (text) => text.replaceAll("secret-of-somebody", "[hidden]"));
  expect(kept).toEqual({
    messages: [{ role: "user", text: `${"x".repeat(MOST_BYTES - 3)}[hi`, isCut: true }],
    omitted: 1,
  });
});

test.each([
  [
    { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
    { inputTokens: 5, outputTokens: 2 },
  ],
  [
    { input_tokens: 5, output_tokens: 2 },
    { inputTokens: 5, outputTokens: 2 },
  ],
  [
    { token_count: 7, output_count: 2, input_count: 5 },
    { inputTokens: 5, outputTokens: 2 },
  ],
  [{ inputTokens: 5, outputTokens: "2" }, { inputTokens: 5 }],
  [{ inputTokens: -1, outputTokens: 1e300 }, {}],
  [null, {}],
  ["5", {}],
])("tokens are read from %j", (usage, tokens) => expect(tokensIn(usage)).toEqual(tokens));
