"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { Modal } from "@/app/_components/parts/modal";
import { openSearch } from "@/app/_components/search/open-search";
import { placesFor } from "@/app/_components/shell/places";

/** How long after g its second key counts. */
const SEQUENCE_MS = 1_200;

/** The keyboard's ways: / searches, g and a letter goes somewhere, ? lists them. */
export function Shortcuts({ isAdmin }: { isAdmin: boolean }) {
  const t = useTranslations("ui.shell");
  const router = useRouter();
  const [listed, setListed] = useState(false);
  const goUntil = useRef(0);
  const { main, installation } = placesFor(isAdmin);
  const places = [...main, ...installation];

  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const isSecond = event.timeStamp < goUntil.current;
    goUntil.current = 0;
    const place = isSecond && places.find(({ key }) => key === event.key);
    if (place) router.push(place.href);
    else if (event.key === "g") goUntil.current = event.timeStamp + SEQUENCE_MS;
    else if (event.key === "?") setListed(true);
    else if (event.key === "/") {
      event.preventDefault();
      if (!focusSearch()) openSearch();
    }
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);

  return (
    <Modal open={listed} onClose={() => setListed(false)} title={t("shortcuts")}>
      <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-2 text-table">
        <Keys keys={["/"]} words={t("shortcutSearch")} />
        <Keys keys={["Ctrl", "K"]} words={t("shortcutPalette")} />
        {places.map(({ name, key }) => (
          <Keys key={name} keys={["g", key]} words={t("shortcutGo", { place: t(`places.${name}`) })} />
        ))}
        <Keys keys={["↑", "↓"]} words={t("shortcutRows")} />
        <Keys keys={["x"]} words={t("shortcutSelect")} />
        <Keys keys={["?"]} words={t("shortcutList")} />
      </dl>
    </Modal>
  );
}

function Keys({ keys, words }: { keys: string[]; words: string }) {
  return (
    <>
      <dt>{words}</dt>
      <dd className="flex gap-1 justify-self-end">
        {keys.map((key) => (
          <kbd key={key} className="rounded-small border border-b-2 px-1.5 font-mono text-small text-ink-2">
            {key}
          </kbd>
        ))}
      </dd>
    </>
  );
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable], dialog") !== null;

function focusSearch(): boolean {
  const search = document.querySelector<HTMLInputElement>("[data-search]");
  search?.focus();
  return search !== null;
}
