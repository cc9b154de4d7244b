// What was said before in a chat: the questions that the bot answered there, and its answers.
import { sql } from "drizzle-orm";
import { type Database, queryRows } from "@/lib/db/client";

/** Of what is remembered of an event its id. */
export type Said = { by: "person" | "bot"; text: string; eventId?: number };

const LOOKED_AT = 500; // in a busy group most messages are not for the bot
const LONGEST_CHARACTERS = 60_000;

type Place = {
  botId: string;
  chatId: string;
  /** Larkspur's id of the question: only what came before it counts. */
  eventId: number;
  earlier?: Said[];
};

/** The newest `messages` of them, a question and its answer being two; oldest first, beginning with a question. */
export async function readHistory(db: Database, place: Place, messages: number): Promise<Said[]> {
  const { botId, chatId, eventId, earlier } = place;
  if (earlier) return messages === 0 ? [] : earlier.slice(-messages);
  const pairs = Math.floor(messages / 2);
  if (pairs === 0 || chatId === "") return [];
  const rows = await queryRows<{ id: number | string; question: string; answer: string }>(
    db,
    sql`select e.id, e.text as question, said.text as answer
        from (
          select id, status, text from events
          where bot_id = ${botId} and chat_id = ${chatId} and id < ${eventId} order by id desc limit ${LOOKED_AT}
        ) e
        cross join lateral (
          select string_agg(r.text, '' order by r.at) as text from replies r
          where r.event_id = e.id and r.kind = 'answer' and r.text <> ''
        ) said
        where e.status = 'done' and e.text <> '' and said.text is not null
        order by e.id desc limit ${pairs}`,
  );
  let left = LONGEST_CHARACTERS;
  const fitting = rows.findIndex(({ question, answer }) => {
    left -= question.length + answer.length;
    return left < 0;
  });
  return rows
    .slice(0, fitting === -1 ? rows.length : fitting)
    .reverse()
    .flatMap(({ id, question, answer }): Said[] => [
      { by: "person", text: question, eventId: Number(id) },
      { by: "bot", text: answer },
    ]);
}
