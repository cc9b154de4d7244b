// Finds the images, files and recordings that a message carries, by the keys under which Feishu gives them out.

export type Attachment = {
  kind: "image" | "file" | "audio" | "video" | "sticker";
  key: string;
  name: string | null;
};

const KINDS: Record<string, Attachment["kind"]> = {
  image: "image",
  file: "file",
  audio: "audio",
  media: "video",
  video: "video",
  sticker: "sticker",
};

const MOST = 50; // more than Feishu lets anybody put into a message

/** In the order in which they are seen. */
export function attachmentsOf(messageType: string | undefined, content: string | undefined): Attachment[] {
  const parsed = parse(content ?? "");
  if (messageType === "post") return elementsOf(parsed).flatMap(fromElement).slice(0, MOST);
  const kind = KINDS[messageType ?? ""];
  const key = kind === "image" ? parsed.image_key : parsed.file_key;
  if (!kind || !isKey(key)) return [];
  return [{ kind, key, name: typeof parsed.file_name === "string" ? parsed.file_name : null }];
}

type Fields = Record<string, unknown>;

function parse(content: string): Fields {
  try {
    const value: unknown = JSON.parse(content);
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const isKey = (value: unknown): value is string => typeof value === "string" && /^[\w-]{1,256}$/.test(value);

/** Of a post in one of its languages. */
function elementsOf(post: Fields): Fields[] {
  const body = Array.isArray(post.content)
    ? post
    : Object.values(post).find((value) => isFields(value) && Array.isArray(value.content));
  const content = (body as Fields | undefined)?.content;
  return Array.isArray(content) ? content.flat().filter(isFields) : [];
}

function fromElement({ tag, image_key: image, file_key: file }: Fields): Attachment[] {
  if (tag === "img" && isKey(image)) return [{ kind: "image", key: image, name: null }];
  return tag === "media" && isKey(file) ? [{ kind: "video", key: file, name: null }] : [];
}
