// Draws the card of an answer: its text, the thoughts above it folded away, and the buttons below it.
import { cardMarkdown, tablesAsCode, withoutImages } from "@/lib/feishu/card-markdown";
import type { CardJson } from "@/lib/feishu/cards";
import { type Locale, translate } from "@/lib/text/translate";

export type AnswerCard = {
  text: string;
  locale: Locale;
  thoughts?: string | undefined;
  /** Stands below the text, in small letters: that it was stopped, or an apology. */
  note?: string | undefined;
  /** While it is written: the button that ends it carries the reply's uuid. */
  growing?: { uuid: string } | undefined;
  feedback?: Feedback | undefined;
};

export type Feedback = { uuid: string; useful: number; notUseful: number };

export const ANSWER_ELEMENT = "answer";
export const FEEDBACK_ELEMENT = "feedback";

const SUMMARY_CHARACTERS = 80; // what the list of chats shows of it
const LONGEST_THOUGHTS_BYTES = 4 * 1024; // of the 30 KB that a card may have
/** Every 30 ms two characters: a line a second, as one reads. */
const TYPING = { print_frequency_ms: { default: 30 }, print_step: { default: 2 }, print_strategy: "fast" };

export function answerCard(card: AnswerCard): CardJson {
  const { text, locale, thoughts, note, growing, feedback } = card;
  const elements = [
    ...(thoughts?.trim() ? [thoughtsPanel(thoughts, locale)] : []),
    { tag: "markdown", element_id: ANSWER_ELEMENT, content: shownText(text) },
    ...(note ? [{ tag: "markdown", element_id: "note", content: note, text_size: "notation" }] : []),
    ...(growing ? [button({ action: "stop", uuid: growing.uuid }, translate(locale, "replies.stop"))] : []),
    ...(feedback ? [feedbackButtons(feedback, locale)] : []),
  ];
  const config = growing
    ? { streaming_mode: true, streaming_config: TYPING, summary: { content: translate(locale, "replies.writing") } }
    : closedConfig(text || (note ?? ""));
  return { schema: "2.0", config: { update_multi: true, ...config }, body: { elements } };
}

/** Of a card that does not grow any more. */
export const closedConfig = (text: string): CardJson => ({
  streaming_mode: false,
  summary: { content: withoutHalf(text.replace(/\s+/g, " ").trim().slice(0, SUMMARY_CHARACTERS)) },
});

/** Some models send an emoji in two pieces. */
const withoutHalf = (text: string): string => text.replace(/[\ud800-\udbff]$/, "");

/** Feishu refuses an element without text. */
export const shownText = (text: string): string => cardMarkdown(withoutHalf(text)) || " ";

function thoughtsPanel(thoughts: string, locale: Locale): CardJson {
  // Their tables would count among those that a card may have.
  const buffer = Buffer.from(tablesAsCode(thoughts.trim()));
  const isLong = buffer.byteLength > LONGEST_THOUGHTS_BYTES;
  // Half of a character at the cut becomes a sign of its own, which is taken away.
  const words = isLong
    ? `${buffer.subarray(0, LONGEST_THOUGHTS_BYTES).toString().replace(/�+$/, "")}…`
    : buffer.toString();
  return {
    tag: "collapsible_panel",
    element_id: "thoughts",
    expanded: false,
    header: { title: { tag: "plain_text", content: translate(locale, "replies.thoughts") } },
    border: { color: "grey", corner_radius: "5px" },
    elements: [{ tag: "markdown", content: cardMarkdown(withoutImages(words)), text_size: "notation" }],
  };
}

/** What a button of ours tells when it is pressed: the uuid leads to the reply, and is nobody else's to know. */
export type CardAction = { action: "stop" | "useful" | "notUseful"; uuid: string };

function button({ action, uuid }: CardAction, words: string, type = "default"): CardJson {
  return {
    tag: "button",
    element_id: action,
    type,
    size: "small",
    text: { tag: "plain_text", content: words },
    behaviors: [{ type: "callback", value: { larkspur: action, uuid } }],
  };
}

/** How many found it useful, and how many did not: the chosen one is marked. */
export function feedbackButtons({ uuid, useful, notUseful }: Feedback, locale: Locale): CardJson {
  const one = (action: "useful" | "notUseful", count: number) => {
    const words = translate(locale, `replies.${action}`);
    return button({ action, uuid }, count > 0 ? `${words} · ${count}` : words, count > 0 ? "primary" : "default");
  };
  return {
    tag: "column_set",
    element_id: FEEDBACK_ELEMENT,
    horizontal_spacing: "8px",
    columns: [one("useful", useful), one("notUseful", notUseful)].map((element) => ({
      tag: "column",
      width: "auto",
      elements: [element],
    })),
  };
}

/** The value of a pressed button, if it is one of ours. */
export function readCardAction(value: unknown): CardAction | null {
  const { larkspur: action, uuid } = (value ?? {}) as { larkspur?: unknown; uuid?: unknown };
  if (action !== "stop" && action !== "useful" && action !== "notUseful") return null;
  return typeof uuid === "string" && uuid !== "" && uuid.length <= 64 ? { action, uuid } : null;
}
