// What is said to somebody once, and not again for a while: noted in the database, for all replicas.
import { and, eq, lt, sql } from "drizzle-orm";
import type { Database } from "@/lib/db/client";
import { notices } from "@/lib/db/schema";

/** Said to a person once and never again. */
export const WELCOME = "welcome";

export type Notice = {
  botId: string;
  /** The person, or the chat. */
  receiver: string;
  notice: string;
};

/** True for the one who may say it now; for nobody else before `everyMs` is over. */
export async function takeNotice(db: Database, notice: Notice, everyMs: number): Promise<boolean> {
  const taken = await db
    .insert(notices)
    .values(notice)
    .onConflictDoUpdate({
      target: [notices.botId, notices.receiver, notices.notice],
      set: { at: sql`now()` },
      setWhere: lt(notices.at, sql`now() - ${everyMs}::float8 * interval '1 millisecond'`),
    })
    .returning({ at: notices.at });
  return taken.length > 0;
}

export async function wasNoticed(db: Database, { botId, receiver, notice }: Notice): Promise<boolean> {
  const found = await db
    .select({ at: notices.at })
    .from(notices)
    .where(and(eq(notices.botId, botId), eq(notices.receiver, receiver), eq(notices.notice, notice)));
  return found.length > 0;
}

/** It was said; noting it twice changes nothing. */
export async function noteNotice(db: Database, notice: Notice): Promise<void> {
  await db.insert(notices).values(notice).onConflictDoNothing();
}
