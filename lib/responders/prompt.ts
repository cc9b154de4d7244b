// Puts a message and what belongs to it into the words, and the images, that a model is asked with.
import type { Reason } from "@/lib/errors";
import { describeReason } from "@/lib/errors";
import type { AskedPart } from "@/lib/models/ask";
import type { Belonging } from "@/lib/responders/belonging";
import type { Picture } from "@/lib/responders/pictures";
import type { Question } from "@/lib/responders/responder";

/** What is shown of an image: itself, or why not. */
export type Seen = Map<string, Picture | Reason>;

export const imageKeyOf = ({ messageId, key }: Belonging): string => `${messageId} ${key}`;

export const MOST_CHARACTERS = 100_000; // of what was quoted and sent, the question's own first

/** Counts what is left of the room for what people quote and send. */
export class Room {
  left: number;

  constructor(characters: number) {
    this.left = characters;
  }

  take(text: string): { text: string; isCut: boolean } {
    const kept = text.slice(0, Math.max(0, this.left)).replace(/[\ud800-\udbff]$/, "");
    this.left -= kept.length;
    return { text: kept, isCut: kept.length < text.length };
  }
}

export const blindTo = (belongings: Belonging[]): Map<string, Reason> =>
  new Map(
    belongings
      .filter(({ kind }) => kind === "image")
      .map((image) => [imageKeyOf(image), { code: "reading.modelBlind" }]),
  );

// An image alone is called [image] in the log: whoever sees it needs no word for it.
export const ownWords = ({ text, words }: Pick<Question, "text" | "words">): string => (words === "" ? "" : text);

/** `words` come last: what is asked about what stands before. */
export function promptOf(words: string, belongings: Belonging[], seen: Map<string, Reason>, room: Room): string;
export function promptOf(words: string, belongings: Belonging[], seen: Seen, room: Room): string | AskedPart[];
export function promptOf(words: string, belongings: Belonging[], seen: Seen, room: Room): string | AskedPart[] {
  const images: AskedPart[] = [];
  const blocks = belongings.map((belonging) => {
    if (belonging.kind !== "image") return blockOf(belonging, room);
    const picture = seen.get(imageKeyOf(belonging));
    if (!picture) return undefined;
    if (!("bytes" in picture)) return element("image", belonging.name, `[${describeReason(picture)}]`);
    images.push({ type: "image", image: picture.bytes, mediaType: picture.mediaType });
    return undefined;
  });
  const text = [...blocks.filter((block) => block !== undefined), words].filter((part) => part !== "").join("\n\n");
  if (images.length === 0) return text;
  // Some servers want words beside an image.
  return [...images, { type: "text", text: text || "[image]" }];
}

function blockOf({ kind, name, text, problem, detail }: Belonging, room: Room): string {
  const tag = TAGS[kind];
  if (problem) return element(tag, name, `[${describeReason(problem)}]`);
  if (!text) return "";
  const kept = room.take(text);
  const damage = detail.isDamaged ? "\n[Some characters of this file could not be read; � stands for them.]" : "";
  const end = kept.isCut || detail.isCut ? "\n[It goes on; only the beginning is here.]" : "";
  return element(tag, kind === "quote" && detail.by === "bot" ? "you" : name, `${kept.text}${damage}${end}`);
}

const TAGS: Record<Belonging["kind"], string> = {
  quote: "quoted_message",
  forward: "forwarded_messages",
  file: "file",
  image: "image",
  audio: "voice_message",
  video: "video",
  sticker: "sticker",
};

function element(tag: string, name: string | null, content: string): string {
  const label = tag === "quoted_message" ? "from" : "name";
  const attribute = name ? ` ${label}="${name.replace(/["<>\n]/g, " ")}"` : "";
  // What somebody wrote cannot end the element that it stands in.
  return `<${tag}${attribute}>\n${content.replaceAll(`</${tag}`, `<\\/${tag}`)}\n</${tag}>`;
}
