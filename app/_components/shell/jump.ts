"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useTransition } from "react";
import { focusHeading } from "@/app/_components/parts/focus";
import { hasUnsaved } from "@/app/_components/requests/unsaved";

/** The name of the event by which the page is asked to be left; its detail is the address that is wanted. */
export const LEAVING = "larkspur-leaving";
const JUMPING = "larkspur-jumping";

const tell = (name: string, href: string) => window.dispatchEvent(new CustomEvent(name, { detail: href }));

/** Leads to another page of ours and to its heading; where something is not saved, only after a question. */
export const jump = (href: string) => tell(hasUnsaved() ? LEAVING : JUMPING, href);
export const jumpUnasked = (href: string) => tell(JUMPING, href);

/** Outlives what a jump begins in: a search that closes, a question. */
export function Jumps() {
  const router = useRouter();
  const [isGoing, startGoing] = useTransition();
  const wasGoing = useRef(false);
  useEffect(() => {
    if (wasGoing.current && !isGoing) focusHeading();
    wasGoing.current = isGoing;
  }, [isGoing]);
  useEffect(() => {
    const go = (event: Event) => startGoing(() => router.push((event as CustomEvent<string>).detail));
    window.addEventListener(JUMPING, go);
    return () => window.removeEventListener(JUMPING, go);
  }, [router]);
  return null;
}
