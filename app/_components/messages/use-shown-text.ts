"use client";
import { useTranslations } from "next-intl";

const PARTS = [
  ...(["image", "file", "folder", "audio", "media", "video", "sticker", "merge_forward", "interactive"] as const),
  ...(["unsupported", "location", "share_chat", "share_user", "system", "vote", "todo", "calendar"] as const),
  ...(["hongbao", "video_chat"] as const),
];

const STANDS_FOR = new RegExp(`\\[(${PARTS.join("|")})\\]`, "g");

type Part = (typeof PARTS)[number];

/** A message's text, with what stands in it for images and the like in the reader's words. */
export function useShownText(): (text: string) => string {
  const t = useTranslations("ui.messages.parts");
  return (text) => text.replace(STANDS_FOR, (_, part: Part) => `[${t(part)}]`);
}
