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

export const isFiltered = (filter: LogFilter): boolean => queryOf(filter).size > 0;
