// Keeps the dependency rule of lib/README.md by reading import lines.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "..");

/** Who may import whom, inside lib: each part and the parts to its right. */
const base = [
  ...["env", "errors", "json", "elapsed", "logger", "platform", "viewer", "text", "sealing", "master-key", "version"],
  ...["address-ranges", "address-trouble", "async", "csv", "giving-way", "guarded-lookup", "kept-secret", "local-time"],
  ...["mail-address", "message-time"],
];
const rules: Record<string, string[]> = {
  runtime: [
    "alerts",
    "auth",
    "bots",
    "closing",
    "connections",
    "db",
    "doctor",
    "events",
    "feishu",
    "registrations",
    "responders",
    "sandbox",
    ...base,
  ],
  closing: base,
  metrics: ["bots", "connections", "db", ...base],
  readiness: ["db", ...base],
  outward: ["alerts", "bots", "db", ...base],
  registrations: ["bots", "db", "feishu", ...base],
  overview: ["bots", "connections", "db", "events", ...base],
  alerts: ["bots", "db", "outside-address", "responders", "settings", ...base],
  settings: ["db", ...base],
  search: ["bots", "db", "events", ...base],
  doctor: ["bots", "connections", "db", "events", "feishu", ...base],
  auth: ["bots", "db", ...base],
  connections: ["bots", "db", "feishu", ...base],
  documents: base,
  events: ["bots", "db", "documents", "feishu", "responders", "settings", ...base],
  responders: ["bots", "db", "documents", "feishu", "models", "outside-address", ...base],
  models: ["db", "feishu", "outside-address", ...base],
  "outside-address": ["feishu", ...base],
  bots: ["db", ...base],
  feishu: ["bots", "db", ...base],
  sandbox: ["db", ...base],
  db: base,
};

type Import = { from: string; specifier: string; typeOnly: boolean };

function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx)$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}

const IMPORT_LINE =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\s+from\s+)?["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g;

function importsOf(file: string): Import[] {
  const source = readFileSync(path.join(root, file), "utf8");
  return [...source.matchAll(IMPORT_LINE)].map((match) => ({
    from: file,
    specifier: resolveSpecifier(file, (match[2] ?? match[3]) as string),
    typeOnly: match[1] !== undefined,
  }));
}

const resolveSpecifier = (file: string, specifier: string): string =>
  specifier.startsWith(".") ? `@/${path.join(path.dirname(file), specifier)}` : specifier;

/** `lib/db/schema.ts` → `db`, `lib/env.ts` → `env`. */
const partOf = (file: string): string => (file.split("/")[1] ?? "").replace(/\.ts$/, "");

const libFiles = sourceFiles("lib");
const appFiles = new Set(sourceFiles("app"));
const libImports = libFiles.flatMap(importsOf);
const allImports = [...libImports, ...sourceFiles("app").flatMap(importsOf), ...importsOf("instrumentation.ts")];

const read = (file: string): string => readFileSync(path.join(root, file), "utf8");
const isForBrowsers = (file: string): boolean => /^"use client"/.test(read(file));
const fileOf = (specifier: string): string | undefined =>
  [".tsx", ".ts"].map((end) => `${specifier.slice(2)}${end}`).find((file) => appFiles.has(file));

/** What the server runs: pages, layouts and routes, and all that they import, up to what only browsers run. */
function serverFiles(): string[] {
  const found = [...appFiles].filter((file) => /\/(page|layout|not-found|route)\.tsx?$/.test(`/${file}`));
  const seen = new Set(found.filter((file) => !isForBrowsers(file)));
  for (const file of seen) {
    for (const { specifier, typeOnly } of importsOf(file)) {
      const target = typeOnly ? undefined : fileOf(specifier);
      if (target && !isForBrowsers(target)) seen.add(target);
    }
  }
  return [...seen];
}

/** The names of values that a file imports from files of browsers. */
function takenFromBrowsers(file: string): string[] {
  return [...read(file).matchAll(/import \{([^}]*)\} from "(@\/app\/[^"]+)"/g)].flatMap(
    ([, names = "", specifier = ""]) => {
      const target = fileOf(specifier);
      if (!target || !isForBrowsers(target)) return [];
      const values = names.split(",").map((name) => name.trim());
      return values.filter((name) => name !== "" && !name.startsWith("type "));
    },
  );
}

