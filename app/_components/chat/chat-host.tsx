"use client";
import { createContext, type ReactNode, useContext } from "react";

/** What the surroundings of a message offer to it; whatever is missing is shown without. */
export type ChatHost = {
  /** Where an uploaded image or file can be had. */
  resourceUrl?: (key: string) => string | undefined;
  /** Who an open_id is. */
  nameOf?: (id: string) => string | undefined;
};

const Host = createContext<ChatHost>({});

export function ChatHostProvider({ host, children }: { host: ChatHost; children: ReactNode }) {
  return <Host value={host}>{children}</Host>;
}

export const useChatHost = (): ChatHost => useContext(Host);
