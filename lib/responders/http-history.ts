// What was said in a conversation before a message: what the bot answered, and its answers.
import { and, desc, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { Database } from "@/lib/db/client";
import { replies } from "@/lib/db/schema";
import { freshAfter } from "@/lib/responders/conversation";
import { readTurns, type Turn } from "@/lib/responders/history";
import type { Question } from "@/lib/responders/responder";

const MOST_MESSAGES = 20;
const MOST_CHARACTERS = 100_000;

export type Said = { role: "user" | "assistant"; text: string; at: Date };

/** Oldest first, without the question itself. */
export async function historyBefore(db: Database, question: Question): Promise<Said[]> {
  if (question.earlier) return withinSize(question.earlier.slice(-MOST_MESSAGES).map(asSaid));
  const [turns, sent] = await Promise.all([
    readTurns(db, question, MOST_MESSAGES, { answeredOnly: false }),
    sentBefore(db, question),
  ]);
  const all = [...turns.flatMap(saidIn), ...sent].toSorted((a, b) => a.at.getTime() - b.at.getTime());
  return withinSize(all.slice(-MOST_MESSAGES));
}

const asSaid = ({ by, text }: { by: "person" | "bot"; text: string }): Said => ({
  role: by === "bot" ? "assistant" : "user",
  text,
  at: new Date(),
});

const saidIn = ({ text, at, answers }: Turn): Said[] => [
  { role: "user", text, at },
  ...answers.map((answer): Said => ({ role: "assistant", ...answer })),
];

/** What was sent into the chat through the API belongs to no event: answers that came later are among it. */
async function sentBefore(db: Database, { botId, conversation, delivered }: Question): Promise<Said[]> {
  // Into which thread, or to whom in a group, is not known of it.
  if (conversation.threadId || conversation.personId) return [];
  const rows = await db
    .select({ text: replies.text, at: replies.at })
    .from(replies)
    .where(
      and(
        eq(replies.botId, botId),
        eq(replies.chatId, conversation.chatId),
        eq(replies.kind, "message"),
        isNotNull(replies.messageId),
        isNull(replies.eventId),
        lt(replies.at, delivered.receivedAt),
        sql`${replies.at} > coalesce((select received_at from events where id = ${freshAfter(botId, conversation)}),
          '-infinity')`,
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
