import { describe, expect, test } from "vitest";
import { isEncrypted, isSameOrigin, requireSameOrigin } from "@/lib/auth/same-origin";

const check = (headers: Record<string, string>, publicUrl?: string) => isSameOrigin(new Headers(headers), publicUrl);

describe("same origin", () => {
  const host = "bots.example.com:8080";

  test("holds for our own host, port included", () => {
    expect(check({ host, origin: "http://bots.example.com:8080" })).toBe(true);
    expect(check({ host: "BOTS.example.com:80", origin: "http://bots.example.com" })).toBe(true);
    expect(check({ host: "[::1]:3000", origin: "http://[::1]:3000" })).toBe(true);
  });

  test("does not hold without an origin, or for one that is none", () => {
    expect(check({ host })).toBe(false);
    expect(check({ host, origin: "" })).toBe(false);
    expect(check({ host, origin: "null" })).toBe(false);
    expect(check({ host, origin: host })).toBe(false);
  });

  test.each([
    "http://bots.example.com",
    "http://bots.example.com:8081",
    "http://evil.example.com:8080",
    "http://bots.example.com.evil.com:8080",
    "http://bots.example.com:8080@evil.com",
    "file://bots.example.com:8080",
  ])("does not hold for %s", (origin) => {
    expect(check({ host, origin })).toBe(false);
  });

  test("holds for the host that a proxy was asked for", () => {
    const headers = { host: "127.0.0.1:3000", "x-forwarded-host": "bots.example.com", "x-forwarded-proto": "https" };
    expect(check({ ...headers, origin: "https://bots.example.com" })).toBe(true);
    expect(check({ ...headers, origin: "https://evil.example.com" })).toBe(false);
  });

  test("holds for https where a proxy does not say so, and not for http where it does", () => {
    expect(check({ host, origin: "https://bots.example.com:8080", "x-forwarded-proto": "http" })).toBe(true);
    expect(check({ host, origin: "http://bots.example.com:8080", "x-forwarded-proto": "https" })).toBe(false);
  });

  test("holds for the public address whatever the host is", () => {
    const publicUrl = "https://bots.example.com/larkspur";
    expect(check({ host: "10.0.0.7:3000", origin: "https://bots.example.com" }, publicUrl)).toBe(true);
    expect(check({ host: "10.0.0.7:3000", origin: "http://bots.example.com" }, publicUrl)).toBe(false);
  });
});

test("who is refused behind a proxy that rewrites the host reads which setting mends it", () => {
  const headers = new Headers({ host: "10.0.0.7:3000", origin: "https://bots.example.com" });
  const refusal = expect.objectContaining({ code: "forbidden", textKey: "foreignHost" });
  expect(() => requireSameOrigin(headers, undefined)).toThrow(refusal);
  expect(() => requireSameOrigin(headers, undefined)).toThrow(/set LARKSPUR_URL=https:\/\/bots\.example\.com /);
  expect(() => requireSameOrigin(headers, "https://bots.example.com")).not.toThrow();
  const nobody = expect.objectContaining({ code: "forbidden", textKey: "foreignOrigin" });
  expect(() => requireSameOrigin(new Headers({ host: "x" }), undefined)).toThrow(nobody);
  expect(() => requireSameOrigin(new Headers({ host: "x", origin: "null" }), undefined)).toThrow(nobody);
});

test("the way is encrypted where the request says so, and where the public address does", () => {
  expect(isEncrypted("https://bots.example.com", undefined)).toBe(true);
  expect(isEncrypted("http://bots.example.com", "https://bots.example.com")).toBe(true);
  expect(isEncrypted("http://bots.example.com", "https://bots.example.com/larkspur")).toBe(true);
  expect(isEncrypted("http://bots.example.com", undefined)).toBe(false);
  expect(isEncrypted("http://bots.example.com", "http://bots.example.com")).toBe(false);
  expect(isEncrypted("http://localhost:3000", "https://bots.example.com")).toBe(false);
});
