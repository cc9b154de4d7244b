// In which language somebody is spoken to by the bot itself.
import { and, desc, eq, isNotNull, lt } from "drizzle-orm";
import type { Database } from "@/lib/db/client";
import { type BotRow, events } from "@/lib/db/schema";
import { wordsOf } from "@/lib/feishu/message";
import type { Locale } from "@/lib/text/translate";

const LOOKED_AT = 20;

export const languageOf = (text: string): Locale => (/\p{Script=Han}/u.test(text) ? "zh-CN" : "en");

type Place = { chatId: string | null; eventId: number; text: string };

/** The one the person writes in; where the text does not tell, the chat's; else the cloud's. */
export async function languageFor(db: Database, bot: BotRow, { chatId, eventId, text }: Place): Promise<Locale> {
  if (tells(text)) return languageOf(text);
  const rows = chatId === null ? [] : await textsBefore(db, bot.id, chatId, eventId);
  const telling = rows.find((row) => tells(row.text ?? ""));
  return telling ? languageOf(telling.text ?? "") : languageOfCloud(bot.domain);
}

/** A command, a number, an emoji or an image is of no language. */
const tells = (text: string): boolean => /\p{L}/u.test(wordsOf(text)) && !text.startsWith("/");

// Where nobody has said a word yet. Lark is Feishu outside of China; a cloud of one's own is Feishu on premises.
const languageOfCloud = (domain: string): Locale =>
  domain === "lark" || domain === "sandbox" || domain.startsWith("http:") ? "en" : "zh-CN";

const textsBefore = (db: Database, botId: string, chatId: string, eventId: number) =>
  db
    .select({ text: events.text })
    .from(events)
    .where(and(eq(events.botId, botId), eq(events.chatId, chatId), lt(events.id, eventId), isNotNull(events.text)))
    .orderBy(desc(events.id))
    .limit(LOOKED_AT);
