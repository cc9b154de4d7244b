// Finds bots, messages, chats and people by a name, a text or an id, limited to what the viewer may see.
import { and, asc, eq, getTableColumns, ilike, inArray, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { connectionFacts, trueState } from "@/lib/bots/connection-state";
import { visibleTo } from "@/lib/bots/queries";
import { CONNECTION_STATES } from "@/lib/bots/schemas";
import { type Database, queryRows } from "@/lib/db/client";
import { type BotRow, bots, chats, connections } from "@/lib/db/schema";
import { findNamed } from "@/lib/events/named";
import { listEventsById, showEvent } from "@/lib/events/queries";
import { eventSchema } from "@/lib/events/schemas";
import { cleanText } from "@/lib/events/storable";
import { type NameSource, type Title, titlesOf } from "@/lib/events/titles";
import type { Viewer } from "@/lib/viewer";

/** Words are looked for in so many of the newest events; a whole id is found however old it is. */
const NEWEST = 20_000;
const MOST = 8;
const MOST_IDS = 5;

const title = z.string().meta({ description: "What to call it, in words of the caller's language" });

export const foundSchema = z
  .object({
    bots: z.array(z.object({ id: z.string(), name: z.string(), appId: z.string(), state: z.enum(CONNECTION_STATES) })),
    messages: z
      .array(eventSchema.extend({ botName: z.string() }))
      .meta({ description: `By words: among the newest ${NEWEST}; by a whole id: among all` }),
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
        name: z.string().optional().meta({ description: "Where Feishu tells it" }),
        title,
        botId: z.string(),
        botName: z.string(),
      }),
    ),
  })
  .meta({ id: "Found" });
export type Found = z.infer<typeof foundSchema>;

/** `q` must not be empty. */
export async function searchEverything(source: NameSource, viewer: Viewer, q: string): Promise<Found> {
  const { db, names: known, locale } = source;
  const words = cleanText(q.trim());
  const pattern = `%${words.replace(/[\\%_]/g, "\\$&")}%`;
  const [foundBots, byId, recent, foundChats, named] = await Promise.all([
    findBots(db, viewer, words, pattern),
    findEventsById(db, viewer, words),
    findRecent(db, viewer, pattern),
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
  const rows = await queryRows<{ id: string | number }>(
    db,
    sql`select e.id from bots join events e on e.bot_id = bots.id and e.id = ${own} where ${seen(viewer)}
      union select e.id from bots join events e on e.bot_id = bots.id and e.message_id = ${words}
        and e.event_type = 'im.message.receive_v1' where ${seen(viewer)}
      union select e.id from bots join events e on e.bot_id = bots.id and e.event_id = ${words} where ${seen(viewer)}
      union select r.event_id from (
        select replies.event_id, replies.message_id from bots join replies on replies.bot_id = bots.id
        where ${seen(viewer)} and replies.event_id is not null order by replies.at desc limit ${NEWEST}
      ) r where r.message_id = ${words}`,
  );
  return rows.map(({ id }) => Number(id)).sort((a, b) => b - a);
}

type RecentRow = { id: string | number; bot_id: string; sender_id: string | null; by_sender: boolean };

/** One reading of the newest events: those with the words in their text or ids, and who wrote them. */
async function findRecent(db: Database, viewer: Viewer, pattern: string) {
  const rows = await queryRows<RecentRow>(
    db,
    sql`select id, bot_id, sender_id, coalesce(sender_id ilike ${pattern}, false) as by_sender
      from (
        select e.id, e.bot_id, e.text, e.sender_id, e.chat_id, e.message_id, e.event_id
        from events e
        where ${viewer.isAdmin ? sql`true` : sql`e.bot_id in (select id from bots where owner_id = ${viewer.userId})`}
        order by e.id desc limit ${NEWEST}
      ) newest
      where text ilike ${pattern} or sender_id ilike ${pattern} or chat_id ilike ${pattern}
        or message_id ilike ${pattern} or event_id ilike ${pattern}
      order by id desc limit 200`,
  );
  const people = new Map<string, { senderId: string; botId: string }>();
  for (const { sender_id: senderId, bot_id: botId, by_sender: bySender } of rows) {
    if (senderId && bySender && !people.has(senderId)) people.set(senderId, { senderId, botId });
  }
  return {
    events: rows.slice(0, MOST).map(({ id }) => Number(id)),
    people: [...people.values()].slice(0, MOST_IDS),
  };
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
