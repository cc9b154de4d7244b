// What was said in a chat before a message: what the bot answered, and its answers.
import { and, desc, eq, inArray, isNotNull, isNull, lt, or } from "drizzle-orm";
import type { Database } from "@/lib/db/client";
import { events, replies } from "@/lib/db/schema";
import type { Question } from "@/lib/responders/responder";

const MOST_MESSAGES = 20;
const MOST_CHARACTERS = 100_000;

export type Said = { role: "user" | "assistant"; text: string; at: Date };

/** Oldest first, without the question itself. */
export async function historyBefore(db: Database, question: Question): Promise<Said[]> {
  if (question.earlier) return withinSize(question.earlier.slice(-MOST_MESSAGES).map(asSaid));
  const [asked, answered] = await Promise.all([questionsBefore(db, question), answersBefore(db, question)]);
  const all = [...asked, ...answered].toSorted((a, b) => a.at.getTime() - b.at.getTime());
  return withinSize(all.slice(-MOST_MESSAGES));
}

const asSaid = ({ by, text }: { by: "person" | "bot"; text: string }): Said => ({
  role: by === "bot" ? "assistant" : "user",
  text,
  at: new Date(),
});

async function questionsBefore(db: Database, { botId, chatId, eventId }: Question): Promise<Said[]> {
  const rows = await db
    .select({ text: events.text, sentAt: events.sentAt, receivedAt: events.receivedAt })
    .from(events)
    .where(
      and(
        eq(events.botId, botId),
        eq(events.chatId, chatId),
        lt(events.id, eventId),
        eq(events.status, "done"),
        isNotNull(events.text),
      ),
    )
    .orderBy(desc(events.id))
    .limit(MOST_MESSAGES);
  return rows.map(({ text, sentAt, receivedAt }) => ({ role: "user", text: text ?? "", at: sentAt ?? receivedAt }));
}

// What was sent through the API belongs to no event: answers that came later are among it.
async function answersBefore(db: Database, { botId, chatId, eventId, delivered }: Question): Promise<Said[]> {
  const isEarlier = or(
    lt(replies.eventId, eventId),
    and(isNull(replies.eventId), lt(replies.at, delivered.receivedAt)),
  );
  const rows = await db
    .select({ text: replies.text, at: replies.at })
    .from(replies)
    .where(
      and(
        eq(replies.botId, botId),
        eq(replies.chatId, chatId),
        inArray(replies.kind, ["answer", "message"]),
        isNotNull(replies.messageId),
        isEarlier,
      ),
    )
    .orderBy(desc(replies.at))
    .limit(MOST_MESSAGES);
  return rows.filter(({ text }) => text).map(({ text, at }) => ({ role: "assistant", text: text ?? "", at }));
}

function withinSize(said: Said[]): Said[] {
  let left = MOST_CHARACTERS;
  const kept = said.toReversed().filter(({ text }) => {
    left -= text.length;
    return left >= 0;
  });
  return kept.toReversed();
}
