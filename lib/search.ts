// Finds bots, messages, chats and people by a name, a text or an id, limited to what the viewer may see.
import { and, asc, eq, getTableColumns, ilike, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { connectionFacts, trueState } from "@/lib/bots/connection-state";
import { visibleTo } from "@/lib/bots/queries";
import { CONNECTION_STATES } from "@/lib/bots/schemas";
import { along, DOWN } from "@/lib/db/along-index";
import { type Database, queryRows } from "@/lib/db/client";
import { bots, chats, connections } from "@/lib/db/schema";
import { findInLog } from "@/lib/events/log";
import { findNamed, type KnownNames } from "@/lib/events/named";
import { listEventsById, showEvent } from "@/lib/events/queries";
import { eventSchema } from "@/lib/events/schemas";
import { cleanText } from "@/lib/events/storable";
import { MOST_ROWS, type Pace, type Walk } from "@/lib/events/walk";
import type { Locale } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

/** Words are looked for among the newest events for so long; a whole id is found however old it is. */
const PACE: Pace = { rows: MOST_ROWS, lookMs: 500 };
/** A reply is found by its id among so many of the newest ones, shared out among the bots. */
const NEWEST_REPLIES = 5_000;
const FEWEST_OF_BOT = 50;
const MOST = 8;
const MOST_IDS = 5;
const MOST_RECENT = 200;

export const foundSchema = z
  .object({
    bots: z.array(z.object({ id: z.string(), name: z.string(), appId: z.string(), state: z.enum(CONNECTION_STATES) })),
    messages: z.array(eventSchema.extend({ botName: z.string() })).meta({
      description: "By words: among the newest, as far as is looked in half a second; by a whole id: among all",
    }),
    chats: z.array(
      z.object({ chatId: z.string(), chatType: z.string().optional(), botId: z.string(), botName: z.string() }),
    ),
    people: z.array(
      z.object({ senderId: z.string(), name: z.string().optional(), botId: z.string(), botName: z.string() }),
    ),
  })
  .meta({ id: "Found" });
export type Found = z.infer<typeof foundSchema>;

/** `q` must not be empty. */
export async function searchEverything(
  db: Database,
  known: KnownNames,
  viewer: Viewer,
  q: string,
  locale: Locale,
  signal?: AbortSignal,
): Promise<Found> {
  const words = cleanText(q.trim());
  const pattern = `%${words.replace(/[\\%_]/g, "\\$&")}%`;
  const [foundBots, byId, recent, foundChats, named] = await Promise.all([
    findBots(db, viewer, words, pattern),
    findEventsById(db, viewer, words),
    findRecent(db, viewer, words, signal),
    findChats(db, viewer, pattern),
    findNamed(db, known, { viewer }, words),
  ]);
  const ids = [...new Set([...byId, ...recent.events])].slice(0, MOST);
  const rows = await listEventsById(db, viewer, ids);
  const names = new Map((await namesOf(db, viewer)).map(({ id, name }) => [id, name]));
  const botName = (botId: string) => names.get(botId) ?? "";
  return {
    bots: foundBots,
    messages: rows
      .sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
      .map((row) => ({ ...showEvent(row, locale), botName: botName(row.botId) })),
    chats: foundChats.map(({ chatType, ...chat }) => ({
      ...chat,
      ...(chatType && { chatType }),
      botName: botName(chat.botId),
    })),
    people: [...named, ...recent.people]
      .slice(0, MOST_IDS)
      .map((person) => ({ ...person, botName: botName(person.botId) })),
  };
}

const namesOf = (db: Database, viewer: Viewer) =>
  db.select({ id: bots.id, name: bots.name }).from(bots).where(visibleTo(viewer));

/** Those whose name begins with the words first. */
async function findBots(db: Database, viewer: Viewer, words: string, pattern: string): Promise<Found["bots"]> {
  const begins = sql`case when lower(${bots.name}) like lower(${pattern.slice(1)}) then 0 else 1 end`;
  const rows = await db
    .select({ id: bots.id, name: bots.name, appId: bots.appId, ...connectionFacts })
    .from(bots)
    .leftJoin(connections, eq(connections.botId, bots.id))
    .where(and(visibleTo(viewer), or(ilike(bots.name, pattern), ilike(bots.appId, pattern), eq(bots.id, words))))
    .orderBy(begins, asc(bots.name), asc(bots.id))
    .limit(MOST);
  return rows.map(({ id, name, appId, ...facts }) => ({ id, name, appId, state: trueState(facts) }));
}

const seen = (viewer: Viewer): SQL => visibleTo(viewer) ?? sql`true`;

/** By our id, the message's, the event's, or that of a reply: each through its index. */
async function findEventsById(db: Database, viewer: Viewer, words: string): Promise<number[]> {
  if (!/^[\w-]{1,200}$/.test(words)) return [];
  const own = /^[1-9]\d{0,14}$/.test(words) ? Number(words) : 0;
  const most = Math.max(
    FEWEST_OF_BOT,
    Math.floor(NEWEST_REPLIES / Math.max(1, await db.$count(bots, visibleTo(viewer)))),
  );
  const answers = along([sql`replies.bot_id`, sql`bots.id`], [sql`replies.kind`, "answer"]);
  const rows = await queryRows<{ id: string | number }>(
    db,
    sql`select e.id from bots join events e on e.bot_id = bots.id and e.id = ${own} where ${seen(viewer)}
      union select e.id from bots join events e on e.bot_id = bots.id and e.message_id = ${words}
        and e.event_type = 'im.message.receive_v1' where ${seen(viewer)}
      union select e.id from bots join events e on e.bot_id = bots.id and e.event_id = ${words} where ${seen(viewer)}
      union select r.event_id from (
        select newest.event_id, newest.message_id from bots cross join lateral (
          select event_id, message_id from replies
          where ${answers.where} order by ${answers.order(sql`replies.at`, DOWN)} limit ${most}
        ) newest where ${seen(viewer)}
      ) r where r.event_id is not null and r.message_id = ${words}`,
  );
  return rows.map(({ id }) => Number(id)).sort((a, b) => b - a);
}

/** The newest events with the words in their text or ids, and who wrote them. */
async function findRecent(db: Database, viewer: Viewer, words: string, signal: AbortSignal | undefined) {
  const walk: Walk = { order: "newest", enough: MOST_RECENT };
  const { ids } = await findInLog(db, { viewer }, { q: words }, walk, { ...PACE, signal });
  const rows = await listEventsById(db, viewer, ids);
  const people = new Map<string, Found["people"][number]>();
  for (const { senderId, botId } of rows.reverse()) {
    const isMeant = senderId?.toLowerCase().includes(words.toLowerCase());
    if (senderId && isMeant && !people.has(senderId)) people.set(senderId, { senderId, botId, botName: "" });
  }
  return { events: ids.slice(0, MOST), people: [...people.values()].slice(0, MOST_IDS) };
}

const { botId, chatId, chatType } = getTableColumns(chats);

const findChats = (db: Database, viewer: Viewer, pattern: string) =>
  db
    .select({ botId, chatId, chatType })
    .from(chats)
    .innerJoin(bots, eq(bots.id, chats.botId))
    .where(and(visibleTo(viewer), ilike(chats.chatId, pattern)))
    .orderBy(asc(chats.chatId))
    .limit(MOST_IDS);
