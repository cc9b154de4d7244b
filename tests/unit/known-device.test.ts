import { expect, test } from "vitest";
import { deviceCookie, knownDevice } from "@/lib/auth/known-device";

const own = { userId: "ann", secret: "a secret", isSecure: true };

const sending = (setCookie: string, change: (value: string) => string = (value) => value) => {
  const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(setCookie) ?? [];
  return { get: (wanted: string) => (wanted === name ? { value: change(value) } : undefined) };
};

test("a device is known to whom its cookie was given, and by no forged one", () => {
  const cookie = deviceCookie(own);
  expect(cookie).toMatch(/^__Host-larkspur\.device=[\w.-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/);
  const deviceId = knownDevice(sending(cookie), own);
  expect(deviceId).toMatch(/^[\w-]{36}$/);
  expect(knownDevice(sending(cookie), { ...own, userId: "bo" })).toBeUndefined();
  expect(knownDevice(sending(cookie), { ...own, secret: "another" })).toBeUndefined();
  expect(knownDevice(sending(cookie), { ...own, isSecure: false })).toBeUndefined();
  for (const forge of [
    (value: string) => `x${value}`,
    (value: string) => value.slice(0, -2),
    (value: string) => value.split(".")[0] ?? "",
    () => "",
    () => ".",
  ]) {
    expect(knownDevice(sending(cookie, forge), own)).toBeUndefined();
  }
});

test("without https its cookie has another name", () => {
  const cookie = deviceCookie({ ...own, isSecure: false });
  expect(cookie).toMatch(/^larkspur\.device=/);
  expect(cookie).not.toContain("Secure");
  expect(knownDevice(sending(cookie), { ...own, isSecure: false })).toBeDefined();
});
