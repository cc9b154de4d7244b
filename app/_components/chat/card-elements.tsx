"use client";
import { ChevronRight } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { CardButton } from "@/app/_components/chat/card-button";
import { CardChecker, CardInput, CardPicker, CardSelect } from "@/app/_components/chat/card-fields";
import {
  behaviorsOf,
  type CardNode,
  isMarkdown,
  isNode,
  type KeyedNode,
  nodesOf,
  stringOf,
  wordsOf,
} from "@/app/_components/chat/card-reading";
import { CardFormScope, useCardScope } from "@/app/_components/chat/card-scope";
import { CardTable } from "@/app/_components/chat/card-table";
import { At, Markdown, MarkdownLine } from "@/app/_components/chat/markdown";
import { Picture } from "@/app/_components/chat/picture";
import { tintOf } from "@/app/_components/chat/tints";

const MAX_DEPTH = 12;

type ElementsProps = { of: readonly KeyedNode[]; depth?: number; grows?: boolean };

/** The elements of a card or of one of its containers, one below the other. */
export function CardElements({ of, depth = 0, grows = false }: ElementsProps) {
  const lastText = grows ? of.findLast(({ node }) => node.tag === "markdown" || node.tag === "div")?.at : undefined;
  if (depth > MAX_DEPTH) return null;
  return of.map(({ at, node }) => (
    <CardElement key={`${at}${String(node.tag)}`} node={node} depth={depth} grows={at === lastText} />
  ));
}

type ElementProps = { node: CardNode; depth: number; grows?: boolean };

type ElementView = (props: ElementProps) => ReactNode;

function CardElement(props: ElementProps) {
  const t = useTranslations("ui.chat");
  const View = VIEWS.get(String(props.node.tag));
  if (View) return <View {...props} />;
  return (
    <p className="rounded-control border border-dashed px-2.5 py-1.5 text-small text-ink-3">
      {t("onlyInFeishu", { tag: String(props.node.tag) })}
    </p>
  );
}

const SIZES = new Map([
  ["heading", "text-heading font-medium"],
  ["heading-0", "text-hero"],
  ["heading-1", "text-title"],
  ["heading-2", "text-title"],
  ["heading-3", "text-heading"],
  ["heading-4", "text-heading"],
  ["notation", "text-small text-ink-3"],
]);
const ALIGNS = new Map([
  ["center", "text-center"],
  ["right", "text-right"],
]);
const lookOf = (node: CardNode) =>
  `${SIZES.get(String(node.text_size)) ?? ""} ${ALIGNS.get(String(node.text_align)) ?? ""}`;

function MarkdownElement({ node, grows = false }: ElementProps) {
  const locale = useLocale();
  return (
    <div className={lookOf(node)}>
      <Markdown source={wordsOf(node, locale)} isGrowing={grows} />
    </div>
  );
}

function Text({ node, grows = false }: { node: unknown; grows?: boolean }) {
  const locale = useLocale();
  const words = wordsOf(node, locale);
  if (!words && !grows) return null;
  const look = isNode(node) ? lookOf(node) : "";
  if (isMarkdown(node) || grows) return <Markdown source={words} isGrowing={grows} />;
  return <p className={`whitespace-pre-wrap wrap-anywhere ${look}`}>{words}</p>;
}

function Div({ node, depth, grows = false }: ElementProps) {
  const fields = nodesOf(node.fields);
  return (
    <div className="flex flex-wrap items-start gap-3">
      <div className="grid min-w-0 flex-1 grid-cols-1 gap-2">
        <Text node={node.text} grows={grows} />
        {fields.length > 0 && (
          <div className="grid grid-cols-2 gap-x-4 gap-y-2">
            {fields.map(({ at, node: field }) => (
              <div key={at} className={field.is_short ? "" : "col-span-2"}>
                <Text node={field.text} />
              </div>
            ))}
          </div>
        )}
      </div>
      {isNode(node.extra) && (
        <div className="max-w-40">
          <CardElements of={[{ at: 0, node: node.extra }]} depth={depth + 1} />
        </div>
      )}
    </div>
  );
}

function Image({ node }: ElementProps) {
  const locale = useLocale();
  const title = wordsOf(node.title, locale);
  return (
    <figure className="grid justify-items-start gap-1">
      <Picture imageKey={String(node.img_key ?? "")} alt={wordsOf(node.alt, locale) || title} />
      {title && <figcaption className="text-small text-ink-3">{title}</figcaption>}
    </figure>
  );
}

function ImageCombination({ node }: ElementProps) {
  return (
    <div className="grid grid-cols-3 gap-1.5">
      {nodesOf(node.img_list).map(({ at, node: image }) => (
        <Picture key={at} imageKey={String(image.img_key ?? "")} className="aspect-square w-full object-cover" />
      ))}
    </div>
  );
}

/** Small grey words, in cards of version 1. */
function Note({ node }: ElementProps) {
  const locale = useLocale();
  return (
    <p className="flex flex-wrap items-center gap-1.5 text-small text-ink-3">
      {nodesOf(node.elements).map(({ at, node: part }) =>
        part.tag === "img" ? (
          <Picture key={at} imageKey={String(part.img_key ?? "")} className="size-4" />
        ) : (
          <span key={at} className="wrap-anywhere">
            {isMarkdown(part) ? <MarkdownLine source={wordsOf(part, locale)} /> : wordsOf(part, locale)}
          </span>
        ),
      )}
    </p>
  );
}

