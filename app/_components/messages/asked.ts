// What the address of a log asks for.
import { z } from "zod";
import { type LogFilter, STATUSES } from "@/app/_components/messages/statuses";

/** As Next.js gives the part of an address behind the question mark. */
export type Asked = Record<string, string | string[] | undefined>;

/** What cannot be meant is passed over. */
export function filterOf(asked: Asked): LogFilter {
  const text = (name: string) => (typeof asked[name] === "string" ? asked[name].slice(0, 256) : undefined);
  const time = (name: string) => z.iso.datetime({ offset: true }).safeParse(asked[name]).data;
  const [since, until] = [time("since"), time("until")];
  const isSpan = since === undefined || until === undefined || Date.parse(since) < Date.parse(until);
  return {
    q: text("q")?.slice(0, 200) ?? "",
    status: STATUSES.find((known) => known === asked.status) ?? "all",
    botId: text("bot"),
    chatId: text("chatId"),
    senderId: text("senderId"),
    since,
    until: isSpan ? until : undefined,
  };
}
