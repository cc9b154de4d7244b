import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("../../app/globals.css", import.meta.url), "utf8");

const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name = "", light = "", dark = ""]) => [name, { light, dark }],
  ),
);

type Theme = "light" | "dark";

function colour(name: string, theme: Theme): string {
  const token = tokens.get(name);
  if (!token) throw new Error(`no token --${name}`);
  return token[theme];
}

// Relative luminance and contrast as WCAG 2.2 defines them.
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const TEXT = ["ink", "ink-2", "ink-3", "accent-ink", "ok", "busy", "warn", "bad", "hook", "off"];
const GROUNDS = ["bg", "sunk", "raised"];
const PAIRS = [
  ...TEXT.flatMap((text) => GROUNDS.map((ground) => [text, ground])),
  ...["ink", "ink-2"].flatMap((text) =>
    ["hover", "bad-soft", "warn-soft", "ok-soft", "accent-soft"].map((ground) => [text, ground]),
  ),
  ["ink-3", "accent-soft"],
  ["accent-ink", "accent-soft"],
  ["on-accent", "accent-fill"],
  ["bad", "bad-soft"],
  ["ok", "ok-soft"],
] as [string, string][];

describe.each<Theme>(["light", "dark"])("the colours of the %s theme", (theme) => {
  it.each(PAIRS)("--%s is readable on --%s (AA, 4.5 to 1)", (text, ground) => {
    expect(contrast(colour(text, theme), colour(ground, theme))).toBeGreaterThanOrEqual(4.5);
  });
});
