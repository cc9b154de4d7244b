// Which of the things that audit entries are about are still there, so that the screen links only to those.
import { inArray, sql } from "drizzle-orm";
import { alertRules } from "@/lib/db/alert-tables";
import type { Database } from "@/lib/db/client";
import { apiTokens, bots, events, models, users } from "@/lib/db/schema";

const ID_COLUMNS = {
  bot: bots.id,
  events: bots.id,
  model: models.id,
  alert: alertRules.id,
  token: apiTokens.id,
  user: users.id,
  session: users.id,
  sessions: users.id,
  installation: users.id,
};

export type Presence = { exists: boolean; botId?: string };
type Entry = { action: string; targetId: string | null };

const subjectOf = (action: string): string => action.split(".")[0] ?? "";

/** One query for each kind of thing among the entries. */
export async function presenceOf(db: Database, entries: readonly Entry[]): Promise<(entry: Entry) => Presence> {
  const found = new Map<string, Presence>();
  const idsOf = (subject: string) =>
    entries.flatMap(({ action, targetId }) => (targetId !== null && subjectOf(action) === subject ? [targetId] : []));
  for (const [subject, column] of Object.entries(ID_COLUMNS)) {
    const ids = idsOf(subject);
    if (ids.length === 0) continue;
    const rows = await db
      .select({ id: sql<string>`${column}` })
      .from(column.table)
      .where(inArray(column, ids));
    for (const { id } of rows) found.set(`${subject} ${id}`, { exists: true });
  }
  const eventIds = idsOf("event").map(Number).filter(Number.isSafeInteger);
  if (eventIds.length > 0) {
    const rows = await db
      .select({ id: events.id, botId: events.botId })
      .from(events)
      .where(inArray(events.id, eventIds));
    for (const { id, botId } of rows) found.set(`event ${id}`, { exists: true, botId });
  }
  return ({ action, targetId }) => found.get(`${subjectOf(action)} ${targetId}`) ?? { exists: false };
}
