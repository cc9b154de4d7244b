"use client";
import { useTranslations } from "next-intl";

const STANDS_FOR = /\[(image|file|folder|audio|media|video|sticker|merge_forward)\]/g;

type Part = "image" | "file" | "folder" | "audio" | "media" | "video" | "sticker" | "merge_forward";

/** A message's text, with what stands in it for images and the like in the reader's words. */
export function useShownText(): (text: string) => string {
  const t = useTranslations("ui.messages.parts");
  return (text) => text.replace(STANDS_FOR, (_, part: Part) => `[${t(part)}]`);
}
