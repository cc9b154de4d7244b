"use client";
import { FileText, Forward, Music, Video } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ComponentType, ReactNode } from "react";
import { Card } from "@/app/_components/chat/card";
import { type CardAction, type CardNode, isNode, stringOf } from "@/app/_components/chat/card-reading";
import { useChatHost } from "@/app/_components/chat/chat-host";
import { OutsideLink } from "@/app/_components/chat/markdown";
import { safeAddress } from "@/app/_components/chat/markdown-inline";
import { Picture } from "@/app/_components/chat/picture";
import { Post } from "@/app/_components/chat/post";

export type MessageBodyProps = {
  messageType: string;
  /** As Feishu carries it: a JSON string. */
  content: string;
  /** The words of a text, with names in the place of mention keys. */
  text?: string | null | undefined;
  /** The card as it looks at this moment. */
  card?: unknown;
  /** The messages in a merged forward. */
  forwarded?: readonly { sender: string; messageType: string; text?: string | undefined }[] | undefined;
  /** The file that it names is not kept any more. */
  fileLost?: boolean | undefined;
  onPress?: ((action: CardAction) => Promise<void>) | undefined;
};

/** What a message looks like inside its bubble, whatever its type; made of React nodes, never of a bot's HTML. */
export function MessageBody(props: MessageBodyProps): ReactNode {
  const { messageType, content, text, card, forwarded, fileLost = false, onPress } = props;
  const t = useTranslations("ui.chat");
  const json = parse(content);
  switch (messageType) {
    case "text":
      return <PlainText text={text ?? stringOf(json.text) ?? ""} />;
    case "post":
      return <Post content={json} />;
    case "interactive":
      return <Card card={card ?? json} onPress={onPress} />;
    case "image":
      return <Picture imageKey={stringOf(json.image_key) ?? ""} />;
    case "file":
      return <FileChip of={json} icon={FileText} isLost={fileLost} />;
    case "audio":
      return <FileChip of={json} icon={Music} isLost={fileLost} />;
    case "media":
      return <FileChip of={json} icon={Video} isLost={fileLost} />;
    case "merge_forward":
      return (
        <div>
          <p className="flex items-center gap-1.5 text-ink-2">
            <Forward className="size-4" aria-hidden="true" />
            {t("forwarded")}
          </p>
          {forwarded && (
            <ul className="mt-1.5 grid gap-1 border-t pt-1.5 text-table">
              {forwarded.map((each, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a forward does not change.
                <li key={at} className="line-clamp-2 text-ink-2">
                  {each.sender}: {each.text ?? t("otherType", { type: each.messageType })}
                </li>
              ))}
            </ul>
          )}
        </div>
      );
    default:
      return <em className="text-ink-3">{t("otherType", { type: messageType })}</em>;
  }
}

function parse(content: string): CardNode {
  try {
    const json: unknown = JSON.parse(content);
    return isNode(json) ? json : {};
  } catch {
    return {};
  }
}

const ADDRESSES = /(https?:\/\/[^\s<>"'，。；：！？、（）]{1,2000})/g;

/** Plain words; their addresses can be followed. */
function PlainText({ text }: { text: string }) {
  const parts = text
    .split(ADDRESSES)
    .map((words, at) => ({ at, words, href: at % 2 ? safeAddress(words) : undefined }));
  return (
    <p className="whitespace-pre-wrap wrap-anywhere">
      {parts.map(({ at, words, href }) =>
        href ? (
          <OutsideLink key={at} href={href}>
            {words}
          </OutsideLink>
        ) : (
          words
        ),
      )}
    </p>
  );
}

type FileChipProps = { of: CardNode; icon: ComponentType<{ className?: string }>; isLost: boolean };

function FileChip({ of, icon: Icon, isLost }: FileChipProps) {
  const t = useTranslations("ui.chat");
  const { resourceUrl } = useChatHost();
  const address = isLost ? undefined : resourceUrl?.(stringOf(of.file_key) ?? "");
  const name = stringOf(of.file_name) ?? t("file");
  const look = "flex max-w-72 items-center gap-2.5 rounded-control border bg-bg px-3 py-2";
  const inner = (
    <>
      <Icon className="size-5 flex-none text-accent-ink" aria-hidden="true" />
      <span className="min-w-0">
        <span className="block truncate">{name}</span>
        {isLost && <span className="block text-small text-ink-3">{t("fileGone")}</span>}
      </span>
    </>
  );
  if (!address) return <span className={look}>{inner}</span>;
  return (
    <a href={address} download={name} className={`${look} hover:bg-hover`}>
      {inner}
    </a>
  );
}
