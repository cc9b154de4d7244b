// Fills the variables of a text in, such as a bot's system prompt or its welcome; each is looked up only where the text has it.
import { eq } from "drizzle-orm";
import { bots } from "@/lib/db/schema";
import type { Question, ResponderParts } from "@/lib/responders/responder";

const VARIABLE = /\{\{\s*(botName|senderName|chatName|date)\s*\}\}/g;

export type PlaceOfText = Pick<Question, "botId" | "senderId" | "chatId"> & {
  delivered: Pick<Question["delivered"], "chatType">;
};

export async function filledText(
  text: string,
  place: PlaceOfText,
  parts: Pick<ResponderParts, "db" | "names">,
): Promise<string> {
  const names = new Set([...text.matchAll(VARIABLE)].map((match) => match[1] ?? ""));
  if (names.size === 0) return text;
  const values = new Map([["date", today()]]);
  const [bot] = await parts.db.select().from(bots).where(eq(bots.id, place.botId));
  if (bot) {
    values.set("botName", bot.name);
    const { senderId, chatId, delivered } = place;
    const [senderName, chatName] = await Promise.all([
      names.has("senderName") && senderId ? parts.names.ofPerson(bot, senderId) : "",
      // A direct chat has no name of its own.
      names.has("chatName") && delivered.chatType !== "p2p" ? parts.names.ofChat(bot, chatId) : "",
    ]);
    values.set("senderName", asName(senderName));
    values.set("chatName", asName(chatName));
  }
  return text.replace(VARIABLE, (_, name: string) => values.get(name) ?? "");
}

const LONGEST_NAME = 100;

/** People choose them: a name is on one line, and no tag that would mention somebody. */
const asName = (name: string): string =>
  [...name.replace(/[<>\p{Cc}\u2028\u2029]+/gu, " ").trim()].slice(0, LONGEST_NAME).join("");

/** In the server's time zone: 2026-01-31, Saturday. */
function today(): string {
  const now = new Date();
  const date = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0"));
  return `${date.join("-")}, ${now.toLocaleDateString("en", { weekday: "long" })}`;
}
