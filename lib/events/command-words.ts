// The words by which people command a bot in a chat.
import { plainWords } from "@/lib/bots/plain-words";
import type { MessageEvent } from "@/lib/feishu/message";

export const COMMANDS = ["new", "stop", "status", "help"] as const;
export type Command = (typeof COMMANDS)[number];

const LONGEST = 200; // with whatever invisible stands around it

/** The whole text is one of the four words. */
export function commandIn(text: string): Command | undefined {
  if (text.length > LONGEST) return undefined;
  const said = plainWords(text);
  return COMMANDS.find((name) => said === `/${name}`);
}

export const isCommand = (text: string): boolean => commandIn(text) !== undefined;

const LONGEST_CONTENT = 2_000; // JSON may write each character as six

/** Told from the message alone, before anybody knows the bot: it must not wait behind the answer that it stops. */
export function looksLikeStop({ message }: MessageEvent): boolean {
  if (message?.message_type !== "text" || !message.content || message.content.length > LONGEST_CONTENT) return false;
  try {
    const { text } = JSON.parse(message.content) as { text?: unknown };
    return typeof text === "string" && commandIn(text.replace(/@_user_\d+/g, "")) === "stop";
  } catch {
    return false;
  }
}
