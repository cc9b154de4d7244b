import { Monitor, Moon, Sun } from "lucide-react";
import { getLocale, getTranslations } from "next-intl/server";
import { chooseLocale, chooseTheme } from "@/app/_i18n/actions";
import { THEMES, type Theme } from "@/app/_i18n/theme";
import type { Locale } from "@/lib/text/translate";

const LANGUAGES: { locale: Locale; short: string; name: string }[] = [
  { locale: "en", short: "EN", name: "English" },
  { locale: "zh-CN", short: "中文", name: "简体中文" },
];

const ICONS = { system: Monitor, light: Sun, dark: Moon };

const BUTTON =
  "tip inline-flex min-h-7 min-w-7 items-center justify-center rounded-control px-1.5 text-small text-ink-3 hover:text-ink aria-pressed:bg-hover aria-pressed:font-medium aria-pressed:text-ink max-wide:min-h-9 max-wide:min-w-9";

/** Language and theme. Plain forms: they work before any script has loaded. */
export async function Preferences({ theme }: { theme: Theme }) {
  const t = await getTranslations("ui.preferences");
  const locale = await getLocale();
  return (
    <div className="flex items-center gap-3">
      <form aria-label={t("language")} className="flex">
        {LANGUAGES.map((language) => (
          <button
            key={language.locale}
            type="submit"
            lang={language.locale}
            formAction={chooseLocale.bind(null, language.locale)}
            aria-pressed={language.locale === locale}
            aria-label={language.name}
            className={BUTTON}
          >
            {language.short}
          </button>
        ))}
      </form>
      <form aria-label={t("theme")} className="flex">
        {THEMES.map((name) => {
          const Icon = ICONS[name];
          return (
            <button
              key={name}
              type="submit"
              formAction={chooseTheme.bind(null, name)}
              aria-pressed={name === theme}
              aria-label={t(`themes.${name}`)}
              data-tip={t(`themes.${name}`)}
              data-tip-side="end"
              data-tip-below=""
              className={BUTTON}
            >
              <Icon className="size-3.5" aria-hidden="true" />
            </button>
          );
        })}
      </form>
    </div>
  );
}
