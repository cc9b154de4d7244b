import { describe, expect, it } from "vitest";
import en from "@/lib/text/en.json";
import { LOCALES, translate } from "@/lib/text/translate";
import zhCN from "@/lib/text/zh-CN.json";

type Catalog = { [key: string]: string | Catalog };

function flat(catalog: Catalog, prefix = ""): Map<string, string> {
  return new Map(
    Object.entries(catalog).flatMap(([key, value]) =>
      typeof value === "string" ? [[`${prefix}${key}`, value] as const] : [...flat(value, `${prefix}${key}.`)],
    ),
  );
}

const english = flat(en);
const chinese = flat(zhCN);

/** The names of what is filled in, and of the tags; the branches of a plural or select are texts themselves. */
function slots(text: string): string[] {
  const names = new Set([...text.matchAll(/<(\w+)>/g)].map(([tag]) => tag));
  for (const inside of braced(text)) {
    const [, name = "", kind, branches = ""] = /^(\w+)(?:,\s*(\w+),?([\s\S]*))?$/.exec(inside) ?? [];
    names.add(name);
    if (kind === "plural" || kind === "select") {
      for (const name of braced(branches).flatMap(slots)) names.add(name);
    }
  }
  return [...names].sort();
}

/** What stands in the outermost braces. */
function braced(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "{" && depth++ === 0) start = at + 1;
    if (text[at] === "}" && --depth === 0) found.push(text.slice(start, at));
  }
  return found;
}

const selects = (text: string, name: string) => text.includes(`{${name}, select,`);

describe("the texts", () => {
  it("exist in both languages", () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("fill in the same in both languages", () => {
    const different = [...english].filter(([key, text]) => `${slots(text)}` !== `${slots(chinese.get(key) ?? "")}`);
    expect(different.map(([key]) => key)).toEqual([]);
  });

  it("are well formed", () => {
    const values = Object.fromEntries([...english.values()].flatMap(slots).map((name) => [name, 2]));
    const broken = LOCALES.flatMap((locale) =>
      [...english.keys()]
        .filter((key) => !slots(english.get(key) ?? "").some((slot) => slot.startsWith("<")))
        .filter((key) => translate(locale, key, values) === key)
        .map((key) => `${locale} ${key}`),
    );
    expect(broken).toEqual([]);
  });

  // A # inside the branch of a select stayed as it was: "More than # people may sign in."
  it("say each number, whatever branch is taken", () => {
    const silent = LOCALES.flatMap((locale) =>
      [...(locale === "en" ? english : chinese)].flatMap(([key, text]) => {
        const branches = [...text.matchAll(/(\w+) \{/g)].map(([, branch]) => branch ?? "");
        return ["other", ...branches].flatMap((branch) => {
          const values = Object.fromEntries(slots(text).map((name) => [name, selects(text, name) ? branch : 2]));
          return translate(locale, key, values).includes("#") && !/(^|\})[^{}]*#[^{}]*(\{|$)/.test(text)
            ? [`${locale} ${key}`]
            : [];
        });
      }),
    );
    expect(silent).toEqual([]);
  });

  // The same reason stands where nobody tries again: below a check, a trial, what was given up.
  it("promise no other try in a reason", () => {
    const promised = [...english, ...chinese].filter(
      ([key, text]) =>
        /^reasons\.(connection|model|http|feishu)\./.test(key) &&
        /keeps retrying|is retrying|is reconnecting|asks again|goes on trying|持续重试|继续尝试|再次请求|正在重新连接|正在重连/.test(
          text,
        ),
    );
    expect(promised).toEqual([]);
  });

  it("are Chinese where they are meant to be", () => {
    const kept = [...chinese].filter(([key, text]) => key.startsWith("ui.") && english.get(key) === text);
    // Names that Feishu itself does not translate, and what is no word at all.
    expect(kept.filter(([, text]) => !/^(Webhook|\W*\{\w+\}.*|\{.*)$/.test(text)).map(([key]) => key)).toEqual([]);
  });
});
