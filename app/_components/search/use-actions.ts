"use client";
import { useTranslations } from "next-intl";
import type { Choice } from "@/app/_components/search/choices";
import { jump } from "@/app/_components/shell/jump";
import { placesFor } from "@/app/_components/shell/places";
import { signOut } from "@/app/_components/shell/session";
import { chooseLocale, chooseTheme } from "@/app/_i18n/actions";
import { THEMES } from "@/app/_i18n/theme";

/** Where one can go and what one can do without looking for anything. */
export function useActions(isAdmin: boolean, close: () => void): { go: Choice[]; actions: Choice[] } {
  const t = useTranslations("ui.search");
  const shell = useTranslations("ui.shell");
  const { main, installation } = placesFor(isAdmin);
  const open = (address: string) => () => {
    close();
    jump(address);
  };
  const act = (perform: () => Promise<void>) => () => {
    close();
    void perform();
  };
  const go = [...main, ...installation].map(({ name, href, key }) => ({
    id: `go-${name}`,
    title: shell(`places.${name}`),
    detail: `g ${key}`,
    mono: true,
    words: name,
    run: open(href),
  }));
  const account = { id: "go-account", title: t("account"), words: "account password", run: open("/account") };
  const actions: Choice[] = [
    { id: "add-bot", title: t("addBot"), words: "new create bot", run: open("/bots/new") },
    ...THEMES.map((theme) => ({
      id: `theme-${theme}`,
      title: t(`themes.${theme}`),
      words: `theme ${theme}`,
      run: act(() => chooseTheme(theme)),
    })),
    { id: "language-en", title: "English", words: "language 语言", run: act(() => chooseLocale("en")) },
    { id: "language-zh-CN", title: "简体中文", words: "language 语言 chinese", run: act(() => chooseLocale("zh-CN")) },
    { id: "sign-out", title: shell("signOut"), words: "sign out logout", run: act(signOut) },
  ];
  return { go: [...go, account], actions };
}
