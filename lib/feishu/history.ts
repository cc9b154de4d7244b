// Reads the history of a chat, and gives each message of a person the form in which Feishu would have pushed it.
import type { FeishuApi } from "@/lib/feishu/api";
import { messageTime } from "@/lib/message-time";

/** What an app must be granted: one of `anyOf`, and for groups `groups` as well. */
export const HISTORY_SCOPES = {
  anyOf: ["im:message", "im:message:readonly", "im:message.history:readonly"],
  groups: "im:message.group_msg",
} as const;

const PAGE_SIZE = 50; // the most that Feishu gives

export type HistoryRequest = {
  appId: string;
  chatId: string;
  /** The history does not say. */
  chatType: string | null;
  /** In ms; Feishu takes whole seconds. */
  since: number;
  pageToken: string | undefined;
};

export type PushedMessage = { messageId: string; envelope: ReturnType<typeof asPushed> };

export type HistoryPage = {
  /** Oldest first; without what bots wrote and what was recalled. */
  messages: PushedMessage[];
  /** `create_time` of the page's newest message, whoever wrote it; undefined when it has none. */
  newest: number | undefined;
  nextToken: string | undefined;
};

/** Of topics in an ordinary group Feishu lists the first message alone. Throws a `FeishuError`. */
export async function readHistory(api: FeishuApi, request: HistoryRequest): Promise<HistoryPage> {
  const { chatId, since, pageToken } = request;
  const { data } = await api.call((client) =>
    client.im.v1.message.list({
      params: {
        container_id_type: "chat",
        container_id: chatId,
        // No end_time: a clock that is slow here must not hide the newest messages.
        start_time: String(Math.max(0, Math.floor(since / 1000))),
        sort_type: "ByCreateTimeAsc",
        page_size: PAGE_SIZE,
        ...(pageToken !== undefined && { page_token: pageToken }),
      },
    }),
  );
  const items: HistoryItem[] = data?.items ?? [];
  const times = items.map(({ create_time }) => messageTime(create_time)).filter((time) => time !== null);
  const nextToken = data?.has_more ? data.page_token : undefined;
  return {
    messages: items.flatMap((item) => {
      const isHeard = item.message_id && item.sender?.sender_type === "user" && !item.deleted;
      return isHeard ? { messageId: item.message_id ?? "", envelope: asPushed(item, request) } : [];
    }),
    newest: times.length > 0 ? Math.max(...times) : undefined,
    nextToken: nextToken && nextToken !== pageToken ? nextToken : undefined,
  };
}

type Id = { id: string; id_type: string };
type Maybe<T> = { [Key in keyof T]?: T[Key] | undefined };

export type HistoryItem = Maybe<{
  message_id: string;
  root_id: string;
  parent_id: string;
  thread_id: string;
  msg_type: string;
  create_time: string;
  update_time: string;
  deleted: boolean;
  sender: Id & { sender_type: string; tenant_key?: string | undefined };
  body: { content: string };
  mentions: (Id & { key: string; name: string; tenant_key?: string | undefined })[];
}>;

/** The envelope of an `im.message.receive_v1`; its event id is always the same for the same message. */
function asPushed(item: HistoryItem, chat: Pick<HistoryRequest, "appId" | "chatId" | "chatType">) {
  const { sender, mentions } = item;
  return {
    schema: "2.0",
    header: {
      event_id: `catchup-${item.message_id}`,
      event_type: "im.message.receive_v1",
      create_time: item.create_time,
      app_id: chat.appId,
      tenant_key: sender?.tenant_key,
    },
    event: {
      sender: { sender_id: idOf(sender), sender_type: sender?.sender_type, tenant_key: sender?.tenant_key },
      message: {
        message_id: item.message_id,
        root_id: item.root_id,
        parent_id: item.parent_id,
        thread_id: item.thread_id,
        create_time: item.create_time,
        update_time: item.update_time,
        chat_id: chat.chatId,
        chat_type: chat.chatType ?? undefined,
        message_type: item.msg_type,
        content: item.body?.content,
        mentions: mentions?.map(({ id, id_type, ...rest }) => ({ ...rest, id: idOf({ id, id_type }) })),
      },
    },
  };
}

const idOf = (given: Id | undefined): Record<string, string> => (given ? { [given.id_type]: given.id } : {});
