import { describe, expect, test } from "vitest";
import { splitText } from "@/lib/feishu/sender";

const bodySize = (text: string) => Buffer.byteLength(JSON.stringify({ content: JSON.stringify({ text }) }));

describe("splitting a long text", () => {
  test.each(["", "short", "line\nline", "x".repeat(140_000)])("leaves what fits in one piece", (text) => {
    expect(splitText(text)).toEqual([text]);
  });

  test.each([
    ["ASCII", "a".repeat(400_000)],
    ["Chinese", "你好".repeat(100_000)],
    ["what JSON escapes twice", '"\\\n'.repeat(60_000)],
    ["emoji", "👋".repeat(80_000)],
  ])("cuts %s into parts that Feishu takes, and loses nothing", (_name, text) => {
    const parts = splitText(text);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.join("")).toBe(text);
    for (const part of parts) {
      expect(bodySize(part)).toBeLessThanOrEqual(150 * 1024);
      expect(part).not.toMatch(/^[\udc00-\udfff]/);
    }
  });

  test("cuts at the end of a line where there is one", () => {
    expect(splitText("first line\nsecond line\n", 20)).toEqual(["first line\n", "second line\n"]);
  });
});
