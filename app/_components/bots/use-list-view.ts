"use client";
import { useSearchParams } from "next/navigation";
import { useEffect, useEffectEvent, useState } from "react";
import { type ListView, queryOf, viewOf } from "@/app/_components/bots/list-view";

/** Browsers allow an address to be changed only so often. */
const TYPING_MS = 250;

/** What is asked of the list, kept in the address: it can be shared, and the way back leads to it. */
export function useListView() {
  const view = viewOf(useSearchParams());
  const [typed, setTyped] = useState({ q: view.q, of: view.q });
  if (typed.of !== view.q) setTyped({ q: view.q, of: view.q });

  const change = (next: Partial<ListView>) =>
    window.history.pushState(null, "", `${window.location.pathname}${queryOf({ ...view, q: typed.q, ...next })}`);
  const keepWords = useEffectEvent(() => {
    const address = `${window.location.pathname}${queryOf({ ...view, q: typed.q })}`;
    if (typed.q.trim() !== view.q) window.history.replaceState(null, "", address);
  });
  useEffect(() => {
    if (typed.q === typed.of) return;
    const timer = setTimeout(() => keepWords(), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return {
    view: { ...view, q: typed.q },
    search: (q: string) => setTyped((before) => ({ ...before, q })),
    change,
  };
}
