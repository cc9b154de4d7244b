"use client";
import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentType, useEffect, useEffectEvent, useState } from "react";
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
  const open = useEffectEvent(() => {
    setOpen(true);
    void load();
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      open();
    };
    document.addEventListener("keydown", press);
    const forget = onOpenSearch(() => open());
    return () => {
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
        onPointerEnter={load}
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
      {Palette && <Palette open={isOpen} onClose={() => setOpen(false)} isAdmin={isAdmin} />}
    </>
  );
}
