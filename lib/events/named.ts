// Finds who is meant by a name: Feishu is asked what those who wrote lately are called, and the answers are kept for a while.
import { eq, inArray, sql } from "drizzle-orm";
import { visibleTo } from "@/lib/bots/queries";
import { along, DOWN } from "@/lib/db/along-index";
import { type Database, queryRows } from "@/lib/db/client";
import { type BotRow, bots } from "@/lib/db/schema";
import type { Names } from "@/lib/feishu/names";
import type { Viewer } from "@/lib/viewer";

const LOOKED_AT = 5_000;
const FEWEST_OF_BOT = 20;
/** Each is a call of Feishu's until it is known. */
const MOST_ASKED = 100;

export type NamedSender = { botId: string; senderId: string; name: string };
export type KnownNames = Pick<Names, "ofPerson">;
type Looked = { botId: string } | { viewer: Viewer };

/** Of those who wrote lately to the bot, or to the viewer's bots, whose name has the words in it. Takes two seconds at most. */
export async function findNamed(db: Database, names: KnownNames, looked: Looked, q: string): Promise<NamedSender[]> {
  const words = q.trim().toLowerCase();
  // Ids are none, and a letter would be in too many names.
  if (words.length < 2 && !/\p{Script=Han}/u.test(words)) return [];
  if (/^(ou|oc|om|cli|on)_/.test(words)) return [];
  const lately = await lateSenders(db, looked);
  const rows = await db
    .select()
    .from(bots)
    .where(inArray(bots.id, [...new Set(lately.map(({ botId }) => botId))]));
  const known = new Map<string, BotRow>(rows.map((bot) => [bot.id, bot]));
  const found = await Promise.all(
    lately.map(async ({ botId, senderId }) => {
      const bot = known.get(botId);
      return { botId, senderId, name: bot ? await names.ofPerson(bot, senderId) : "" };
    }),
  );
  return found.filter(({ name }) => name.toLowerCase().includes(words));
}

/** The filter with those who are meant where its words are a name. */
export async function withNamed<Filter extends { q?: string | undefined }>(
  { db, names }: { db: Database; names: KnownNames },
  looked: Looked,
  filter: Filter,
): Promise<Filter & { named: NamedSender[] }> {
  return { ...filter, named: filter.q ? await findNamed(db, names, looked, filter.q) : [] };
}

async function lateSenders(db: Database, looked: Looked) {
  const whose = "botId" in looked ? eq(bots.id, looked.botId) : visibleTo(looked.viewer);
  // Shared out among the bots: the newest of all of them may be of others' bots alone.
  const most = Math.max(FEWEST_OF_BOT, Math.floor(LOOKED_AT / Math.max(1, await db.$count(bots, whose))));
  const ofBot = along([sql`events.bot_id`, sql`bots.id`]);
  const rows = await queryRows<{ bot_id: string; sender_id: string }>(
    db,
    sql`select bot_id, sender_id from (
        select events.id, bots.id as bot_id, events.sender_id from bots cross join lateral (
          select id, sender_id from events where ${ofBot.where} order by ${ofBot.order(sql`events.id`, DOWN)} limit ${most}
        ) events where ${whose ?? sql`true`}
      ) newest where sender_id is not null
      group by bot_id, sender_id order by max(id) desc limit ${MOST_ASKED}`,
  );
  return rows.map((row) => ({ botId: row.bot_id, senderId: row.sender_id }));
}
