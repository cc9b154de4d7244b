// Sends a message that a program or a person asked for, once per key however often it is asked.
import { randomUUID } from "node:crypto";
import { and, eq, gt, sql } from "drizzle-orm";
import type { Database } from "@/lib/db/client";
import { type BotRow, replies } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { SendMessageInput } from "@/lib/events/schemas";
import { cleanText } from "@/lib/events/storable";
import type { FeishuApis } from "@/lib/feishu/api";
import { FeishuError } from "@/lib/feishu/errors";
import { markdownContent, type Outgoing, type ReceiveIdType, sendTo, textContent } from "@/lib/feishu/sender";

const REMEMBERED = sql`now() - interval '24 hours'`; // the contract: the same key gives the first messageId for so long

export type MessagesContext = { db: Database; apis: FeishuApis };

/** Sends that are under way, so that two at once with the same key become one. */
const underWay = new WeakMap<FeishuApis, Map<string, Promise<string>>>();

/**
 * Returns the id of the message. `key` is used as `uuid`: sent twice within 24 h it gives the first message's id.
 * Throws `conflict` for a disabled bot, `unprocessable` for what Feishu refuses, `unavailable` when it does not answer.
 */
export async function sendMessage(
  context: MessagesContext,
  bot: Pick<BotRow, "id" | "enabled" | "credentialsVersion">,
  input: SendMessageInput,
  key: string | undefined,
): Promise<string> {
  if (!bot.enabled) throw new AppError("conflict", "messages.disabled");
  const uuid = cleanText(key ?? input.uuid ?? randomUUID());
  const sends = underWay.get(context.apis) ?? new Map<string, Promise<string>>();
  underWay.set(context.apis, sends);
  const place = `${bot.id} ${uuid}`;
  const sending = sends.get(place) ?? sendOnce(context, bot, input, uuid).finally(() => sends.delete(place));
  sends.set(place, sending);
  return sending;
}

async function sendOnce(
  { db, apis }: MessagesContext,
  bot: Pick<BotRow, "id" | "credentialsVersion">,
  input: SendMessageInput,
  uuid: string,
): Promise<string> {
  const [known] = await db
    .select({ messageId: replies.messageId })
    .from(replies)
    .where(and(eq(replies.botId, bot.id), eq(replies.uuid, uuid), gt(replies.at, REMEMBERED)));
  if (known?.messageId) return known.messageId;
  const receiver = { type: input.receiveIdType ?? typeOf(input.receiveId), id: input.receiveId };
  const messageId = await send(apis, bot, receiver, { ...contentOf(input), uuid });
  const row = {
    chatId: receiver.type === "chat_id" ? cleanText(receiver.id) : null,
    messageId,
    text: cleanText(input.text ?? input.markdown ?? "") || null,
    at: new Date(),
  };
  await db
    .insert(replies)
    .values({ botId: bot.id, uuid, kind: "message", ...row })
    .onConflictDoUpdate({ target: [replies.botId, replies.uuid], set: row });
  return messageId;
}

async function send(
  apis: FeishuApis,
  bot: Pick<BotRow, "id" | "credentialsVersion">,
  receiver: { type: ReceiveIdType; id: string },
  message: Outgoing,
): Promise<string> {
  try {
    return await sendTo(await apis.of(bot), receiver, message);
  } catch (cause) {
    if (!(cause instanceof FeishuError)) throw cause;
    if (cause.kind === "network" || cause.feishuCode === undefined) {
      throw new AppError("unavailable", "messages.unavailable", { cause });
    }
    const params = { code: cause.feishuCode, message: cause.feishuMessage ?? "" };
    throw new AppError("unprocessable", "messages.refused", { params, cause });
  }
}

function contentOf(input: SendMessageInput): Pick<Outgoing, "msgType" | "content"> {
  if (input.text !== undefined) return { msgType: "text", content: textContent(input.text) };
  if (input.markdown !== undefined) return { msgType: "post", content: markdownContent(input.markdown) };
  const content = typeof input.content === "string" ? input.content : JSON.stringify(input.content);
  return { msgType: input.msgType ?? "", content };
}

const PREFIXES: [prefix: string, type: ReceiveIdType][] = [
  ["oc_", "chat_id"],
  ["ou_", "open_id"],
  ["on_", "union_id"],
];

function typeOf(receiveId: string): ReceiveIdType {
  const known = PREFIXES.find(([prefix]) => receiveId.startsWith(prefix));
  return known?.[1] ?? (receiveId.includes("@") ? "email" : "chat_id");
}
