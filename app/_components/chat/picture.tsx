"use client";
import { ImageOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useChatHost } from "@/app/_components/chat/chat-host";

type PictureProps = { imageKey: string; alt?: string | undefined; className?: string };

/** An image that was uploaded to the chat; a click opens it whole. One from elsewhere is named, never loaded. */
export function Picture({ imageKey, alt = "", className = "" }: PictureProps) {
  const t = useTranslations("ui.chat");
  const { resourceUrl } = useChatHost();
  const [isLost, setLost] = useState(false);
  const address = resourceUrl?.(imageKey);
  if (!address || isLost) {
    return (
      <span className="inline-flex items-center gap-1.5 rounded-control border border-dashed px-2 py-1 text-small text-ink-3">
        <ImageOff className="size-3.5" aria-hidden="true" />
        {alt || t(isLost ? "imageGone" : "image")}
      </span>
    );
  }
  return (
    <a href={address} target="_blank" rel="noopener noreferrer" className="block w-fit max-w-full">
      {/* biome-ignore lint/performance/noImgElement: a chat's own bytes; there is nothing to be made smaller. */}
      <img
        src={address}
        alt={alt || t("image")}
        loading="lazy"
        onError={() => setLost(true)}
        className={`max-h-80 min-h-6 max-w-full rounded-control object-contain ${className}`}
      />
    </a>
  );
}
