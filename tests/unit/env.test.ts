import { describe, expect, test } from "vitest";
import { readEnvironment } from "@/lib/env";

const SECRET = "0123456789abcdef0123456789abcdef";

describe("DATABASE_URL", () => {
  test.each([
    "postgres://user@host/name",
    "postgresql://user:p%40ss@[::1]:5432/name?sslmode=require",
    "postgres://user:pass@first:5432,second:5432/name",
    "postgres://",
  ])("%s is an address", (url) => {
    expect(readEnvironment({ DATABASE_URL: url, LARKSPUR_SECRET: SECRET }).databaseUrl).toBe(url);
  });

  test.each([
    "mysql://user:hunter2@host/name",
    "postgres://user:hunter2@host:port/name",
    "postgres://user:hunter2/@host/name",
    "postgres://user:hunter2%zz@host/name",
  ])("%s is none, and its password is not repeated", (url) => {
    const read = () => readEnvironment({ DATABASE_URL: url, LARKSPUR_SECRET: SECRET });
    expect(read).toThrow(/^DATABASE_URL must .*\. Fix it and restart\.$/);
    expect(read).not.toThrow(/hunter2/);
  });
});
