// Finds bots, messages, chats and people by a name, a text or an id, limited to what the viewer may see.
import { and, asc, eq, getTableColumns, ilike, inArray, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { connectionFacts, trueState } from "@/lib/bots/connection-state";
import { visibleTo } from "@/lib/bots/queries";
import { CONNECTION_STATES } from "@/lib/bots/schemas";
import { along, DOWN } from "@/lib/db/along-index";
import { type Database, queryRows } from "@/lib/db/client";
import { MOST_ROWS } from "@/lib/db/page";
import { type BotRow, bots, chats, connections } from "@/lib/db/schema";
import { findInLog } from "@/lib/events/log";
import { findNamed } from "@/lib/events/named";
import { listEventsById, showEvent } from "@/lib/events/queries";
import { eventSchema } from "@/lib/events/schemas";
import { cleanText } from "@/lib/events/storable";
import { type NameSource, type Title, titlesOf } from "@/lib/events/titles";
import type { Pace, Walk } from "@/lib/events/walk";
import type { Viewer } from "@/lib/viewer";

/** Words are looked for among the newest events for so long; a whole id is found however old it is. */
const PACE: Pace = { rows: MOST_ROWS, lookMs: 500 };
/** A reply is found by its id among so many of the newest ones, shared out among the bots. */
const NEWEST_REPLIES = 5_000;
const FEWEST_OF_BOT = 50;
const MOST = 8;
const MOST_IDS = 5;
const MOST_RECENT = 200;

const title = z.string().meta({ description: "The title to show, in the caller's language" });

export const foundSchema = z
  .object({
    bots: z.array(z.object({ id: z.string(), name: z.string(), appId: z.string(), state: z.enum(CONNECTION_STATES) })),
    messages: z.array(eventSchema.extend({ botName: z.string() })).meta({
      description: "By words: among the newest, as far as is looked in half a second; by a whole id: among all",
    }),
    chats: z.array(
      z.object({
        chatId: z.string(),
        chatType: z.string().optional(),
        title,
        botId: z.string(),
        botName: z.string(),
      }),
    ),
    people: z.array(
      z.object({
        senderId: z.string(),
        name: z.string().optional().meta({ description: "If Feishu provides it" }),
        title,
        botId: z.string(),
        botName: z.string(),
      }),
    ),
  })
  .meta({ id: "Found" });
export type Found = z.infer<typeof foundSchema>;

/** `q` must not be empty. */
export async function searchEverything(
  source: NameSource,
  viewer: Viewer,
  q: string,
  signal?: AbortSignal,
): Promise<Found> {
  const { db, names: known, locale } = source;
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
  const people = [...named, ...recent.people].slice(0, MOST_IDS);
  const [names, titles] = await Promise.all([
    namesOf(db, viewer).then((all) => new Map(all.map(({ id, name }) => [id, name]))),
    titlesIn(source, foundChats, people),
  ]);
  const botName = (botId: string) => names.get(botId) ?? "";
  return {
    bots: foundBots,
    messages: rows
      .sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
      .map((row) => ({ ...showEvent(row, locale), botName: botName(row.botId) })),
    chats: foundChats.map(({ chatType, ...chat }) => ({
      ...chat,
      ...(chatType && { chatType }),
      title: titles.get(`${chat.botId} ${chat.chatId}`)?.title ?? "",
      botName: botName(chat.botId),
    })),
    people: people.map(({ senderId, botId }) => {
      const { title, isNamed = false } = titles.get(`${botId} ${senderId}`) ?? {};
      return { senderId, ...(isNamed && { name: title }), title: title ?? "", botId, botName: botName(botId) };
    }),
  };
}

type FoundIds = { botId: string; chatId: string; chatType: string | null };

/** By the bot and the id. */
async function titlesIn(
  source: NameSource,
  foundChats: FoundIds[],
  people: { botId: string; senderId: string }[],
): Promise<Map<string, Title>> {
  const ids = [...new Set([...foundChats, ...people].map(({ botId }) => botId))];
  const rows: BotRow[] = ids.length === 0 ? [] : await source.db.select().from(bots).where(inArray(bots.id, ids));
  const titles = rows.map(async (bot) => {
    const ofBot = await titlesOf(source, bot, {
      people: people.filter(({ botId }) => botId === bot.id).map(({ senderId }) => senderId),
      chats: foundChats.filter(({ botId }) => botId === bot.id).map(({ chatId: id, chatType: type }) => ({ id, type })),
    });
    return [...ofBot].map(([id, title]) => [`${bot.id} ${id}`, title] as const);
  });
  return new Map((await Promise.all(titles)).flat());
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
  const people = new Map<string, { senderId: string; botId: string }>();
  for (const { senderId, botId } of rows.reverse()) {
    const isMeant = senderId?.toLowerCase().includes(words.toLowerCase());
    if (senderId && isMeant && !people.has(senderId)) people.set(senderId, { senderId, botId });
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
