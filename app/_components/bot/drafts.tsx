"use client";
import { createContext, type ReactNode, useContext, useEffect, useEffectEvent, useState } from "react";
import type { UpdateBotInput } from "@/lib/bots/schemas";

type Read = () => UpdateBotInput;

const Drafts = createContext<Map<string, Read> | null>(null);

/** What stands in a page's forms, saved or not, for whoever wants to try it out. */
export function DraftsProvider({ children }: { children: ReactNode }) {
  const [drafts] = useState(() => new Map<string, Read>());
  return <Drafts value={drafts}>{children}</Drafts>;
}

export function useDraft(id: string, read: Read): void {
  const drafts = useContext(Drafts);
  const latest = useEffectEvent(read);
  useEffect(() => {
    if (!drafts) return;
    drafts.set(id, () => latest());
    return () => {
      drafts.delete(id);
    };
  }, [drafts, id]);
}

/** Reads all forms of the page together. */
export function useDrafts(): () => Pick<UpdateBotInput, "reply" | "behavior"> {
  const drafts = useContext(Drafts);
  return () => {
    const parts = [...(drafts?.values() ?? [])].map((read) => read());
    const reply = Object.assign({}, ...parts.map((part) => part.reply));
    const behavior = Object.assign({}, ...parts.map((part) => part.behavior));
    return { reply, behavior };
  };
}
