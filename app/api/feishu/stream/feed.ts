// Turns the news of the process into what one viewer's event stream says.
import type { EventStream } from "@/app/api/_http/event-stream";
import { listConnectionStatuses } from "@/lib/connections/status";
import type { Database } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { listAllEvents, listEventsById, showEvent } from "@/lib/events/queries";
import type { Event } from "@/lib/events/schemas";
import type { Runtime } from "@/lib/runtime";
import type { Locale } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

const GATHER_MS = 100; // news of a burst is read from the database together
const AT_ONCE = 500;
const NEWEST = 100;
const CLOCKS_DIFFER_MS = 2_000; // between the processes and the database
const RECHECK_MS = 30_000; // whoever has lost their rights watches no longer than that

type FeedOptions = {
  runtime: Runtime;
  stream: EventStream;
  viewer: Viewer;
  locale: Locale;
  /** When the reader saw the events last: what has happened to the newest of them after that is told, too. */
  since?: Date | undefined;
  /** Who the caller is by now; throws when they are nobody any more. */
  recheck(): Promise<Viewer>;
  recheckMs?: number;
};

/** First the status of each bot and what the reader missed, then what happens, until the stream ends. */
export async function feed({ runtime, stream, viewer: caller, locale, since, ...options }: FeedOptions): Promise<void> {
  const { db, bus, logger } = runtime;
  let viewer = caller;
  const botIds = new Set<string>();
  const eventIds = new Set<number>();
  let isReading = true; // until the first picture is out
  let isScheduled = false;
  let hasAlertNews = false;

  const schedule = () => {
    if (isScheduled || isReading) return;
    isScheduled = true;
    setTimeout(() => void read(), GATHER_MS);
  };
  const read = async () => {
    isScheduled = false;
    if (stream.ended.aborted) return;
    isReading = true;
    try {
      const statuses = takeSome(botIds);
      if (statuses.length > 0) {
        for (const status of await listConnectionStatuses(db, viewer, locale, statuses)) stream.send("status", status);
      }
      for (const row of await listEventsById(db, viewer, takeSome(eventIds))) {
        stream.send("event", showEvent(row, locale));
      }
      if (hasAlertNews) stream.send("alerts", {});
      hasAlertNews = false;
    } catch (err) {
      logger.warn({ err }, "live view missed an update");
      stream.end(); // the reader comes back and starts from the whole picture
    }
    goOn();
  };
  const goOn = () => {
    isReading = false;
    if (botIds.size > 0 || eventIds.size > 0 || hasAlertNews) schedule();
  };

  const unsubscribers = [
    bus.subscribe("status", ({ botId }) => {
      botIds.add(botId);
      schedule();
    }),
    bus.subscribe("event", ({ id }) => {
      eventIds.add(id);
      schedule();
    }),
    // Without a word about them: they are read again by whoever shows them, as far as they may.
    bus.subscribe("alerts", () => {
      hasAlertNews = true;
      schedule();
    }),
  ];
  const recheck = async () => {
    try {
      viewer = await options.recheck();
    } catch (error) {
      if (error instanceof AppError) stream.end();
    }
  };
  unsubscribers.push(
    bus.subscribe("session", ({ userId }) => {
      if (userId === caller.userId) void recheck();
    }),
  );
  const timer = setInterval(recheck, options.recheckMs ?? RECHECK_MS);
  const leave = () => {
    clearInterval(timer);
    for (const unsubscribe of unsubscribers) unsubscribe();
  };
  if (stream.ended.aborted) return leave();
  stream.ended.addEventListener("abort", leave);
  for (const status of await listConnectionStatuses(db, viewer, locale, "all")) stream.send("status", status);
  if (since) for (const event of await missedEvents(db, viewer, since, locale)) stream.send("event", event);
  goOn();
}

/** Oldest first. */
async function missedEvents(db: Database, viewer: Viewer, since: Date, locale: Locale): Promise<Event[]> {
  const from = new Date(since.getTime() - CLOCKS_DIFFER_MS).toISOString();
  const { items } = await listAllEvents(db, viewer, { limit: NEWEST });
  return items
    .map((row) => showEvent(row, locale))
    .filter(({ receivedAt, finishedAt }) => receivedAt >= from || (finishedAt ?? "") >= from)
    .reverse();
}

function takeSome<T>(from: Set<T>): T[] {
  const some = [...from].slice(0, AT_ONCE);
  for (const item of some) from.delete(item);
  return some;
}
