// What was said before in a conversation: the questions that the bot answered there, and its answers.
import { sql } from "drizzle-orm";
import { type Database, queryRows } from "@/lib/db/client";
import { belongsTo, type Conversation, freshAfter } from "@/lib/responders/conversation";

/** Of what is remembered of an event its id. */
export type Said = { by: "person" | "bot"; text: string; eventId?: number };

/** A question, and what it was answered with. */
export type Turn = { id: number; text: string; at: Date; answers: { text: string; isCard: boolean; at: Date }[] };

const LOOKED_AT = 500; // answered messages of the chat: some are another thread's, or another person's
const LONGEST_CHARACTERS = 60_000;

export type Place = {
  botId: string;
  conversation: Conversation;
  /** Larkspur's id of the question: only what came before it counts. */
  eventId: number;
};

/** The newest `messages` of them, a question and its answer being two; oldest first, beginning with a question. */
export async function readHistory(
  db: Database,
  place: Place & { earlier?: Said[] },
  messages: number,
): Promise<Said[]> {
  if (place.earlier) return messages === 0 ? [] : place.earlier.slice(-messages);
  const turns = await readTurns(db, place, Math.floor(messages / 2), { answeredOnly: true });
  const pairs = turns.map(({ id, text, answers }) => ({
    id,
    text,
    // A card begins a line of its own; other messages are cut anywhere.
    answer: answers.map(({ text: part, isCard }, index) => (isCard && index > 0 ? `\n${part}` : part)).join(""),
  }));
  let left = LONGEST_CHARACTERS;
  const tooMuch = pairs.findIndex(({ text, answer }) => {
    left -= text.length + answer.length;
    return left < 0;
  });
  return pairs
    .slice(0, tooMuch === -1 ? pairs.length : tooMuch)
    .reverse()
    .flatMap(({ id, text, answer }): Said[] => [
      { by: "person", text, eventId: id },
      { by: "bot", text: answer },
    ]);
}

type TurnRow = {
  id: number | string;
  text: string;
  at: number | string;
  answers: { text: string; isCard: boolean; at: number }[] | null;
};

/** Newest first. What a person took back, and what is no conversation, is left out. */
export async function readTurns(
  db: Database,
  { botId, conversation, eventId }: Place,
  most: number,
  { answeredOnly }: { answeredOnly: boolean },
): Promise<Turn[]> {
  if (most === 0 || conversation.chatId === "") return [];
  const rows = await queryRows<TurnRow>(
    db,
    sql`select e.id, e.text, extract(epoch from coalesce(e.sent_at, e.received_at))::float8 * 1000 as at, said.answers
        from (
          select id, text, message_id, sender_id, payload, steps, sent_at, received_at from events
          where bot_id = ${botId} and chat_id = ${conversation.chatId} and status = 'done' and id < ${eventId}
            and id > ${freshAfter(botId, conversation)}
          order by id desc limit ${LOOKED_AT}
        ) e
        cross join lateral (
          select jsonb_agg(jsonb_build_object('text', r.text, 'isCard', r.card_id is not null, 'at', extract(epoch from r.at)::float8 * 1000)
              order by r.at) filter (where r.kind = 'answer' and r.text <> '' and r.message_id is not null) as answers,
            coalesce(bool_or(r.kind = 'notice'), false) as is_notice
          from replies r where r.event_id = e.id
        ) said
        where e.text <> '' and not said.is_notice and ${belongsTo(conversation, "e")}
          and not e.steps @> '[{"name": "recalled"}]' ${answeredOnly ? sql`and said.answers is not null` : sql``}
        order by e.id desc limit ${most}`,
  );
  return rows.map(({ id, text, at, answers }) => ({
    id: Number(id),
    text,
    at: new Date(Number(at)),
    answers: (answers ?? []).map((answer) => ({ ...answer, at: new Date(answer.at) })),
  }));
}
