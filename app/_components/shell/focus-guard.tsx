"use client";
import { useEffect } from "react";
import { focusHeading, focusNear, tryFocus } from "@/app/_components/parts/focus";

type Place = {
  element: Element;
  /** Around the element. A range is live: once the element is removed it tells where that stood. */
  range: Range;
  path: string;
  /** What lies above the page and goes away as a whole. */
  layer: Element | null;
};

/** The focus finds a place of its own when the element that has it is removed or disabled; the browser would drop it. */
export function FocusGuard() {
  useEffect(() => {
    let here: Place | undefined;
    let onPage: Place | undefined;
    let frame = 0;

    const mend = () => {
      if (!here || !isLost(here.element)) return;
      const { element, path, layer } = here;
      if (path !== location.pathname || element.matches("h1")) return focusHeading();
      if (layer && isOpen(layer) && comeNear(here)) return;
      // Where nothing on the page had the focus before, there is none to give back.
      if (onPage && !comeNear(onPage)) focusHeading();
    };
    // What is drawn instead may take the focus itself, and a dialog gives it back.
    const mendSoon = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(mend);
    };
    // Only what the element stands in: nothing else of the page is watched.
    const observer = new MutationObserver(() => here && isGone(here.element) && mendSoon());
    const remember = (target: EventTarget | null) => {
      observer.disconnect();
      if (!(target instanceof Element)) return;
      here = placeOf(target);
      if (!here.layer) onPage = here;
      observer.observe(target, { attributeFilter: ["disabled"] });
      for (let box = target.parentNode; box; box = box.parentNode) observer.observe(box, { childList: true });
    };
    // Whoever clicks beside everything wants no focus. A removal is over only after the task that it belongs to.
    const forget = ({ relatedTarget }: FocusEvent) =>
      queueMicrotask(() => {
        if (relatedTarget || !here || isGone(here.element) || document.activeElement !== document.body) return;
        observer.disconnect();
        here = onPage = undefined;
      });

    const onFocus = ({ target }: FocusEvent) => remember(target);
    // A page can be used before this effect has run.
    if (document.activeElement !== document.body) remember(document.activeElement);
    document.addEventListener("focusin", onFocus);
    document.addEventListener("focusout", forget);
    // A dialog's; it does not bubble.
    document.addEventListener("close", mendSoon, { capture: true });
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      document.removeEventListener("focusin", onFocus);
      document.removeEventListener("focusout", forget);
      document.removeEventListener("close", mendSoon, { capture: true });
    };
  }, []);
  return null;
}

function placeOf(element: Element): Place {
  const range = document.createRange();
  range.selectNode(element);
  return { element, range, path: location.pathname, layer: element.closest("dialog, [data-layer]") };
}

const isGone = (element: Element) => !element.isConnected || element.matches(":disabled");
const isLost = (element: Element) =>
  isGone(element) && (document.activeElement === document.body || document.activeElement === element);
const isOpen = (layer: Element) => layer.isConnected && (!(layer instanceof HTMLDialogElement) || layer.open);

const comeNear = ({ element, range, layer }: Place): boolean =>
  (!isGone(element) && tryFocus(element)) || focusNear(range, layer ?? document.querySelector("main") ?? document.body);
