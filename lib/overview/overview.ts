// Everything at a glance: the bots that the viewer may see, their messages and what happened to their connections.
import { and, eq, sql } from "drizzle-orm";
import { connectionFacts, trueState } from "@/lib/bots/connection-state";
import { visibleTo } from "@/lib/bots/queries";
import type { Database } from "@/lib/db/client";
import { bots, connections } from "@/lib/db/schema";
import { HOUR_MS } from "@/lib/local-time";
import { readBotDays } from "@/lib/overview/bot-days";
import { readDay } from "@/lib/overview/day-counts";
import { countFailed, countWaiting, readFigures } from "@/lib/overview/figures";
import { listHappenings } from "@/lib/overview/happenings";
import { type Counts, HOURS, type Overview } from "@/lib/overview/schemas";
import type { Locale } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

const SHOWN_CHANGES = 12;

export async function readOverview(
  db: Database,
  viewer: Viewer,
  locale: Locale,
  timeZone: string,
  now = new Date(),
): Promise<Overview> {
  const from = new Date(now.getTime() - HOURS * HOUR_MS);
  const counts = await readDay(db, viewer, now);
  const [states, figures, days, changes] = await Promise.all([
    readStates(db, viewer),
    readFigures(db, viewer, timeZone, now, counts),
    readBotDays(db, viewer, from, now, locale, counts.bots),
    listHappenings(db, viewer, locale, SHOWN_CHANGES, now),
  ]);
  return {
    timeZone,
    from: from.toISOString(),
    to: now.toISOString(),
    connections: { up: states.filter((state) => state === "connected").length, wished: states.length },
    ...figures,
    ...days,
    changes,
  };
}

/** What stands beside the places of the console. */
export async function readCounts(db: Database, viewer: Viewer): Promise<Counts> {
  const [states, waiting, failed] = await Promise.all([
    readStates(db, viewer),
    countWaiting(db, viewer),
    countFailed(db, viewer),
  ]);
  return { errors: states.filter((state) => state === "error").length, waiting, failed };
}

/** Of the bots whose long connection is wished. */
async function readStates(db: Database, viewer: Viewer) {
  const rows = await db
    .select(connectionFacts)
    .from(bots)
    .leftJoin(connections, eq(connections.botId, bots.id))
    .where(and(sql`${bots.enabled} and ${bots.useWebSocket}`, visibleTo(viewer)));
  return rows.map(trueState);
}
