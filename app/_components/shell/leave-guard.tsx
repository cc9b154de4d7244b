"use client";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { forgetUnsaved, hasUnsaved } from "@/app/_components/requests/unsaved";
import { jumpUnasked, LEAVING } from "@/app/_components/shell/jump";

const LeaveQuestion = dynamic(() =>
  import("@/app/_components/shell/leave-question").then((module) => module.LeaveQuestion),
);

/** Of the browsers' Navigation API, which TypeScript does not know everywhere yet. */
type Traversal = Event & {
  navigationType: string;
  destination: { key: string; url: string };
};
type Navigation = EventTarget & { traverseTo(key: string): void };
const navigationOf = () => (window as { navigation?: Navigation }).navigation;

/** Asks before a page is left on which something was typed and not saved. */
export function LeaveGuard() {
  const router = useRouter();
  const [leave, setLeave] = useState<(() => void) | null>(null);

  useEffect(() => {
    const onUnload = (event: BeforeUnloadEvent) => {
      if (hasUnsaved()) event.preventDefault();
    };
    const onClick = (event: MouseEvent) => {
      const href = hasUnsaved() ? leadingAway(event) : undefined;
      if (!href) return;
      event.preventDefault();
      event.stopPropagation();
      setLeave(() => () => router.push(href));
    };
    const onTraverse = (event: Event) => {
      const { navigationType, destination, cancelable } = event as Traversal;
      if (navigationType !== "traverse" || !cancelable || !hasUnsaved() || isSamePage(destination.url)) return;
      event.preventDefault();
      setLeave(() => () => navigationOf()?.traverseTo(destination.key));
    };
    const onWish = (event: Event) => {
      const href = (event as CustomEvent<string>).detail;
      setLeave(() => () => jumpUnasked(href));
    };
    const navigation = navigationOf();
    window.addEventListener("beforeunload", onUnload);
    // Before React hears of it.
    window.addEventListener("click", onClick, { capture: true });
    window.addEventListener(LEAVING, onWish);
    navigation?.addEventListener("navigate", onTraverse);
    return () => {
      window.removeEventListener("beforeunload", onUnload);
      window.removeEventListener("click", onClick, { capture: true });
      window.removeEventListener(LEAVING, onWish);
      navigation?.removeEventListener("navigate", onTraverse);
    };
  }, [router]);

  if (!leave) return null;
  const discard = () => {
    forgetUnsaved();
    setLeave(null);
    leave();
  };
  return <LeaveQuestion onDiscard={discard} onStay={() => setLeave(null)} />;
}

const isSamePage = (url: string) => new URL(url).pathname === window.location.pathname;

/** Where a click leads that leaves this page in this tab; a page of another place is asked about by the browser itself. */
function leadingAway(event: MouseEvent): string | undefined {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || link.target === "_blank" || link.hasAttribute("download")) return undefined;
  const { origin, href } = link;
  return origin === window.location.origin && !isSamePage(href) ? href.slice(origin.length) : undefined;
}
