"use client";
import { useMemo } from "react";
import type { CardAction } from "@/app/_components/chat/card-reading";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { RoomFault } from "@/lib/sandbox/room-shapes";

export type Saying = {
  chatId: string;
  person: string;
  text?: string;
  attachment?: string;
  forward?: string[];
  mentionBot?: boolean;
  mentionAll?: boolean;
  replyTo?: string;
  inThread?: boolean;
};
export type Upload = { key: string; kind: "image" | "file"; name: string };
export type PressResult = { ok: boolean; toast?: { type?: string; content?: string } };

/** What can be done in the room of a bot, as calls of the API. */
export function useDeeds(botId: string) {
  return useMemo(() => {
    const post = <Answer = void>(path: string, body: object) =>
      call<Answer>("POST", `/api/sandbox/${path}`, { botId, ...body });
    return {
      say: (saying: Saying) => post<{ messageId: string }>("messages", saying),
      react: (messageId: string, person: string, emoji: string, remove: boolean) =>
        post("reactions", { messageId, person, emoji, remove }),
      recall: (messageId: string) => post("recalls", { messageId }),
      press: (messageId: string, person: string, action: CardAction) =>
        post<PressResult>("clicks", { messageId, person, action }),
      visit: (person: string) => post("visits", { person }),
      chooseMenu: (person: string, eventKey: string) => post("menu", { person, eventKey }),
      addPerson: (name: string) => post<{ openId: string; name: string }>("people", { name }),
      addGroup: (name: string, people: string[], isTopic: boolean) =>
        post<{ chatId: string }>("chats", { name, people, isTopic }),
      setMember: (chatId: string, inside: boolean, person: string) => post("members", { chatId, inside, person }),
      disturb: (fault: RoomFault, end = false) => post("faults", { fault, ...(end ? { end } : {}) }),
      upload: (file: File) => upload(botId, file),
    };
  }, [botId]);
}

export type Deeds = ReturnType<typeof useDeeds>;

async function upload(botId: string, file: File): Promise<Upload> {
  const query = new URLSearchParams({ botId, name: file.name || "image.png" });
  const response = await fetch(`/api/sandbox/uploads?${query}`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream", accept: "application/json" },
    body: file,
  }).catch(() => {
    throw new RequestFailure(0);
  });
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new RequestFailure(response.status, body);
  return { ...(body as Omit<Upload, "name">), name: file.name };
}
