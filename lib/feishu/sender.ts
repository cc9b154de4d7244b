// Sends messages: a reply to a very message, or a message to a chat or a person; each with a `uuid`, so that Feishu drops a repeat.
import type { FeishuApi } from "@/lib/feishu/api";
import { withoutMentions, withoutOddLinks } from "@/lib/feishu/card-markdown";
import { FeishuError } from "@/lib/feishu/errors";

export const RECEIVE_ID_TYPES = ["chat_id", "open_id", "user_id", "union_id", "email"] as const;
export type ReceiveIdType = (typeof RECEIVE_ID_TYPES)[number];

/** `content` is the JSON text that Feishu documents for the type. */
export type Outgoing = { msgType: string; content: string; uuid: string };

export const MAX_UUID_LENGTH = 50; // Feishu refuses a longer one
const TEXT_LIMIT_BYTES = 150 * 1024; // Feishu's limit for the request body of a text message
const TEXT_PART_BYTES = TEXT_LIMIT_BYTES - 2 * 1024; // leaves room for the rest of the body

/** Where a message goes: below another one as its answer, or into a chat. */
export type Target = { messageId: string } | { type: ReceiveIdType; id: string };

/** Somebody by whichever of their ids is known. */
export function receiverOf(personId: string): { type: ReceiveIdType; id: string } {
  const type = personId.startsWith("ou_") ? "open_id" : personId.startsWith("on_") ? "union_id" : "user_id";
  return { type, id: personId };
}

export type Delivered = {
  messageId: string;
  /** Null where Feishu does not say. */
  chatId: string | null;
};

export async function deliver(api: FeishuApi, target: Target, message: Outgoing): Promise<Delivered> {
  const data = { content: message.content, msg_type: message.msgType, uuid: message.uuid };
  const answer = await api.call((client) =>
    "messageId" in target
      ? client.im.v1.message.reply({ path: { message_id: target.messageId }, data })
      : client.im.v1.message.create({
          params: { receive_id_type: target.type },
          data: { ...data, receive_id: target.id },
        }),
  );
  return { messageId: idOf(answer), chatId: answer.data?.chat_id ?? null };
}

/** Returns the id of the message that Feishu made, or made before with the same `uuid`. */
export const sendTo = async (
  api: FeishuApi,
  receiver: { type: ReceiveIdType; id: string },
  message: Outgoing,
): Promise<string> => (await deliver(api, receiver, message)).messageId;

/** The card of a message that was sent becomes this one. */
export async function patchCard(api: FeishuApi, messageId: string, card: Record<string, unknown>): Promise<void> {
  await api.call((client) =>
    client.im.v1.message.patch({ path: { message_id: messageId }, data: { content: JSON.stringify(card) } }),
  );
}

/** Takes a message of the bot back. */
export async function recall(api: FeishuApi, messageId: string): Promise<void> {
  await api.call((client) => client.im.v1.message.delete({ path: { message_id: messageId } }));
}

/** Returns the key under which a message may show it. */
export async function uploadFile(api: FeishuApi, name: string, text: string): Promise<string> {
  const answer = await api.call(async (client) => {
    const file = Buffer.from(text);
    const made = await client.im.v1.file.create({ data: { file_type: "stream", file_name: name, file } });
    return { code: 0, key: made?.file_key };
  });
  if (!answer.key) throw new FeishuError({ kind: "unknown", reason: { code: "feishu.noMessageId" } });
  return answer.key;
}

function idOf(answer: { data?: { message_id?: string } }): string {
  const id = answer.data?.message_id;
  if (!id) throw new FeishuError({ kind: "unknown", reason: { code: "feishu.noMessageId" } });
  return id;
}

export const textContent = (text: string): string => JSON.stringify({ text });

export const fileContent = (fileKey: string): string => JSON.stringify({ file_key: fileKey });

/** Feishu renders Markdown in a post's `md` element. */
export const markdownContent = (text: string): string =>
  JSON.stringify({ zh_cn: { title: "", content: [[{ tag: "md", text }]] } });

/** What a message says; only a text may mention people. A card is one of Feishu's, as its documentation describes it. */
export type MessageContent =
  | { format: "text" | "markdown"; text: string }
  | { format: "card"; card: Record<string, unknown> };

const POST_LIMIT_BYTES = 30 * 1024; // Feishu's limit for the request body of a post
const POST_PART_BYTES = POST_LIMIT_BYTES - 2 * 1024;

/** The messages that carry it, each with its part of the text: mostly one. */
export function messagesOf(content: MessageContent): (Omit<Outgoing, "uuid"> & { text: string })[] {
  switch (content.format) {
    case "text":
      return splitText(content.text).map((text) => ({ msgType: "text", content: textContent(text), text }));
    case "markdown":
      return splitText(content.text, POST_PART_BYTES).map((text) => ({
        msgType: "post",
        content: markdownContent(withoutMentions(withoutOddLinks(text))),
        text,
      }));
    case "card":
      return [{ msgType: "interactive", content: JSON.stringify(content.card), text: "" }];
  }
}

/** The text in as many parts as Feishu's size limit asks for: mostly one. Cut at the end of a line where there is one. */
export function splitText(text: string, limitBytes = TEXT_PART_BYTES): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > limitBytes || sizeOf(rest) > limitBytes) {
    const end = cutAt(rest, limitBytes);
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return rest === "" && parts.length > 0 ? parts : [...parts, rest];
}

// The content travels as a JSON text inside a JSON body: what is escaped once in it is escaped twice on the way.
const sizeOf = (text: string): number => Buffer.byteLength(JSON.stringify(JSON.stringify(text)));

function cutAt(text: string, limitBytes: number): number {
  let low = 1;
  let high = Math.min(text.length, limitBytes);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (sizeOf(text.slice(0, middle)) <= limitBytes) low = middle;
    else high = middle - 1;
  }
  const newline = text.lastIndexOf("\n", low - 1) + 1;
  if (newline > low / 2) return newline;
  const splitsPair = /[\ud800-\udbff]/.test(text[low - 1] ?? "");
  return splitsPair && low > 1 ? low - 1 : low;
}
