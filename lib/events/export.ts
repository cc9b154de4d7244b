// Writes a bot's filtered log out as CSV or JSON, page by page, so that its length costs no memory.
import { csvCell } from "@/lib/csv";
import type { Database } from "@/lib/db/client";
import { MAX_LIMIT } from "@/lib/db/page";
import type { AskedEvents } from "@/lib/events/log";
import { listEvents, showEvent } from "@/lib/events/queries";
import type { Event } from "@/lib/events/schemas";
import { PACE } from "@/lib/events/walk";
import type { Locale } from "@/lib/text/translate";

export const MOST_EXPORTED = 50_000;

const COLUMNS = [
  "id",
  "receivedAt",
  "finishedAt",
  "status",
  "reasonText",
  "error",
  "chatType",
  "chatId",
  "senderId",
  "text",
  "eventType",
  "messageId",
  "eventId",
  "source",
  "attempts",
] as const satisfies (keyof Event)[];

type Exported = { format: "csv" | "json"; locale: Locale; signal?: AbortSignal | undefined } & AskedEvents;

/** Newest first, the `MOST_EXPORTED` newest at most. */
export async function* exportEvents(db: Database, botId: string, wanted: Exported): AsyncGenerator<string> {
  const { format, locale, signal, ...filter } = wanted;
  // Excel takes a CSV for UTF-8 only with this mark in front.
  yield format === "csv" ? `\uFEFF${COLUMNS.join(",")}\r\n` : "[";
  let written = 0;
  let cursor: string | undefined;
  do {
    signal?.throwIfAborted();
    const request = { ...filter, cursor, limit: Math.min(MAX_LIMIT, MOST_EXPORTED - written) };
    const page = await listEvents(db, botId, request, { ...PACE, signal });
    const events = page.items.map((row) => showEvent(row, locale));
    // A page of a search that found nothing yet is empty.
    if (events.length > 0) yield format === "csv" ? events.map(csvLine).join("") : jsonPart(events, written > 0);
    written += events.length;
    cursor = page.nextCursor ?? undefined;
  } while (cursor && written < MOST_EXPORTED);
  if (format === "json") yield "\n]\n";
}

const jsonPart = (events: Event[], isLater: boolean): string =>
  events.map((event, index) => `${isLater || index > 0 ? "," : ""}\n${JSON.stringify(event)}`).join("");

const csvLine = (event: Event): string => `${COLUMNS.map((name) => csvCell(event[name])).join(",")}\r\n`;
