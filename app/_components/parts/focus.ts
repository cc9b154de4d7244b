// Moves the focus to the nearest sensible place.

const FOCUSABLE =
  "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary";

/** The page's own sentence, or where it will stand. */
export function focusHeading(): void {
  const heading = document.querySelector<HTMLElement>("main h1") ?? document.querySelector<HTMLElement>("main");
  if (!heading) return;
  heading.tabIndex = -1;
  // Next.js scrolls a new page itself, and back where it was on the way back.
  heading.focus({ preventScroll: true });
}

/** False where it is gone, hidden or behind a dialog. */
export function tryFocus(element: Element | null | undefined): boolean {
  if (!(element instanceof HTMLElement) || !element.checkVisibility()) return false;
  element.focus({ preventScroll: true });
  return document.activeElement === element;
}

export const focusFirst = (within: Element | null | undefined): boolean =>
  [...(within?.querySelectorAll(FOCUSABLE) ?? [])].some(tryFocus);

/** Focuses what is nearest to a range, from its row or section outwards: where one writes, what follows, what precedes. */
export function focusNear(range: Range, outermost: Element): boolean {
  let box: Node | null = range.startContainer;
  for (; box instanceof Element && outermost.contains(box); box = box.parentElement) {
    if (box !== outermost && tryFocus(box.querySelector("[data-compose]"))) return true;
    const all = [...box.querySelectorAll(FOCUSABLE)];
    const following = all.filter((each) => range.comparePoint(each, 0) > 0);
    const preceding = all.filter((each) => range.comparePoint(each, 0) < 0);
    if (following.some(tryFocus) || preceding.reverse().some(tryFocus)) return true;
  }
  return false;
}
