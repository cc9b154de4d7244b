"use client";
import { useLocale, useTranslations } from "next-intl";
import { CardElements } from "@/app/_components/chat/card-elements";
import {
  type CardAction,
  type CardNode,
  elementsOf,
  isNode,
  isStreaming,
  nodesOf,
  wordsOf,
} from "@/app/_components/chat/card-reading";
import { CardPress } from "@/app/_components/chat/card-scope";
import { MarkdownLine, Tag } from "@/app/_components/chat/markdown";
import { tintOf } from "@/app/_components/chat/tints";

type CardProps = {
  card: unknown;
  /** Tells the bot what was pressed or entered; without it the card can only be looked at. */
  onPress?: ((action: CardAction) => Promise<void>) | undefined;
};

/** A bot's card of JSON 2.0 or 1.0 as Feishu shows it; one that streams has a writing cursor at its end. */
export function Card({ card, onPress }: CardProps) {
  const t = useTranslations("ui.chat");
  const locale = useLocale();
  if (!isNode(card)) return <p className="text-ink-3">{t("brokenCard")}</p>;
  const elements = elementsOf(card, locale);
  const grows = isStreaming(card);
  return (
    <CardPress onPress={onPress}>
      <section
        aria-label={t("card")}
        aria-busy={grows || undefined}
        data-streaming={grows || undefined}
        className="w-full max-w-150 overflow-hidden rounded-card border bg-bg"
      >
        {isNode(card.header) && <CardHeader header={card.header} />}
        {elements.length > 0 ? (
          <div className="grid grid-cols-1 gap-3 px-3 py-3">
            <CardElements of={elements} grows={grows} />
          </div>
        ) : (
          isNode(card.template) && <p className="p-3 text-small text-ink-3">{t("template")}</p>
        )}
      </section>
    </CardPress>
  );
}

function CardHeader({ header }: { header: CardNode }) {
  const locale = useLocale();
  const hasColour = typeof header.template === "string" && header.template !== "default";
  const subtitle = wordsOf(header.subtitle, locale);
  return (
    <header
      {...tintOf(header.template)}
      className={`px-3 py-2.5 ${hasColour ? "bg-(--tint-soft) text-(--tint)" : "border-b text-ink"}`}
    >
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <p className="font-semibold wrap-anywhere">
          <MarkdownLine source={wordsOf(header.title, locale)} />
        </p>
        {nodesOf(header.text_tag_list).map(({ at, node }) => (
          <Tag key={at} colour={node.color ?? "blue"}>
            {wordsOf(node.text, locale)}
          </Tag>
        ))}
      </div>
      {subtitle && <p className="mt-0.5 text-small wrap-anywhere">{subtitle}</p>}
    </header>
  );
}
