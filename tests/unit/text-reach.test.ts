// Each page hands its client components the texts that they ask for: pages and layouts name them in <Texts of={[…]}>.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const APP = "app";
const read = (file: string) => readFileSync(file, "utf8");

function fileOf(specifier: string): string | undefined {
  if (!specifier.startsWith("@/app/")) return undefined;
  const base = specifier.slice(2);
  return [".tsx", ".ts"].map((ending) => base + ending).find((file) => existsSync(file));
}

const importsOf = (source: string): string[] =>
  [...source.matchAll(/(?:from|import\()\s*"([^"]+)"/g)].flatMap(([, specifier = ""]) => fileOf(specifier) ?? []);

/** All files that a page brings along. */
function reach(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const next of importsOf(read(file))) reach(next, seen);
  return seen;
}

/** Texts that are asked for where the browser renders: below `ui.`, by their first name. */
const asked = (file: string): string[] =>
  [...read(file).matchAll(/useTranslations\("ui\.(\w+)/g)].map(([, name = ""]) => name);

const given = (file: string): string[] =>
  [...read(file).matchAll(/<Texts of=\{\[([^\]]*)\]\}/g)].flatMap(([, list = ""]) =>
    [...list.matchAll(/"(\w+)"/g)].map(([, name = ""]) => name),
  );

function pagesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return pagesBelow(full);
    return /^(page|layout|error|not-found|loading)\.tsx$/.test(entry.name) ? [full] : [];
  });
}

/** What <Texts> gives in any case. */
const [, list = ""] = /EVERYWHERE[^=]*= \[([^\]]*)\]/.exec(read(`${APP}/_i18n/texts.tsx`)) ?? [];
const everywhere = [...list.matchAll(/"(\w+)"/g)].map(([, name = ""]) => name);

/** A page, and the layouts around it from the inside out. */
function around(page: string): string[] {
  const files = [page];
  for (let folder = path.dirname(page); folder.startsWith(APP); folder = path.dirname(folder)) {
    const layout = path.join(folder, "layout.tsx");
    if (existsSync(layout) && layout !== page) files.push(layout);
  }
  return files;
}

describe("the pages", () => {
  it.each(pagesBelow(APP))("%s has its texts", (page) => {
    const files = [...reach(page)];
    // A provider inside another one replaces its texts.
    const nearest = around(page).find((file) => given(file).length > 0) ?? page;
    const own = new Set([...everywhere, ...given(nearest)]);
    const missing = files.flatMap((file) =>
      asked(file)
        .filter((name) => !own.has(name))
        .map((name) => `${name} in ${file}`),
    );
    expect(missing).toEqual([]);
  });
});
