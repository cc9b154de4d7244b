import { describe, expect, test } from "vitest";
import { hashPassword, verifyPassword } from "@/lib/auth/passwords";
import { cheapHash } from "@/tests/support/auth";

describe("passwords", () => {
  test("are kept as a salted hash that says how it was made", async () => {
    const [first, second] = await Promise.all([hashPassword("correct horse"), hashPassword("correct horse")]);
    expect(first).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(second).not.toBe(first);
    expect(first).not.toContain("correct");
  });

  test("fit their own hash only", async () => {
    const hash = await hashPassword("correct horse");
    expect(await verifyPassword(hash, "correct horse")).toBe(true);
    expect(await verifyPassword(hash, "correct horse ")).toBe(false);
    expect(await verifyPassword(hash, "")).toBe(false);
  });

  test("fit a hash that was made with other costs", async () => {
    const hash = cheapHash("old password");
    expect(await verifyPassword(hash, "old password")).toBe(true);
    expect(await verifyPassword(hash, "new password")).toBe(false);
  });

  test("fit nothing where nobody is or the hash is none", async () => {
    for (const hash of [undefined, "", "none", "$scrypt$ln=15,r=8,p=3$$"]) {
      expect(await verifyPassword(hash, "")).toBe(false);
    }
  });

  test("are one password however the keyboard composes a letter", async () => {
    expect(await verifyPassword(await hashPassword("caf\u00e9-12345"), "cafe\u0301-12345")).toBe(true);
  });

  test("are checked a few at a time, and a flood of them is turned away", async () => {
    const hash = cheapHash("x");
    const results = await Promise.allSettled(Array.from({ length: 210 }, () => verifyPassword(hash, "x")));
    const refused = results.filter((result) => result.status === "rejected");
    // Two are being checked and two hundred wait for their turn.
    expect(refused).toHaveLength(8);
    expect(refused[0]).toMatchObject({ reason: { code: "rate_limited", retryAfterSeconds: 5 } });
    expect(await verifyPassword(hash, "x")).toBe(true);
  });
});
