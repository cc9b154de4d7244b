// Reads a card into Markdown, whichever of its forms Feishu delivers: rendered, as it was written, or by a template.
import { CardReader } from "@/lib/feishu/reading/card-reader";
import { type Fields, fieldsIn, inOneLanguage, isFields, listIn } from "@/lib/feishu/reading/fields";
import type { Mentions } from "@/lib/feishu/reading/mentions";

const LONGEST = 50_000;

/** What Feishu puts in the place of elements that it does not render. */
const PLACEHOLDER =
  /^\s*(?:请升级[至到]最新版本(?:的?飞书)?客户端[，,]?\s*(?:以|来)?查看(?:此|该)?(?:内容|消息)?|please (?:upgrade|update) .{0,60}to view .{0,40})[。.!！]?\s*$/i;

/** `unread`: of what the card says Feishu gave nothing, or nothing but its title. */
export type CardText = { text: string } | { unread: { title: string } };

export function readCard(content: Fields, mentions: Mentions): CardText {
  const written = fieldsIn(content.user_dsl) ?? fieldsIn(content.json_card);
  if (written) {
    const read = readForm(written, mentions, fieldsIn(content.json_attachment));
    if ("text" in read) return read;
  }
  if (content.type === "template") return readTemplate(content.data, mentions);
  if (content.type === "raw" && isFields(content.data)) return readForm(content.data, mentions);
  return readForm(content, mentions);
}

function readForm(form: Fields, mentions: Mentions, attachment?: Fields): CardText {
  const card = inLanguage(form);
  const reader = new CardReader(mentions, attachment);
  const header = reader.header(card);
  const lines = reader.blocks(elementsOf(card)).split("\n");
  const kept = lines.filter((line) => !PLACEHOLDER.test(line));
  const body = kept.join("\n").trim();
  const isReplaced = kept.length < lines.length && body.replaceAll("[image]", "").trim() === "";
  if (isReplaced || (header.text === "" && body === "")) return { unread: { title: header.title } };
  const text = [header.text, body].filter((part) => part !== "").join("\n");
  const isCut = reader.isExhausted || text.length > LONGEST;
  return { text: isCut ? `${text.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, "")}…` : text };
}

/** A card may be written once a language, or its header and its elements may. */
function inLanguage(form: Fields): Fields {
  const isWhole = ["header", "body", "elements", "title", "i18n_elements", "i18n_header"].some((key) => key in form);
  const one = isWhole ? undefined : inOneLanguage(form);
  const card = isFields(one) ? one : form;
  const header = card.header ?? inOneLanguage(card.i18n_header);
  return { ...card, ...(header === undefined ? {} : { header }) };
}

function elementsOf(card: Fields): unknown[] {
  const body = isFields(card.body) ? card.body : {};
  const property = isFields(body.property) ? body.property : {};
  const found = [property.elements, body.elements, card.elements, card.content].find(
    (list) => Array.isArray(list) && list.length > 0,
  );
  return listIn(found ?? inOneLanguage(body.i18n_elements) ?? inOneLanguage(card.i18n_elements));
}

/** The template itself stays with Feishu: what is filled into it is all that is known. */
function readTemplate(data: unknown, mentions: Mentions): CardText {
  const { template_variable: filled } = fieldsIn(data) ?? {};
  const reader = new CardReader(mentions);
  const lines = Object.entries(fieldsIn(filled) ?? {}).flatMap(([name, value]) => {
    const said = reader.value(value);
    return said === "" ? [] : [`${name}: ${said}`];
  });
  const text = lines.join("\n");
  return text === "" ? { unread: { title: "" } } : { text: text.slice(0, LONGEST) };
}
