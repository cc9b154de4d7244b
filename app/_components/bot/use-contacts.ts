"use client";
import { useEffect, useState } from "react";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { Contacts } from "@/lib/events/contacts";

/** The people and groups that a bot has heard, asked for once they are wanted. Empty until then, and where they cannot be had. */
export function useContacts(botId: string, isWanted: boolean): Contacts {
  const [contacts, setContacts] = useState<Contacts>({ people: [], chats: [] });
  useEffect(() => {
    if (!isWanted) return;
    let isHere = true;
    call<Contacts>("GET", `/api/feishu/bots/${botId}/contacts`).then(
      (known) => isHere && setContacts(known),
      (error: unknown) => {
        // An id can be written as well.
        if (!(error instanceof RequestFailure)) throw error;
      },
    );
    return () => {
      isHere = false;
    };
  }, [botId, isWanted]);
  return contacts;
}
