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

/** The names of what is filled in, and of the tags. */
const slots = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)(?=[,}])|<(\w+)>/g)].map((match) => match[1] ?? `<${match[2]}>`))].sort();

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

  it("are Chinese where they are meant to be", () => {
    const kept = [...chinese].filter(([key, text]) => key.startsWith("ui.") && english.get(key) === text);
    // Names that Feishu itself does not translate, and what is no word at all.
    expect(kept.filter(([, text]) => !/^(Webhook|\W*\{\w+\}.*|\{.*)$/.test(text)).map(([key]) => key)).toEqual([]);
  });
});
