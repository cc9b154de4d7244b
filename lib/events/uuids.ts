// The `uuid` of each message that an event leads to: the same in every try and after a restart, so that Feishu drops a repeat.
import { createHash } from "node:crypto";

export type ReplyIdentity = {
  botId: string;
  /** Feishu's event_id. */
  eventId: string;
  kind: "answer" | "apology" | "notice";
  /** How often the event was replayed: a replay is answered anew. */
  replays: number;
  /** Counted from 0 where a long text is sent in parts. */
  part: number;
};

/** 43 characters: Feishu takes 50. */
export function replyUuid({ botId, eventId, kind, replays, part }: ReplyIdentity): string {
  return createHash("sha256")
    .update(JSON.stringify([botId, eventId, kind, replays, part]))
    .digest("base64url");
}

/** The `uuid` of what is said once on an occasion, whichever event it is said for. */
export const noticeUuid = ({ botId, receiver, notice }: { botId: string; receiver: string; notice: string }): string =>
  createHash("sha256")
    .update(JSON.stringify(["notice", botId, receiver, notice]))
    .digest("base64url");
