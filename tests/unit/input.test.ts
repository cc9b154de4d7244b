import { expect, test } from "vitest";
import { z } from "zod";
import { check, readBody } from "@/app/api/_http/input";
import { decodeCursor, timeCursor } from "@/lib/db/page";
import { AppError } from "@/lib/errors";
import { waitFor } from "@/tests/support/wait-for";

const anything = z.record(z.string(), z.unknown());

function fieldsOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error.fields;
    throw error;
  }
  return undefined;
}

const nested = (depth: number): unknown => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);

test("what the database cannot keep is refused with its place", () => {
  expect(fieldsOf(() => check(anything, { a: { b: ["fine", "x\0"] } }, "en"))).toMatchObject([{ path: "a.b.1" }]);
  expect(fieldsOf(() => check(anything, { a: { "\ud800": 1 } }, "en"))).toMatchObject([{ path: "a.\ud800" }]);
  expect(check(anything, { a: "👋" }, "en")).toEqual({ a: "👋" });
});

const person = z.strictObject({
  name: z.string().trim().min(1).max(5),
  email: z.email(),
  password: z.string().min(8),
  age: z.int().min(1).max(90),
});

test("what people get wrong in forms is said in words, in their language", () => {
  const wrong = { name: " ", email: "x", password: "short", age: 0 };
  const words = (locale: "en" | "zh-CN", value: object) =>
    (fieldsOf(() => check(person, value, locale)) as { message: string }[]).map(({ message }) => message);
  expect(words("en", wrong)).toEqual([
    "Required",
    "Enter a valid email address, such as name@example.com",
    "Must be at least 8 characters",
    "Must be at least 1",
  ]);
  expect(words("zh-CN", wrong)).toEqual([
    "必填",
    "请输入有效的邮箱地址，例如 name@example.com",
    "至少 8 个字符",
    "不能小于 1",
  ]);
  expect(words("en", { name: "too long", email: "a@b.example", password: "long enough", age: 91 })).toEqual([
    "Must be at most 5 characters",
    "Must be at most 90",
  ]);
  expect(words("en", { name: "Ann", email: "a@b.example", password: "long enough", age: 1.5 })).toEqual([
    "Must be a whole number",
  ]);
  expect(words("en", {})).toEqual(Array(4).fill("Required"));
});

test("what is nested without end is refused, however deep", () => {
  expect(check(anything, { a: nested(20) }, "en")).toEqual({ a: nested(20) });
  const [field] = fieldsOf(() => check(anything, { a: nested(200_000) }, "en")) as { path: string; message: string }[];
  expect(field?.path).toMatch(/^a\.0\.0/);
  expect(field?.message).toBe("Nested too deeply");
});

const cursorOf = (...key: unknown[]) => Buffer.from(JSON.stringify(key)).toString("base64url");

test("a cursor of a time that the database does not know, or an id that it cannot, is none", () => {
  expect(decodeCursor(cursorOf("2026-01-01T00:00:00.000Z", "id"), timeCursor)).toEqual([
    "2026-01-01T00:00:00.000Z",
    "id",
  ]);
  for (const key of [["0000-01-01T00:00:00Z", "id"], ["2026-01-01T00:00:00Z", "\0"], ["never", "id"], ["x"]]) {
    expect(fieldsOf(() => decodeCursor(cursorOf(...key), timeCursor))).toMatchObject([{ path: "cursor" }]);
  }
});

test("a body that turns out too large is refused at once, and its rest is still taken from the caller", async () => {
  let written = 0;
  let isGivenUp = false;
  const body = new ReadableStream({
    pull(controller) {
      written += 1;
      controller.enqueue(new Uint8Array(10));
      if (written === 20) controller.close();
    },
    cancel() {
      isGivenUp = true;
    },
  });
  const request = new Request("http://localhost/", { method: "POST", body, duplex: "half" } as RequestInit);
  await expect(readBody(request, 35)).rejects.toMatchObject({ code: "too_large" });
  expect(written).toBeLessThan(20);
  await waitFor(() => written === 20 || isGivenUp, "the end of the body");
  expect(isGivenUp).toBe(false);
});
