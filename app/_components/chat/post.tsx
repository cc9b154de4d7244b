"use client";
import { useLocale } from "next-intl";
import type { ReactNode } from "react";
import { type CardNode, isNode, nodesOf, stringOf } from "@/app/_components/chat/card-reading";
import { emojiOf } from "@/app/_components/chat/emoji";
import { At, Code, Markdown, OutsideLink } from "@/app/_components/chat/markdown";
import { safeAddress } from "@/app/_components/chat/markdown-inline";
import { Picture } from "@/app/_components/chat/picture";

/** A post ("rich text"): a title, and paragraphs of words, links, mentions, images, code and Markdown. */
export function Post({ content }: { content: unknown }) {
  const locale = useLocale();
  const post = postOf(content, locale);
  const title = stringOf(post?.title);
  const lines = Array.isArray(post?.content) ? post.content.map((line, at) => ({ at, nodes: nodesOf(line) })) : [];
  return (
    <div className="grid grid-cols-1 gap-1.5 wrap-anywhere">
      {title && <p className="font-semibold">{title}</p>}
      {lines.map(({ at, nodes }) =>
        nodes.some(({ node }) => BLOCKS.includes(String(node.tag))) ? (
          <div key={at} className="grid grid-cols-1 gap-1.5">
            <Parts of={nodes} />
          </div>
        ) : (
          <p key={at} className="min-h-[1lh] whitespace-pre-wrap">
            <Parts of={nodes} />
          </p>
        ),
      )}
    </div>
  );
}

const BLOCKS = ["md", "img", "media", "code_block", "hr"];

/** In the reader's language, where it is written in several. */
function postOf(content: unknown, locale: string): CardNode | undefined {
  if (!isNode(content)) return undefined;
  if (Array.isArray(content.content)) return content;
  const posts = [content[locale.startsWith("zh") ? "zh_cn" : "en_us"], ...Object.values(content)];
  return posts.find(isNode);
}

function Parts({ of }: { of: ReturnType<typeof nodesOf> }) {
  return of.map(({ at, node }) => <Part key={at} node={node} />);
}

const STYLES = new Map<string, string>([
  ["bold", "font-semibold"],
  ["italic", "italic"],
  ["underline", "underline"],
  ["lineThrough", "line-through"],
]);

function Part({ node }: { node: CardNode }): ReactNode {
  const text = stringOf(node.text) ?? "";
  const styles = Array.isArray(node.style) ? node.style.map((style) => STYLES.get(String(style)) ?? "").join(" ") : "";
  switch (node.tag) {
    case "text":
      return <span className={styles}>{text}</span>;
    case "a": {
      const href = safeAddress(node.href);
      return href ? <OutsideLink href={href}>{text || href}</OutsideLink> : text;
    }
    case "at":
      return <At id={stringOf(node.user_id) ?? ""} name={stringOf(node.user_name) ?? ""} />;
    case "md":
      return <Markdown source={text} />;
    case "img":
      return <Picture imageKey={stringOf(node.image_key) ?? ""} />;
    case "media":
      return <Picture imageKey={stringOf(node.image_key) ?? ""} />;
    case "code_block":
      return <Code language={stringOf(node.language) ?? ""} text={text} />;
    case "emotion":
      return emojiOf(String(node.emoji_type)) ?? `[${String(node.emoji_type)}]`;
    case "hr":
      return <hr />;
    default:
      return text;
  }
}
