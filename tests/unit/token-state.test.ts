import { expect, it } from "vitest";
import { expiryOf } from "@/app/_components/tokens/token-state";

const now = Date.parse("2026-03-01T12:00:00Z");

it.each([
  [null, "never"],
  ["2026-03-09T12:00:00Z", "valid"],
  ["2026-03-08T12:00:00Z", "soon"],
  ["2026-03-01T12:00:01Z", "soon"],
  ["2026-03-01T12:00:00Z", "expired"],
  ["2026-02-01T12:00:00Z", "expired"],
] as const)("a token that expires at %s is %s", (expiresAt, expiry) => {
  expect(expiryOf(expiresAt, now)).toBe(expiry);
});
