import { describe, expect, it } from "vitest";
import { ownPath } from "@/app/_session/own-path";

describe("the way back after signing in", () => {
  it("keeps a page of Larkspur's own", () => {
    expect(ownPath("/bots/1/messages?q=a#top")).toBe("/bots/1/messages?q=a#top");
  });

  it.each([
    "https://evil.example",
    "//evil.example/x",
    "/\\evil.example",
    "/\t/evil.example",
    "/.//evil.example",
    "/x/..//evil.example",
    "/%2e//evil.example",
    "//",
    "/\\",
    "javascript:alert(1)",
    "",
  ])("does not lead elsewhere: %j", (wanted) => {
    expect(ownPath(wanted)).toBe("/");
  });

  it("is the home page where none is named, or several are", () => {
    expect(ownPath(undefined)).toBe("/");
    expect(ownPath(["/a", "/b"])).toBe("/");
  });
});
