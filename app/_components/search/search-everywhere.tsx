"use client";
import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentType, useEffect, useEffectEvent, useRef, useState } from "react";
import { onOpenSearch, openSearch } from "@/app/_components/search/open-search";
import type { PaletteProps } from "@/app/_components/search/palette";
import { useCommandKey } from "@/app/_components/shell/use-command-key";

/** The button that opens the search over everything, and the keys. The search itself is loaded when it is first wanted. */
export function SearchEverywhere({ isAdmin }: { isAdmin: boolean }) {
  const t = useTranslations("ui.search");
  const [Palette, setPalette] = useState<ComponentType<PaletteProps> | null>(null);
  const [isOpen, setOpen] = useState(false);
  const command = useCommandKey();
  const load = async () => {
    const { Palette: loaded } = await import("@/app/_components/search/palette");
    setPalette(() => loaded);
  };
  // Whoever knows the keys writes on before the search is there: that is no "g b", and not to be lost.
  const typed = useRef<string | null>(null);
  const giveUp = () => {
    typed.current = null;
    setOpen(false);
  };
  const open = useEffectEvent(() => {
    if (isOpen) return;
    typed.current = "";
    setOpen(true);
    load().catch(giveUp);
  });
  const collect = useEffectEvent((event: KeyboardEvent) => {
    if (typed.current === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") giveUp();
    else if (event.key.length === 1) typed.current += event.key;
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      open();
    };
    const early = (event: KeyboardEvent) => collect(event);
    document.addEventListener("keydown", early, { capture: true });
    document.addEventListener("keydown", press);
    const forget = onOpenSearch(() => open());
    return () => {
      document.removeEventListener("keydown", early, { capture: true });
      document.removeEventListener("keydown", press);
      forget();
    };
  }, []);
  return (
    <>
      <button
        type="button"
        onClick={openSearch}
        // Whoever comes near it will want it in a moment.
        onPointerEnter={() => void load().catch(giveUp)}
        aria-label={t("open")}
        aria-keyshortcuts="Control+K Meta+K"
        aria-haspopup="dialog"
        className="flex min-h-8 items-center gap-2 rounded-control border border-line-strong bg-bg px-2.5 text-table text-ink-3 hover:bg-hover hover:text-ink-2 wide:w-80 max-wide:size-9 max-wide:justify-center max-wide:border-transparent max-wide:px-0"
      >
        <Search className="size-3.5 max-wide:size-4.5" aria-hidden="true" />
        <span className="min-w-0 flex-1 truncate text-left max-wide:sr-only">{t("placeholder")}</span>
        <span
          className="rounded-small border border-b-2 px-1.25 font-mono text-tiny max-wide:hidden"
          aria-hidden="true"
        >
          {command} K
        </span>
      </button>
      {Palette && <Palette open={isOpen} onClose={() => setOpen(false)} isAdmin={isAdmin} typed={typed} />}
    </>
  );
}