function ColumnSet({ node, depth }: ElementProps) {
  const columns = nodesOf(node.columns);
  const wraps = node.flex_mode !== "none" && node.flex_mode !== undefined;
  const hasGround = node.background_style && node.background_style !== "default";
  return (
    <div
      {...tintOf(node.background_style)}
      className={`flex gap-3 ${wraps ? "flex-wrap" : ""} ${hasGround ? "rounded-control bg-(--tint-soft) p-3" : ""}`}
    >
      {columns.map(({ at, node: column }) => {
        const isFree =
          column.width === "auto" || (column.width === undefined && columns.every((c) => isButtons(c.node)));
        return (
          <div
            key={at}
            style={isFree ? undefined : { flexGrow: Number(column.weight) || 1 }}
            className={`grid min-w-0 grid-cols-1 content-start gap-2 ${isFree ? "flex-none" : "basis-0"} ${wraps && !isFree ? "min-w-32" : ""}`}
          >
            <CardElements of={nodesOf(column.elements)} depth={depth + 1} />
          </div>
        );
      })}
    </div>
  );
}

const isButtons = (column: CardNode) => nodesOf(column.elements).every(({ node }) => node.tag === "button");

function Panel({ node, depth }: ElementProps) {
  const locale = useLocale();
  const header = isNode(node.header) ? node.header : {};
  return (
    <details open={node.expanded === true} className="group rounded-control border">
      <summary className="flex list-none items-center gap-1.5 px-2.5 py-1.5 text-table font-medium [&::-webkit-details-marker]:hidden">
        <ChevronRight
          className="size-3.5 flex-none text-ink-3 transition-transform group-open:rotate-90"
          aria-hidden="true"
        />
        <MarkdownLine source={wordsOf(header.title, locale)} />
      </summary>
      <div className="grid grid-cols-1 gap-2 border-t px-2.5 py-2">
        <CardElements of={nodesOf(node.elements)} depth={depth + 1} />
      </div>
    </details>
  );
}

function InteractiveContainer({ node, depth }: ElementProps) {
  const { press, isBusy } = useCardScope();
  const { calls, value } = behaviorsOf(node);
  const canPress = press && calls && node.disabled !== true;
  const look = `grid w-full grid-cols-1 gap-2 rounded-control p-2.5 text-left ${node.has_border === false ? "" : "border"}`;
  const inner = <CardElements of={nodesOf(node.elements)} depth={depth + 1} />;
  if (!canPress) return <div className={look}>{inner}</div>;
  return (
    <button
      type="button"
      disabled={isBusy}
      onClick={() => void press({ tag: "interactive_container", value })}
      className={`${look} hover:bg-hover`}
    >
      {inner}
    </button>
  );
}

function Form({ node, depth }: ElementProps) {
  return (
    <CardFormScope>
      {(_, round) => (
        <div key={round} className="grid grid-cols-1 gap-2.5">
          <CardElements of={nodesOf(node.elements)} depth={depth + 1} />
        </div>
      )}
    </CardFormScope>
  );
}

function Actions({ node, depth }: ElementProps) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      {nodesOf(node.actions).map((action) => (
        <div key={action.at} className="max-w-full">
          <CardElements of={[action]} depth={depth + 1} />
        </div>
      ))}
    </div>
  );
}

/** The menu behind three dots: each entry is a press of its own. */
function Overflow({ node }: ElementProps) {
  const locale = useLocale();
  const { value } = behaviorsOf(node);
  return (
    <div className="flex flex-wrap gap-1.5">
      {nodesOf(node.options).map(({ at, node: option }) => (
        <OverflowOption key={at} words={wordsOf(option.text, locale)} option={stringOf(option.value)} value={value} />
      ))}
    </div>
  );
}

function OverflowOption({ words, option, value }: { words: string; option: string | undefined; value: unknown }) {
  const { press, isBusy } = useCardScope();
  return (
    <button
      type="button"
      disabled={isBusy || !press}
      onClick={() => void press?.({ tag: "overflow", value, ...(option ? { option } : {}) })}
      className="rounded-control border px-2 py-0.5 text-small hover:bg-hover disabled:opacity-55"
    >
      {words}
    </button>
  );
}

function People({ node }: ElementProps) {
  const people = node.tag === "person" ? [{ at: 0, node: { id: node.user_id } as CardNode }] : nodesOf(node.persons);
  return (
    <p className="flex flex-wrap gap-x-2">
      {people.map(({ at, node: person }) => (
        <At key={at} id={String(person.id ?? "")} name="" />
      ))}
    </p>
  );
}

// A map: a card names its tags as it likes.
const VIEWS = new Map<string, ElementView>([
  ["markdown", MarkdownElement],
  ["div", Div],
  ["plain_text", Text],
  ["lark_md", Text],
  ["hr", () => <hr />],
  ["img", Image],
  ["img_combination", ImageCombination],
  ["note", Note],
  ["column_set", ColumnSet],
  ["collapsible_panel", Panel],
  ["interactive_container", InteractiveContainer],
  ["form", Form],
  ["action", Actions],
  ["table", CardTable],
  ["button", CardButton],
  ["input", CardInput],
  ["select_static", CardSelect],
  ["multi_select_static", CardSelect],
  ["select_person", CardSelect],
  ["multi_select_person", CardSelect],
  ["date_picker", CardPicker],
  ["picker_time", CardPicker],
  ["picker_datetime", CardPicker],
  ["checker", CardChecker],
  ["overflow", Overflow],
  ["person", People],
  ["person_list", People],
]);
