// The words by which people command a bot in a chat.
import { plainWords } from "@/lib/bots/plain-words";
import { type MessageEvent, readUnaddressed } from "@/lib/feishu/message";

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

const LONGEST_CONTENT = 2_000; // JSON may write each character as six, and a post names its elements

/**
 * Decided from the message alone, before the bot's identity is known: it must not wait behind the answer that it stops.
 * Any mention may be the bot's, but only what `mentions` or an element names is one.
 */
export function looksLikeStop(event: MessageEvent): boolean {
  const { message_type: type = "", content } = event.message ?? {};
  if ((type !== "text" && type !== "post") || !content || content.length > LONGEST_CONTENT) return false;
  const { text, mentionsAll } = readUnaddressed(event);
  return !mentionsAll && commandIn(text) === "stop";
}
