"use client";
// What happens in the written reference: copying, opening what an address names, and knowing what is in sight.
import { type RefObject, useEffect, useEffectEvent, useState } from "react";
import { announce } from "@/app/_components/parts/announcer";
import { writeClipboard } from "@/app/_components/parts/copy";

type Page = RefObject<HTMLElement | null>;

const SHOWN_MS = 1_500;

/** The button below an example copies it. */
export function useCopiedExamples(page: Page, words: { copy: string; copied: string }): void {
  const copy = useEffectEvent(async (button: HTMLButtonElement) => {
    await writeClipboard(button.previousElementSibling?.textContent ?? "");
    button.textContent = words.copied;
    announce(words.copied);
    setTimeout(() => {
      button.textContent = words.copy;
    }, SHOWN_MS);
  });
  useEffect(() => {
    const element = page.current;
    const click = ({ target }: MouseEvent) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (button) void copy(button);
    };
    element?.addEventListener("click", click);
    return () => element?.removeEventListener("click", click);
  }, [page]);
}

/** What the address names is opened, and shown though a search had hidden it. */
export function useOpenedTarget(page: Page, endSearch: () => void): void {
  const end = useEffectEvent(endSearch);
  useEffect(() => {
    const open = () => {
      const id = decodeURIComponent(window.location.hash.slice(1));
      const target = id ? page.current?.querySelector<HTMLElement>(`#${CSS.escape(id)}`) : null;
      if (!target) return;
      if (target instanceof HTMLDetailsElement) target.open = true;
      if (target.closest("[hidden]")) end();
      // After what the search had hidden is drawn.
      requestAnimationFrame(() => target.scrollIntoView());
    };
    open();
    window.addEventListener("hashchange", open);
    return () => window.removeEventListener("hashchange", open);
  }, [page]);
}

/** Where the browser puts what a link names: clear of the bars at the top. */
const startOf = (call: Element): number =>
  Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) +
  Number.parseFloat(getComputedStyle(call).scrollMarginTop);

/** The ID of the endpoint at the top of the window. */
export function useCurrentCall(page: Page): string {
  const [current, setCurrent] = useState("");
  useEffect(() => {
    let frame = 0;
    const look = () => {
      frame = 0;
      const calls = [...(page.current?.querySelectorAll("section:not([hidden]) > details:not([hidden])") ?? [])];
      const start = calls[0] ? startOf(calls[0]) + 1 : 0; // positions are fractions of a pixel
      const isInSight = (call: Element) => call.getBoundingClientRect().bottom > start;
      setCurrent((calls.find(isInSight) ?? calls.at(-1))?.id ?? "");
    };
    const scrolled = () => {
      frame ||= requestAnimationFrame(look);
    };
    look();
    window.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      window.removeEventListener("scroll", scrolled);
      cancelAnimationFrame(frame);
    };
  }, [page]);
  return current;
}
