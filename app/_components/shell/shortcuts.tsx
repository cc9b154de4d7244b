"use client";
import dynamic from "next/dynamic";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { openSearch } from "@/app/_components/search/open-search";
import { jump } from "@/app/_components/shell/jump";
import { placesFor } from "@/app/_components/shell/places";
import { singleKeysOn } from "@/app/_components/shell/single-keys";

const ShortcutList = dynamic(() =>
  import("@/app/_components/shell/shortcut-list").then((module) => module.ShortcutList),
);

/** How long after g its second key counts. */
const SEQUENCE_MS = 1_200;

/** The keyboard's ways: / searches, g and a letter goes somewhere, m begins a message, ? lists them. */
export function Shortcuts({ isAdmin }: { isAdmin: boolean }) {
  const [listed, setListed] = useState(false);
  const goUntil = useRef(0);
  const { main, installation } = placesFor(isAdmin);
  const places = [...main, ...installation];

  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !singleKeysOn()) return;
    const isSecond = event.timeStamp < goUntil.current;
    goUntil.current = 0;
    const place = isSecond && places.find(({ key }) => key === event.key);
    if (place) jump(place.href);
    else if (event.key === "g") goUntil.current = event.timeStamp + SEQUENCE_MS;
    else if (event.key === "?") setListed(true);
    else if (event.key === "/") {
      event.preventDefault();
      if (!focusOn("data-search")) openSearch();
    } else if (event.key === "m" && focusOn("data-compose")) event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);

  return listed ? <ShortcutList places={places} onClose={() => setListed(false)} /> : null;
}

// In a dialog that was just closed the focus stays for a moment: what comes then is meant for the page.
const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable], dialog[open]") !== null;

/** False where the page has no field of this kind. */
function focusOn(kind: "data-search" | "data-compose"): boolean {
  const field = document.querySelector<HTMLElement>(`[${kind}]`);
  field?.focus();
  return field !== null;
}
