// Takes the images out of a card that somebody else wrote: Feishu refuses all of it for one that it does not know.
import { withoutImages } from "@/lib/feishu/card-markdown";
import type { CardJson } from "@/lib/feishu/cards";

const IMAGES = new Set<unknown>(["img", "img_combination", "custom_icon"]);

export const imagelessCard = (card: CardJson): CardJson => withoutImageParts(card) as CardJson;

function withoutImageParts(value: unknown): unknown {
  if (typeof value === "string") return withoutImages(value);
  if (Array.isArray(value)) return value.filter((item) => !isImage(item)).map(withoutImageParts);
  if (value === null || typeof value !== "object") return value;
  const parts = Object.entries(value).filter(([, part]) => !isImage(part));
  return Object.fromEntries(parts.map(([key, part]) => [key, withoutImageParts(part)]));
}

const isImage = (value: unknown): boolean => IMAGES.has((value as { tag?: unknown } | null | undefined)?.tag);
