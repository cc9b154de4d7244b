// Reads a message by its id: what it quotes or forwards can be read so, though nobody pushed it to this bot.
import type { FeishuApi } from "@/lib/feishu/api";
import { type Attachment, attachmentsOf } from "@/lib/feishu/attachments";
import type { HistoryItem } from "@/lib/feishu/history";
import { readMessage } from "@/lib/feishu/message";
import { messageTime } from "@/lib/message-time";

export type StoredMessage = {
  messageId: string;
  /** The merged forward that it is a part of. */
  upperMessageId: string | undefined;
  by: "person" | "app";
  /** An open_id, or an App ID. */
  senderId: string;
  /** In ms. */
  at: number | undefined;
  isRecalled: boolean;
  isForward: boolean;
  text: string;
  attachments: Attachment[];
};

/** The message first, and behind it what is inside of a merged forward. Throws a `FeishuError`. */
export async function fetchMessage(api: FeishuApi, messageId: string): Promise<StoredMessage[]> {
  const { data } = await api.call((client) => client.im.v1.message.get({ path: { message_id: messageId } }));
  const items = (data?.items ?? []) as (HistoryItem & { upper_message_id?: string })[];
  return Promise.all(items.map(read));
}

async function read(item: HistoryItem & { upper_message_id?: string }): Promise<StoredMessage> {
  const content = item.body?.content;
  const mentions = item.mentions?.map(({ id, id_type, ...rest }) => ({ ...rest, id: { [id_type]: id } }));
  const message = { message_id: item.message_id, message_type: item.msg_type, content, mentions };
  return {
    messageId: item.message_id ?? "",
    upperMessageId: item.upper_message_id || undefined,
    by: item.sender?.sender_type === "user" ? "person" : "app",
    senderId: item.sender?.id ?? "",
    at: messageTime(item.create_time) ?? undefined,
    isRecalled: item.deleted === true,
    isForward: item.msg_type === "merge_forward",
    text: item.deleted ? "" : (await readMessage({ message } as Parameters<typeof readMessage>[0], null)).text,
    attachments: attachmentsOf(item.msg_type, content),
  };
}
