"use client";
import { useTranslations } from "next-intl";
import { Fragment, type ReactNode, useMemo } from "react";
import { useChatHost } from "@/app/_components/chat/chat-host";
import { emojiOf } from "@/app/_components/chat/emoji";
import { type Block, type Cell, type ListItem, parseMarkdown } from "@/app/_components/chat/markdown-blocks";
import { type Inline, parseInline } from "@/app/_components/chat/markdown-inline";
import { Picture } from "@/app/_components/chat/picture";
import { tintOf } from "@/app/_components/chat/tints";
import { CopyButton } from "@/app/_components/parts/copy";

const GROWING =
  "[&>:last-child]:after:ml-0.5 [&>:last-child]:after:animate-breathe [&>:last-child]:after:text-accent-ink [&>:last-child]:after:content-['▍']";

/** Markdown as React nodes: no HTML is ever made of a bot's words. `isGrowing` shows a writing cursor at its end. */
export function Markdown({ source, isGrowing = false }: { source: string; isGrowing?: boolean }) {
  const blocks = useMemo(() => parseMarkdown(source), [source]);
  return (
    <div className={`grid grid-cols-1 gap-2 wrap-anywhere ${isGrowing ? GROWING : ""}`}>
      <Blocks of={blocks.length === 0 && isGrowing ? [{ at: 0, kind: "paragraph", children: [] }] : blocks} />
    </div>
  );
}

/** A line of Markdown inside something else: a table's cell, a field. */
export function MarkdownLine({ source }: { source: string }) {
  const nodes = useMemo(() => parseInline(source), [source]);
  return <Inlines of={nodes} />;
}

function Blocks({ of }: { of: readonly Block[] }) {
  return of.map((block) => <BlockView key={`${block.at}${block.kind}`} block={block} />);
}

const HEADINGS = ["text-title", "text-heading", "text-heading", "text-base", "text-base", "text-base"];

function BlockView({ block }: { block: Block }): ReactNode {
  switch (block.kind) {
    case "paragraph":
      return (
        <p>
          <Inlines of={block.children} />
        </p>
      );
    case "heading":
      // No heading of the page: a bot must not stand in its outline.
      return (
        <p className={`font-semibold ${HEADINGS[block.level - 1]}`}>
          <Inlines of={block.children} />
        </p>
      );
    case "code":
      return <Code language={block.language} text={block.text} />;
    case "quote":
      return (
        <blockquote className="grid grid-cols-1 gap-2 border-l-2 border-line-strong pl-3 text-ink-2">
          <Blocks of={block.blocks} />
        </blockquote>
      );
    case "list":
      return <List start={block.start} items={block.items} />;
    case "table":
      return <Table head={block.head} rows={block.rows} />;
    case "rule":
      return <hr />;
  }
}

export function Code({ language, text }: { language: string; text: string }) {
  const t = useTranslations("ui.chat");
  return (
    <div className="group/code relative rounded-control border bg-sunk">
      {language && <p className="px-3 pt-1.5 font-mono text-tiny text-ink-3">{language}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled with the keyboard, too. */}
      <pre tabIndex={0} className="overflow-x-auto px-3 py-2 font-mono text-small">
        <code>{text}</code>
      </pre>
      <div className="absolute top-1 right-1">
        <CopyButton value={text} label={t("copyCode")} />
      </div>
    </div>
  );
}

function List({ start, items }: { start: number | undefined; items: readonly ListItem[] }) {
  const isTasks = items.every(({ checked }) => checked !== undefined);
  const Tag = start === undefined ? "ul" : "ol";
  const look = isTasks ? "list-none" : start === undefined ? "list-disc pl-5" : "list-decimal pl-6";
  return (
    <Tag start={start} className={`grid grid-cols-1 gap-1 marker:text-ink-3 ${look}`}>
      {items.map((item) => (
        <li key={item.at} className={item.checked === undefined ? "" : "flex gap-2"}>
          {item.checked !== undefined && (
            <input type="checkbox" checked={item.checked} readOnly disabled className="mt-1 size-3.5 flex-none" />
          )}
          <div className="grid min-w-0 grid-cols-1 gap-1">
            <Blocks of={item.blocks} />
          </div>
        </li>
      ))}
    </Tag>
  );
}

const ALIGNS = { left: "text-left", center: "text-center", right: "text-right" };

function Table({ head, rows }: { head: readonly Cell[]; rows: readonly { at: number; cells: readonly Cell[] }[] }) {
  const t = useTranslations("ui.chat");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled with the keyboard, too.
    <section tabIndex={0} aria-label={t("table")} className="max-w-full overflow-x-auto rounded-control border">
      <table className="w-full text-table">
        <thead className="bg-sunk">
          <tr>
            {head.map((cell) => (
              <th
                key={cell.at}
                scope="col"
                className={`px-3 py-1.5 font-medium whitespace-nowrap ${ALIGNS[cell.align]}`}
              >
                <Inlines of={cell.children} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.at} className="border-t">
              {row.cells.map((cell) => (
                <td key={cell.at} className={`min-w-16 px-3 py-1.5 align-top ${ALIGNS[cell.align]}`}>
                  <Inlines of={cell.children} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Inlines({ of }: { of: readonly Inline[] }) {
  return of.map((node) => (
    <Fragment key={`${node.at}${node.kind}`}>
      <InlineView node={node} />
    </Fragment>
  ));
}

function InlineView({ node }: { node: Inline }): ReactNode {
  switch (node.kind) {
    case "text":
      return withEmoji(node.text);
    case "code":
      return <code className="rounded-small bg-hover px-1 py-0.5 font-mono text-small">{node.text}</code>;
    case "strong":
      return (
        <strong className="font-semibold">
          <Inlines of={node.children} />
        </strong>
      );
    case "em":
      return (
        <em>
          <Inlines of={node.children} />
        </em>
      );
    case "strike":
      return (
        <s>
          <Inlines of={node.children} />
        </s>
      );
    case "link":
      return (
        <OutsideLink href={node.href}>
          <Inlines of={node.children} />
        </OutsideLink>
      );
    case "image":
      return <Picture imageKey={node.key} alt={node.alt} />;
    case "at":
      return <At id={node.id} name={node.name} />;
    case "colour":
      return (
        <span {...tintOf(node.colour)} className="text-(--tint)">
          <Inlines of={node.children} />
        </span>
      );
    case "tag":
      return <Tag colour={node.colour}>{node.text}</Tag>;
    case "break":
      return <br />;
  }
}

export function OutsideLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="text-accent-ink underline decoration-accent-ink/40 underline-offset-2 hover:decoration-current"
    >
      {children}
    </a>
  );
}

export function Tag({ colour, children }: { colour: unknown; children: ReactNode }) {
  return (
    <span
      {...tintOf(colour)}
      className="inline-flex items-center rounded-small bg-(--tint-soft) px-1.5 text-small font-medium text-(--tint)"
    >
      {children}
    </span>
  );
}

export function At({ id, name }: { id: string; name: string }) {
  const t = useTranslations("ui.chat");
  const { nameOf } = useChatHost();
  const shown = id === "all" ? t("everybody") : (nameOf?.(id) ?? (name || id));
  return <span className="font-medium text-accent-ink">@{shown}</span>;
}

/** Feishu writes its emoji by name: ":DONE:". */
function withEmoji(text: string): ReactNode {
  return text.replace(/:([A-Za-z_]{2,30}):/g, (whole, name: string) => emojiOf(name) ?? whole);
}
