// What a log can be asked for.

export const STATUSES = ["all", "done", "failed", "ignored", "pending", "processing"] as const;
export type LogFilter = {
  q: string;
  status: (typeof STATUSES)[number];
  botId?: string | undefined;
  chatId?: string | undefined;
};
export const NO_FILTER: LogFilter = { q: "", status: "all" };
