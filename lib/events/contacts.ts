// The people and groups that a bot has heard, by their names where Feishu tells them.
import { and, desc, eq, getTableColumns, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { visibleTo } from "@/lib/bots/queries";
import { along, DOWN } from "@/lib/db/along-index";
import { type Database, queryRows } from "@/lib/db/client";
import { type BotRow, bots, chats, events } from "@/lib/db/schema";
import type { Names } from "@/lib/feishu/names";
import type { Viewer } from "@/lib/viewer";

const LOOKED_AT = 5_000;
const MOST = 100;
export const MOST_NAMED = 60; // each is a call of Feishu's until it is known

const contactSchema = z.object({ id: z.string(), name: z.string().optional() });
export const contactsSchema = z
  .object({
    people: z.array(contactSchema).meta({ description: `Who wrote last comes first, ${MOST} at most` }),
    chats: z.array(contactSchema).meta({ description: "Groups; where was written last comes first" }),
  })
  .meta({ id: "Contacts" });
export type Contact = z.infer<typeof contactSchema>;
export type Contacts = z.infer<typeof contactsSchema>;

type Known = Pick<Names, "ofPerson" | "ofChat">;

/** Waits for names as long as `Names` does, two seconds at most. */
export async function listContacts(db: Database, names: Known, bot: BotRow): Promise<Contacts> {
  const ofBot = along([sql`bot_id`, bot.id]);
  const [people, groups] = await Promise.all([
    queryRows<{ id: string }>(
      db,
      sql`select sender_id as id from (
          select id, sender_id from events where ${ofBot.where} order by ${ofBot.order(sql`id`, DOWN)} limit ${LOOKED_AT}
        ) newest where sender_id is not null group by sender_id order by max(id) desc limit ${MOST}`,
    ),
    db
      .select({ id: chats.chatId })
      .from(chats)
      .where(and(eq(chats.botId, bot.id), eq(chats.chatType, "group")))
      .orderBy(desc(chats.cursorAt))
      .limit(MOST),
  ]);
  const ids = { people: people.map(({ id }) => id), chats: groups.map(({ id }) => id) };
  const known = await namesOf(names, bot, ids);
  const contact = (id: string): Contact => ({ id, ...(known[id] ? { name: known[id] } : {}) });
  return { people: ids.people.map(contact), chats: ids.chats.map(contact) };
}

/** Of the first `MOST_NAMED` of each; who is not named is left out. */
async function namesOf(
  names: Known,
  bot: BotRow,
  { people, chats: groups }: { people: string[]; chats: string[] },
): Promise<Record<string, string>> {
  const asked = [
    ...people.slice(0, MOST_NAMED).map(async (id) => [id, await names.ofPerson(bot, id)] as const),
    ...groups.slice(0, MOST_NAMED).map(async (id) => [id, await names.ofChat(bot, id)] as const),
  ];
  return Object.fromEntries((await Promise.all(asked)).filter(([, name]) => name !== ""));
}

/** What the senders and groups of events are called, of whichever of the viewer's bots; who is not named is left out. */
export async function namesInEvents(
  db: Database,
  names: Known,
  viewer: Viewer,
  eventIds: readonly number[],
  /** As the reader knows it. */
  shown: (bot: BotRow, name: string) => string = (_bot, name) => name,
): Promise<Record<string, string>> {
  const rows = await db
    .select({
      bot: getTableColumns(bots),
      senderId: events.senderId,
      groupId: sql<string | null>`case when ${events.chatType} = 'group' then ${events.chatId} end`,
    })
    .from(events)
    .innerJoin(bots, eq(bots.id, events.botId))
    .where(and(inArray(events.id, [...eventIds]), visibleTo(viewer)));
  const found = [...new Map(rows.map(({ bot }) => [bot.id, bot])).values()].map(async (bot) => {
    const own = rows.filter((row) => row.bot.id === bot.id);
    const ids = (all: (string | null)[]) => [...new Set(all)].filter((id) => id !== null);
    const known = await namesOf(names, bot, {
      people: ids(own.map(({ senderId }) => senderId)),
      chats: ids(own.map(({ groupId }) => groupId)),
    });
    return Object.fromEntries(Object.entries(known).map(([id, name]) => [id, shown(bot, name)]));
  });
  return Object.assign({}, ...(await Promise.all(found)));
}
