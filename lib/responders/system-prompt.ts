// Fills the variables of a bot's system prompt in; each is looked up only where the text has it.
import { eq } from "drizzle-orm";
import { bots } from "@/lib/db/schema";
import type { Question, ResponderParts } from "@/lib/responders/responder";

const VARIABLE = /\{\{\s*(botName|senderName|chatName|date)\s*\}\}/g;

export async function filledPrompt(text: string, question: Question, parts: ResponderParts): Promise<string> {
  const names = new Set([...text.matchAll(VARIABLE)].map((match) => match[1] ?? ""));
  if (names.size === 0) return text;
  const values = new Map([["date", today()]]);
  const [bot] = await parts.db.select().from(bots).where(eq(bots.id, question.botId));
  if (bot) {
    values.set("botName", bot.name);
    const { senderId, chatId, delivered } = question;
    const [senderName, chatName] = await Promise.all([
      names.has("senderName") && senderId ? parts.names.ofPerson(bot, senderId) : "",
      // A direct chat has no name of its own.
      names.has("chatName") && delivered.chatType !== "p2p" ? parts.names.ofChat(bot, chatId) : "",
    ]);
    values.set("senderName", senderName);
    values.set("chatName", chatName);
  }
  return text.replace(VARIABLE, (_, name: string) => values.get(name) ?? "");
}

/** In the server's time zone: 2026-01-31, Saturday. */
function today(): string {
  const now = new Date();
  const date = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0"));
  return `${date.join("-")}, ${now.toLocaleDateString("en", { weekday: "long" })}`;
}
