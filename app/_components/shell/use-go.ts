"use client";
import { useRouter } from "next/navigation";
import { hasUnsaved } from "@/app/_components/requests/unsaved";

/** The name of the event by which the page is asked to be left; its detail is the address that is wanted. */
export const LEAVING = "larkspur-leaving";

/** Leads to another page of ours; where something is not saved, only after a question. */
export function useGo(): (href: string) => void {
  const router = useRouter();
  return (href) => {
    if (hasUnsaved()) window.dispatchEvent(new CustomEvent(LEAVING, { detail: href }));
    else router.push(href);
  };
}
