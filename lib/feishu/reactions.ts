// Puts an emoji under a message and takes it away again.
import type { FeishuApi } from "@/lib/feishu/api";

/** `emoji` by its name in Feishu, such as "OnIt". Returns the reaction's id; null where Feishu does not say. */
export async function addReaction(api: FeishuApi, messageId: string, emoji: string): Promise<string | null> {
  const answer = await api.call((client) =>
    client.im.v1.messageReaction.create({
      path: { message_id: messageId },
      data: { reaction_type: { emoji_type: emoji } },
    }),
  );
  return answer.data?.reaction_id ?? null;
}

export async function removeReaction(api: FeishuApi, messageId: string, reactionId: string): Promise<void> {
  await api.call((client) =>
    client.im.v1.messageReaction.delete({ path: { message_id: messageId, reaction_id: reactionId } }),
  );
}
