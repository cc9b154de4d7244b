import { hkdfSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createSealer, deriveKey } from "@/lib/sealing";

describe("sealing", () => {
  const sealer = createSealer("a master key of some length");

  test("opens what it sealed", () => {
    const sealed = sealer.seal("机密 secret", "bots/1/app-secret");
    expect(sealed).not.toContain("secret");
    expect(sealer.unseal(sealed, "bots/1/app-secret")).toBe("机密 secret");
  });

  test("seals the same text differently each time", () => {
    expect(sealer.seal("same", "place")).not.toBe(sealer.seal("same", "place"));
  });

  test("does not open a value that was moved to another row", () => {
    const sealed = sealer.seal("secret", "bots/1/app-secret");
    expect(() => sealer.unseal(sealed, "bots/2/app-secret")).toThrow(/cannot be decrypted/);
  });

  test("does not open with another master key", () => {
    const sealed = sealer.seal("secret", "place");
    expect(() => createSealer("another master key, as long").unseal(sealed, "place")).toThrow(/cannot be decrypted/);
  });

  test.each([0, 20, 40])("does not open when the character at %i is changed", (index) => {
    const [version, body = ""] = sealer.seal("a secret of some length", "place").split(".");
    const changed = body.slice(0, index) + (body[index] === "A" ? "B" : "A") + body.slice(index + 1);
    expect(() => sealer.unseal(`${version}.${changed}`, "place")).toThrow(/cannot be decrypted/);
  });

  test("under a short key is slow to guess, and opens what was sealed before", () => {
    const short = "sixteen letters.";
    const place = "bots/1/app-secret";
    const before = "v1.hU6z5sQ5-o-SA0v7d0jII-tH6tEAK6nUZD3NA_NFeOgfqKfh6xUFSlo";
    expect(createSealer(short).unseal(before, place)).toBe("sealed before");
    expect(createSealer(short).seal("now", place)).toMatch(/^v2\./);
    expect(createSealer("a".repeat(32)).seal("now", place)).toMatch(/^v1\./);
    const quick = Buffer.from(hkdfSync("sha256", short, "larkspur", "sessions", 32));
    expect(deriveKey(short, "sessions").equals(quick)).toBe(false);
  });

  test("derives a different key for each purpose", () => {
    expect(deriveKey("master", "sessions").equals(deriveKey("master", "sealing"))).toBe(false);
  });
});
