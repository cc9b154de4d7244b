// Every text is used somewhere. The sources are read: a key may be written whole, behind a namespace that the same file
// names, behind one of the prefixes that lib/errors.ts and its like put before a code, or as a pattern with `${…}`.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import en from "@/lib/text/en.json";

type Catalog = { [key: string]: string | Catalog };

const keysOf = (catalog: Catalog, prefix = ""): string[] =>
  Object.entries(catalog).flatMap(([key, value]) =>
    typeof value === "string" ? [prefix + key] : keysOf(value, `${prefix}${key}.`),
  );

const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return sources(full);
    return /\.(tsx?|mjs)$/.test(entry.name) ? [readFileSync(full, "utf8")] : [];
  });

const WRITTEN = /"([^"\n]*)"|`((?:[^`\\$]|\\.|\$\{(?:[^{}]|\{[^{}]*\})*\}|\$)*)`/g;
/** Also those inside a template. */
const PLAIN = /"(\w[^"\n]*)"/g;
const SLOT = /\$\{(?:[^{}]|\{[^{}]*\})*\}/;

/** A pattern says something by itself when a name and a dot begin it, or, behind a namespace, when a name is in it. */
const BEGUN = /^\w+\.[\w.]*\$\{/;
const NAMED = /^ui\.[\w.]+\.(?:\w[\w.]*\$\{.*|\$\{.*\}[\w.]*\w)$/;

const isKey = (text: string) => /^[\w.${}]+$/.test(text.replaceAll(new RegExp(SLOT, "g"), "$")) && /\w/.test(text);
const written = (source: string): string[] =>
  [...source.matchAll(WRITTEN), ...source.matchAll(PLAIN)]
    .map(([, plain, template]) => plain ?? template ?? "")
    .filter(isKey);

/** A slot stands for one or several names, or a part of one. */
const patternOf = (text: string): RegExp =>
  new RegExp(`^${text.split(new RegExp(SLOT, "g")).map(escaped).join("[\\w.-]+")}$`);
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** What lib puts before a code: `new AppError(…, "bot.disabled")` is told as errors.bot.disabled. */
const CODE_PREFIXES = ["errors.", "startup.", "reasons.", "problems.", "doctor."];

/** Where lib/errors.ts and its like put the prefix before any code. */
const PREFIX_ALONE = /^\w+\.\$\{[^{}]*\}$/;

describe("the texts", () => {
  it("are each used", () => {
    const files = ["app", "lib", "scripts"].flatMap(sources).map(written);
    const everywhere = new Set(files.flat());
    const namespaced = files.flatMap((texts) =>
      texts.filter((text) => text.startsWith("ui.")).flatMap((name) => texts.map((text) => `${name}.${text}`)),
    );
    const codes = [...everywhere]
      .filter((text) => /^\w/.test(text))
      .flatMap((text) => CODE_PREFIXES.map((prefix) => prefix + text));
    const exact = new Set([...everywhere, ...namespaced, ...codes]);
    const patterns = [
      ...[...everywhere, ...codes].filter((text) => BEGUN.test(text) && !PREFIX_ALONE.test(text)),
      ...namespaced.filter((text) => NAMED.test(text)),
    ].map(patternOf);
    /** `t(status)`: the namespace stands in one file, the word in the one that knows all of them. */
    const isWordOfNamespace = (key: string) => {
      const dot = key.lastIndexOf(".");
      return everywhere.has(key.slice(0, dot)) && everywhere.has(key.slice(dot + 1));
    };
    const isUsed = (key: string) =>
      exact.has(key) || isWordOfNamespace(key) || patterns.some((pattern) => pattern.test(key));
    expect(keysOf(en).filter((key) => !isUsed(key))).toEqual([]);
  });
});