const show = (list: Import[]) => list.map(({ from, specifier }) => `${from} → ${specifier}`);

describe("the dependency rule", () => {
  test("finds the imports it judges", () => {
    expect(libImports.length).toBeGreaterThan(50);
    expect(show(libImports)).toContain("lib/runtime.ts → @/lib/connections/manager");
  });

  test("every part of lib has its place in the rule", () => {
    const parts = new Set(libFiles.map(partOf));
    expect([...parts].filter((part) => !rules[part] && !base.includes(part))).toEqual([]);
  });

  test("arrows inside lib only go right", () => {
    const wrong = libImports.filter(({ from, specifier, typeOnly }) => {
      if (!specifier.startsWith("@/lib/")) return false;
      const [part, target] = [partOf(from), partOf(specifier.slice(2))];
      if (part === target) return false;
      // auth answers requests over the running parts: it may name their type, never build them.
      if (part === "auth" && target === "runtime") return !typeOnly;
      return !(rules[part] ?? base).includes(target);
    });
    expect(show(wrong)).toEqual([]);
  });

  test("lib knows neither app nor React nor Next", () => {
    const wrong = libImports.filter(({ from, specifier }) => {
      if (specifier.startsWith("@/app")) return true;
      return /^(react|react-dom|next|next-auth|next-intl)(\/|$)/.test(specifier) && !from.startsWith("lib/auth/");
    });
    expect(show(wrong)).toEqual([]);
  });

  test("only lib/feishu imports the Feishu SDK", () => {
    const wrong = allImports.filter(
      ({ from, specifier }) => specifier.startsWith("@larksuiteoapi/") && !from.startsWith("lib/feishu/"),
    );
    expect(show(wrong)).toEqual([]);
  });

  test("only lib/db imports database drivers", () => {
    const drivers = /^(postgres|@electric-sql\/pglite|drizzle-orm\/(pglite|postgres-js))(\/|$)/;
    const wrong = allImports.filter(({ from, specifier }) => drivers.test(specifier) && !from.startsWith("lib/db/"));
    expect(show(wrong)).toEqual([]);
  });

  test("app writes no SQL", () => {
    const wrong = allImports.filter(
      ({ from, specifier }) =>
        from.startsWith("app/") &&
        (specifier.startsWith("drizzle-orm") || /^@\/lib\/db\/(schema|alert-tables)$/.test(specifier)),
    );
    expect(show(wrong)).toEqual([]);
  });

  // On the server a value of such a file is a reference, not the value: it fails when it is used, and only once it is built.
  test("the server takes nothing but components from files of browsers", () => {
    const files = serverFiles();
    expect(files).toContain("app/_components/docs/written.ts");
    expect(files.flatMap(takenFromBrowsers)).toContain("Reference");
    const wrong = files.flatMap((file) => {
      const values = takenFromBrowsers(file).filter((name) => !/^[A-Z][a-z]\w*$/.test(name));
      return values.map((name) => `${file} → ${name}`);
    });
    expect(wrong).toEqual([]);
  });

  test("nobody in lib but runtime imports the sandbox", () => {
    const wrong = libImports.filter(
      ({ from, specifier }) =>
        specifier.startsWith("@/lib/sandbox") && partOf(from) !== "sandbox" && partOf(from) !== "runtime",
    );
    expect(show(wrong)).toEqual([]);
  });

  test("only runtime touches globalThis state", () => {
    const wrong = libFiles.filter(
      (file) =>
        file !== "lib/runtime.ts" && /Symbol\.for\("larkspur"\)/.test(readFileSync(path.join(root, file), "utf8")),
    );
    expect(wrong).toEqual([]);
  });

  test("every file of lib begins with a sentence on what it is responsible for", () => {
    const wrong = libFiles.filter((file) => !/^\/\/ \S.*\.\n/.test(readFileSync(path.join(root, file), "utf8")));
    expect(wrong).toEqual([]);
  });

  test("no file grows beyond 400 lines", () => {
    const files = [...libFiles, ...sourceFiles("app"), ...sourceFiles("tests")];
    const lines = (file: string) => readFileSync(path.join(root, file), "utf8").split("\n").length;
    expect(files.filter((file) => lines(file) > 400)).toEqual([]);
  });
});
