// What people send that is more than words: images, files, voices, rich text with images in it, merged forwards.
import { type SayInput, type Submit, say } from "@/lib/sandbox/person-actions";
import type { SandboxState } from "@/lib/sandbox/state";

/** To whom, by whom, and as an answer to what. */
export type Sending = Pick<SayInput, "appId" | "chatId" | "from" | "parentId" | "threadId" | "createTime" | "mentions">;

export type Said = { messageId: string; eventId: string };

/** A person's upload is named in the message's content only. */
const upload = (state: SandboxState, room: string, kind: "image" | "file", bytes: Buffer, fileName: string): string =>
  state.resources.add({ kind, bytes, fileName, appId: undefined, room }).key;

export function sendImage(state: SandboxState, submit: Submit, input: Sending & { bytes: Buffer }): Said {
  const { bytes, ...sending } = input;
  const image_key = upload(state, input.appId, "image", bytes, "image");
  return say(state, submit, { ...sending, messageType: "image", content: { image_key } });
}

export type SentFile = { bytes: Buffer; fileName: string };

export function sendFile(state: SandboxState, submit: Submit, input: Sending & SentFile): Said {
  const { bytes, fileName, ...sending } = input;
  const content = { file_key: upload(state, input.appId, "file", bytes, fileName), file_name: fileName };
  return say(state, submit, { ...sending, messageType: "file", content });
}

export function sendVoice(state: SandboxState, submit: Submit, input: Sending & { bytes: Buffer; ms: number }): Said {
  const { bytes, ms, ...sending } = input;
  const content = { file_key: upload(state, input.appId, "file", bytes, "voice.opus"), duration: ms };
  return say(state, submit, { ...sending, messageType: "audio", content });
}

export type PostPart = { text: string } | { image: Buffer } | { mention: "bot" | (string & {}) };

/** Rich text: each paragraph is a list of words, images and mentions. */
export function sendPost(
  state: SandboxState,
  submit: Submit,
  input: Omit<Sending, "mentions"> & { title?: string; paragraphs: PostPart[][] },
): Said {
  const { title = "", paragraphs, ...sending } = input;
  const mentions: string[] = [];
  const element = (part: PostPart): object => {
    if ("text" in part) return { tag: "text", text: part.text, style: [] };
    if ("image" in part) return { tag: "img", image_key: upload(state, input.appId, "image", part.image, "image") };
    mentions.push(part.mention);
    return { tag: "at", user_id: `@_user_${mentions.length}`, user_name: "" };
  };
  const content = { title, content: paragraphs.map((parts) => parts.map(element)) };
  return say(state, submit, { ...sending, mentions, messageType: "post", content });
}

/** Several messages as one; the messages themselves stay where they are. */
export function forward(state: SandboxState, submit: Submit, input: Sending & { messageIds: string[] }): Said {
  const { messageIds, ...sending } = input;
  const originals = messageIds.map((id) => {
    const message = state.chats.message(id);
    if (!message) throw new Error(`No message ${id} in the sandbox.`);
    return message;
  });
  const content = { content: "Merged and Forwarded Message" };
  const said = say(state, submit, { ...sending, messageType: "merge_forward", content });
  const message = state.chats.message(said.messageId);
  if (message) state.chats.putBelow(message, originals);
  return said;
}
