// The people and groups that a bot has heard, by their names where Feishu tells them.
import { and, desc, eq, getTableColumns, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { visibleTo } from "@/lib/bots/queries";
import { queryRows } from "@/lib/db/client";
import { type BotRow, bots, chats, events } from "@/lib/db/schema";
import { type NameSource, titlesOf } from "@/lib/events/titles";
import type { Viewer } from "@/lib/viewer";

const LOOKED_AT = 5_000;
const MOST = 100;

const contactSchema = z.object({
  id: z.string(),
  name: z.string().optional(),
  title: z
    .string()
    .optional()
    .meta({ description: "Where Feishu tells no name: in words, such as who is in the group" }),
});
export const contactsSchema = z
  .object({
    people: z.array(contactSchema).meta({ description: `Who wrote last comes first, ${MOST} at most` }),
    chats: z.array(contactSchema).meta({ description: "Groups; where was written last comes first" }),
  })
  .meta({ id: "Contacts" });
export type Contact = z.infer<typeof contactSchema>;
export type Contacts = z.infer<typeof contactsSchema>;

/** Waits for names as long as `Names` does, two seconds at most. */
export async function listContacts(source: NameSource, bot: BotRow): Promise<Contacts> {
  const { db } = source;
  const [people, groups] = await Promise.all([
    queryRows<{ id: string }>(
      db,
      sql`select sender_id as id from (
          select id, sender_id from events where bot_id = ${bot.id} order by id desc limit ${LOOKED_AT}
        ) newest where sender_id is not null group by sender_id order by max(id) desc limit ${MOST}`,
    ),
    db
      .select({ id: chats.chatId, type: chats.chatType })
      .from(chats)
      .where(and(eq(chats.botId, bot.id), eq(chats.chatType, "group")))
      .orderBy(desc(chats.cursorAt))
      .limit(MOST),
  ]);
  const titles = await titlesOf(source, bot, { people: people.map(({ id }) => id), chats: groups });
  const contact = ({ id }: { id: string }): Contact => {
    const { title, isNamed = false } = titles.get(id) ?? {};
    return { id, ...(title === undefined ? {} : isNamed ? { name: title } : { title }) };
  };
  return { people: people.map(contact), chats: groups.map(contact) };
}

export type EventNames = { names: Record<string, string>; titles: Record<string, string> };

/** What the senders and chats of events are called, of whichever of the viewer's bots. */
export async function namesInEvents(
  source: NameSource,
  viewer: Viewer,
  eventIds: readonly number[],
): Promise<EventNames> {
  const rows = await source.db
    .select({ bot: getTableColumns(bots), senderId: events.senderId, chatId: events.chatId, chatType: events.chatType })
    .from(events)
    .innerJoin(bots, eq(bots.id, events.botId))
    .where(and(inArray(events.id, [...eventIds]), visibleTo(viewer)));
  const found = [...new Map(rows.map(({ bot }) => [bot.id, bot])).values()].map((bot) => {
    const own = rows.filter((row) => row.bot.id === bot.id);
    const chatsById = new Map(own.flatMap(({ chatId, chatType }) => (chatId ? [[chatId, chatType] as const] : [])));
    return titlesOf(source, bot, {
      people: [...new Set(own.map(({ senderId }) => senderId))].filter((id) => id !== null),
      chats: [...chatsById].map(([id, type]) => ({ id, type })),
    });
  });
  const all = (await Promise.all(found)).flatMap((titles) => [...titles]);
  const pick = (isNamed: boolean) =>
    Object.fromEntries(all.flatMap(([id, title]) => (title.isNamed === isNamed ? [[id, title.title]] : [])));
  return { names: pick(true), titles: pick(false) };
}
