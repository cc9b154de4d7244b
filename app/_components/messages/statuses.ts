// What a log can be asked for.

export const STATUSES = ["all", "done", "failed", "ignored", "pending", "processing"] as const;
export type LogFilter = {
  q: string;
  status: (typeof STATUSES)[number];
  botId?: string | undefined;
  chatId?: string | undefined;
  senderId?: string | undefined;
  /** ISO 8601: received then or later. */
  since?: string | undefined;
  /** ISO 8601: received earlier. */
  until?: string | undefined;
};
export const NO_FILTER: LogFilter = { q: "", status: "all" };

/** As the API has it; the bot stands in the path there. */
export function queryOf({ q, status, botId: _, ...rest }: LogFilter): URLSearchParams {
  const query = new URLSearchParams();
  if (q.trim()) query.set("q", q.trim());
  if (status !== "all") query.set("status", status);
  for (const [name, value] of Object.entries(rest)) if (value) query.set(name, value);
  return query;
}

/** Says in the address of a trace which log it was opened from. */
export function logQueryOf(filter: LogFilter, isOfAll: boolean): string {
  const query = queryOf(filter);
  if (isOfAll) query.set("log", "all");
  if (isOfAll && filter.botId) query.set("bot", filter.botId);
  return query.size > 0 ? `?${query}` : "";
}

export const isFiltered = (filter: LogFilter): boolean => queryOf(filter).size > 0;

/** As Next.js gives the part of an address behind the question mark. */
export type Asked = Record<string, string | string[] | undefined>;

/** What an address asks for; what cannot be meant is passed over. */
export function filterOf(asked: Asked): LogFilter {
  const text = (name: string) => (typeof asked[name] === "string" ? asked[name].slice(0, 256) : undefined);
  const time = (name: string) => (ISO.test(text(name) ?? "") ? text(name) : undefined);
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

const ISO = /^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?Z$/;
