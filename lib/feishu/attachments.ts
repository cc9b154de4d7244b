// Finds the images, files and recordings that a message carries, by the keys under which Feishu gives them out.
import { type Fields, fieldsIn, isFields } from "@/lib/feishu/reading/fields";
import { bodyOf } from "@/lib/feishu/reading/post";

export type Attachment = {
  kind: "image" | "file" | "audio" | "video" | "sticker";
  key: string;
  name: string | null;
};

const KINDS = new Map<string | undefined, Attachment["kind"]>([
  ["image", "image"],
  ["file", "file"],
  ["audio", "audio"],
  ["media", "video"],
  ["video", "video"],
  ["sticker", "sticker"],
]);

const MOST = 50; // more than Feishu lets anybody put into a message

/** In the order in which they are seen. */
export function attachmentsOf(messageType: string | undefined, content: string | undefined): Attachment[] {
  const parsed = fieldsIn(content) ?? {};
  if (messageType === "post") return elementsOf(parsed).flatMap(fromElement).slice(0, MOST);
  const kind = KINDS.get(messageType);
  const key = kind === "image" ? parsed.image_key : parsed.file_key;
  if (!kind || !isKey(key)) return [];
  return [{ kind, key, name: typeof parsed.file_name === "string" ? parsed.file_name : null }];
}

const isKey = (value: unknown): value is string => typeof value === "string" && /^[\w-]{1,256}$/.test(value);

function elementsOf(post: Fields): Fields[] {
  const { content } = bodyOf(post);
  return Array.isArray(content) ? content.flat().filter(isFields) : [];
}

function fromElement({ tag, image_key: image, file_key: file }: Fields): Attachment[] {
  if (tag === "img" && isKey(image)) return [{ kind: "image", key: image, name: null }];
  return tag === "media" && isKey(file) ? [{ kind: "video", key: file, name: null }] : [];
}
