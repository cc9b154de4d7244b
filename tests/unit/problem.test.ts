import { DrizzleQueryError } from "drizzle-orm/errors";
import { describe, expect, test } from "vitest";
import { problemResponse } from "@/app/api/_http/problem";

const failing = (cause: Error) => new DrizzleQueryError("select 1", [], cause);
// One process holds Drizzle's class several times over: what the runtime throws is no instance of the handlers' one.
const fromOtherBundle = (cause: Error) =>
  Object.assign(new Error("Failed query", { cause }), { query: "", params: [] });
const withCode = (code: string) => Object.assign(new Error("words"), { code });

describe("what a caller is told of a fault", () => {
  test.each([
    "ECONNREFUSED",
    "CONNECTION_CLOSED",
    "CONNECTION_SILENT",
    "CONNECT_TIMEOUT",
    "57P01",
    "57P03",
    "08006",
    "53300",
  ])("the database is away (%s): unavailable", async (code) => {
    for (const error of [failing(withCode(code)), fromOtherBundle(withCode(code)), withCode(code)]) {
      const answer = problemResponse(error, "en", undefined);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ status: 503, code: "unavailable" });
    }
  });

  test.each([
    ["57014", "too long"],
    ["CONNECTION_BUSY", "busy"],
  ])("the database is there and does not get to it (%s): unavailable, in words of its own", async (code, words) => {
    const answer = problemResponse(failing(withCode(code)), "en", undefined);
    expect(answer.status).toBe(503);
    expect((await answer.json()).detail).toContain(words);
  });

  test.each(["23505", "42P01", "22021"])("the database refuses a statement (%s): an error of ours", async (code) => {
    const answer = problemResponse(failing(withCode(code)), "en", undefined);
    expect(answer.status).toBe(500);
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ code: "internal", requestId: expect.any(String) });
    expect(text).not.toContain("words");
  });
});
