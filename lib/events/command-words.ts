// The words by which people command a bot in a chat.
import type { MessageEvent } from "@/lib/feishu/message";

export const COMMANDS = ["new", "stop", "status", "help"] as const;
export type Command = (typeof COMMANDS)[number];

/** The whole text is one of the four words. */
export const commandIn = (text: string): Command | undefined => COMMANDS.find((name) => text.trimEnd() === `/${name}`);

export const isCommand = (text: string): boolean => commandIn(text) !== undefined;

/** Told from the message alone, before anybody knows the bot: it must not wait behind the answer that it stops. */
export function looksLikeStop({ message }: MessageEvent): boolean {
  if (message?.message_type !== "text" || !message.content?.includes("/stop")) return false;
  try {
    const { text } = JSON.parse(message.content) as { text?: unknown };
    return typeof text === "string" && commandIn(text.replace(/@_user_\d+/g, "").trim()) === "stop";
  } catch {
    return false;
  }
}
