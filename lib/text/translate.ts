// Everything that a person reads, in English and Simplified Chinese, and the one function that fills a sentence in.
import { createTranslator } from "use-intl/core";
import en from "./en.json";
import zhCN from "./zh-CN.json";

export const LOCALES = ["en", "zh-CN"] as const;
export type Locale = (typeof LOCALES)[number];
export type TextParams = Record<string, string | number>;

const catalogs: Record<Locale, typeof en> = { en, "zh-CN": zhCN as typeof en };

const translators = new Map<Locale, (key: never, values?: TextParams) => string>();

/**
 * The sentence of a key such as `errors.notFound.bot`, its parameters filled in.
 * An unknown key comes back as itself, so that a missing text is seen and nothing breaks by it.
 */
export function translate(locale: Locale, key: string, params?: TextParams): string {
  let translator = translators.get(locale);
  if (!translator) {
    translator = createTranslator({
      locale,
      messages: catalogs[locale],
      onError: () => undefined,
      getMessageFallback: ({ key: missing }) => missing,
    }) as (key: never, values?: TextParams) => string;
    translators.set(locale, translator);
  }
  return translator(key as never, params);
}

export const catalogOf = (locale: Locale): typeof en => catalogs[locale];

/** The better of the two languages for an `Accept-Language` header; English when it names neither. */
export function localeFromHeader(acceptLanguage: string | null | undefined): Locale {
  const wishes = (acceptLanguage ?? "")
    .split(",")
    .map((part) => {
      const [tag = "", ...rest] = part.trim().split(";");
      const quality = Number(
        rest
          .find((r) => r.trim().startsWith("q="))
          ?.trim()
          .slice(2) ?? 1,
      );
      return { tag: tag.toLowerCase(), quality: Number.isFinite(quality) ? quality : 0 };
    })
    .sort((a, b) => b.quality - a.quality);
  for (const { tag } of wishes) {
    if (tag.startsWith("zh")) return "zh-CN";
    if (tag.startsWith("en")) return "en";
  }
  return "en";
}
