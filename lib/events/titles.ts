// What people and chats are called wherever they are shown: by Feishu's name, else by who is in them; never by an id.
import { type SQL, sql } from "drizzle-orm";
import { type Database, queryRows } from "@/lib/db/client";
import type { BotRow } from "@/lib/db/schema";
import type { Names } from "@/lib/feishu/names";
import { type Locale, translate } from "@/lib/text/translate";

export const MOST_NAMED = 60; // each is a call of Feishu's until it is known
const MOST_MEMBERS = 3;
const LOOKED_AT = 50; // of a chat's newest events: who wrote them

export type NameSource = {
  db: Database;
  names: Pick<Names, "ofPerson" | "ofChat">;
  locale: Locale;
  /** A name of Feishu's as the reader knows it. */
  shown?(bot: BotRow, name: string): string;
};

/** `isNamed`: Feishu calls it so. */
export type Title = { title: string; isNamed: boolean };
export type Titles = ReadonlyMap<string, Title>;

type Wanted = { people?: readonly string[]; chats?: readonly { id: string; type: string | null }[] };

/** By id; of the first `MOST_NAMED` people and chats. Waits for names as long as `Names` does, two seconds at most. */
export async function titlesOf(
  { db, names, locale, shown = (_bot, name) => name }: NameSource,
  bot: BotRow,
  { people = [], chats = [] }: Wanted,
): Promise<Titles> {
  const asked = chats.slice(0, MOST_NAMED);
  const asking = new Map<string, Promise<string>>();
  const nameOf = (id: string): Promise<string> => {
    const name = asking.get(id) ?? names.ofPerson(bot, id).then((told) => told && shown(bot, told));
    asking.set(id, name);
    return name;
  };
  const members = new Map<string, string[]>();
  const called = await Promise.all(
    asked.map(async ({ id, type }) => ({ id, type, name: type === "p2p" ? "" : await names.ofChat(bot, id) })),
  );
  for (const { chatId, senderId } of await writersIn(
    db,
    bot.id,
    called.flatMap(({ id, name }) => (name ? [] : [id])),
  )) {
    members.set(chatId, [...(members.get(chatId) ?? []), senderId]);
  }
  const chatTitles = called.map(async ({ id, type, name }): Promise<[string, Title]> => {
    if (name) return [id, { title: shown(bot, name), isNamed: true }];
    const known = (await Promise.all((members.get(id) ?? []).map(nameOf))).filter(Boolean);
    return [id, { title: titleOfChat(type, known, locale), isNamed: false }];
  });
  const personTitles = people.slice(0, MOST_NAMED).map(async (id): Promise<[string, Title]> => {
    const name = await nameOf(id);
    return [id, { title: name || translate(locale, "names.person"), isNamed: name !== "" }];
  });
  return new Map(await Promise.all([...chatTitles, ...personTitles]));
}

function titleOfChat(type: string | null, members: string[], locale: Locale): string {
  const [first] = members;
  if (type === "p2p")
    return first ? translate(locale, "names.directWith", { name: first }) : translate(locale, "names.direct");
  if (!first) return translate(locale, "names.group");
  return translate(locale, "names.groupOf", { names: members.join(locale === "zh-CN" ? "、" : ", ") });
}

type Writer = { chatId: string; senderId: string };

/** Who wrote lately in each of the chats, the latest first. */
async function writersIn(db: Database, botId: string, chatIds: string[]): Promise<Writer[]> {
  if (chatIds.length === 0) return [];
  const ids: SQL = sql`(select jsonb_array_elements_text(${JSON.stringify(chatIds)}::text::jsonb))`;
  const rows = await queryRows<{ chat_id: string; sender_id: string }>(
    db,
    sql`select wanted.chat_id, writer.sender_id from unnest(array${ids}) as wanted (chat_id)
        cross join lateral (
          select sender_id, max(id) as id from (
            select id, sender_id from events
            where bot_id = ${botId} and chat_id = wanted.chat_id order by id desc limit ${LOOKED_AT}
          ) newest where sender_id is not null group by sender_id order by max(id) desc limit ${MOST_MEMBERS}
        ) writer order by wanted.chat_id, writer.id desc`,
  );
  return rows.map((row) => ({ chatId: row.chat_id, senderId: row.sender_id }));
}
