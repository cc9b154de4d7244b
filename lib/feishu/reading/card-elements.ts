// How each kind of element of a card is read; those that people press or fill in are read elsewhere.
import { CONTROL_READERS, urlOf } from "@/lib/feishu/reading/card-controls";
import type { ElementReader } from "@/lib/feishu/reading/card-reader";
import { readChart, readTable } from "@/lib/feishu/reading/card-table";
import { type Fields, firstOf, isFields, listIn, stringIn, wordIn } from "@/lib/feishu/reading/fields";
import { clockOf, fenced, linked } from "@/lib/feishu/reading/words";

const lines = (...parts: string[]): string => parts.filter((part) => part !== "").join("\n");

const readText: ElementReader = (fields, reader) => reader.text(fields);

const readMarkdown: ElementReader = (fields, reader) =>
  reader.text({ ...fields, tag: "markdown" }) || reader.element(fields.fallback);

const readContainer: ElementReader = ({ title, header, elements, items }, reader) => {
  const heading = reader.text(title) || (isFields(header) ? reader.text(header.title) : "");
  return lines(heading && `**${heading}**`, reader.blocks(elements), reader.blocks(items));
};

const readDiv: ElementReader = ({ text, fields, extra, elements }, reader) => {
  const said = listIn(fields).map((field) => (isFields(field) ? (field.text ?? field) : field));
  const words = isFields(text) && text.tag !== undefined ? reader.element(text) : reader.text(text);
  return lines(words, reader.blocks(said), reader.element(extra), reader.blocks(elements));
};

/** Columns of one line each stand beside each other. */
const readColumns: ElementReader = ({ columns }, reader) => {
  const texts = listIn(columns)
    .slice(0, 50)
    .map((column) => reader.element(column))
    .filter((text) => text !== "");
  return texts.join(texts.some((text) => text.includes("\n")) ? "\n" : " | ");
};

const readImage: ElementReader = ({ alt, title }, reader) => {
  const words = (reader.text(alt) || reader.text(title)).trim().replace(/\s+/g, " ");
  return words ? `[image: ${words}]` : "[image]";
};

const readAt: ElementReader = (fields, reader) =>
  reader.mention({
    key: stringIn(fields.mention_key),
    id: firstOf(fields.user_id, fields.open_id, fields.userID, fields.id),
    name: firstOf(fields.user_name, fields.name, fields.text, fields.content),
  });

const idOf = (fields: Fields): string => firstOf(fields.user_id, fields.userID, fields.open_id, fields.id);

const readPeople: ElementReader = ({ persons }, reader) =>
  listIn(persons)
    .slice(0, 100)
    .map((one) => (isFields(one) ? reader.person(idOf(one)) : reader.person(wordIn(one))))
    .filter((name) => name !== "")
    .join(", ");

const readTime: ElementReader = (fields) => {
  const ms = Number(firstOf(fields.milliseconds, fields.millisecond));
  return (ms > 0 ? clockOf(ms) : "") || firstOf(fields.fallbackText, fields.fallback_text, fields.text);
};

const readList: ElementReader = ({ items }, reader) =>
  lines(
    ...listIn(items)
      .slice(0, 500)
      .filter(isFields)
      .map((item) => {
        const indent = "  ".repeat(Math.min(10, Math.max(0, Number(item.level) || 0)));
        const mark = item.type === "ol" ? `${Number(item.order) || 1}.` : "-";
        return `${indent}${mark} ${reader.inline(item.elements) || reader.text(item)}`;
      }),
  );

const readCode: ElementReader = (fields, reader) => {
  const written = listIn(fields.contents).filter(isFields);
  const code = written.map(({ contents }) => reader.inline(contents)).join("");
  return fenced(reader.text(fields) || code, stringIn(fields.language));
};

const nothing: ElementReader = () => "";

// A map, not an object: a card may name an element "constructor".
export const READERS = new Map<string, ElementReader>([
  ...["plain_text", "text", "lark_md", "fallback_text", "text_tag"].map((tag) => [tag, readText] as const),
  ...["markdown", "markdown_v1", "md"].map((tag) => [tag, readMarkdown] as const),
  ...["column", "form", "interactive_container", "collapsible_panel", "repeat", "container", "person_info"].map(
    (tag) => [tag, readContainer] as const,
  ),
  ["div", readDiv],
  [
    "note",
    ({ elements }, reader) =>
      listIn(elements)
        .slice(0, 100)
        .map((one) => reader.element(one))
        .filter(Boolean)
        .join(" "),
  ],
  ["column_set", readColumns],
  ["hr", () => "---"],
  ["br", () => "\n"],
  ["img", readImage],
  ["image", readImage],
  [
    "img_combination",
    ({ img_list: list, imgList }) =>
      listIn(list ?? imgList)
        .slice(0, 20)
        .map(() => "[image]")
        .join(" "),
  ],
  ["audio", () => "[audio]"],
  ["video", () => "[video]"],
  ["media", () => "[media]"],
  ["at", readAt],
  ["at_all", (_, reader) => reader.mention({ id: "all" })],
  ["person", (fields, reader) => reader.person(idOf(fields), reader.text(fields.name))],
  ["person_v1", (fields, reader) => reader.person(idOf(fields))],
  ["avatar", (fields, reader) => reader.person(idOf(fields))],
  ["person_list", readPeople],
  ["a", (fields, reader) => linked(reader.text(fields), urlOf(fields))],
  ["link", (fields, reader) => linked(reader.text(fields), urlOf(fields))],
  ["number_tag", (fields, reader) => linked(reader.text(fields), urlOf(fields))],
  ["emoji", ({ key, emoji_type: type }) => `[${firstOf(key, type)}]`],
  ["emotion", ({ key, emoji_type: type }) => `[${firstOf(type, key)}]`],
  ["local_datetime", readTime],
  ["list", readList],
  [
    "heading",
    (fields, reader) => `${"#".repeat(Math.min(6, Math.max(1, Number(fields.level) || 1)))} ${reader.text(fields)}`,
  ],
  ["blockquote", (fields, reader) => `> ${reader.text(fields).replaceAll("\n", "\n> ")}`],
  ["code_block", readCode],
  ["code_span", (fields, reader) => `\`${reader.text(fields)}\``],
  ["table", readTable],
  ["chart", readChart],
  ["standard_icon", nothing],
  ["custom_icon", nothing],
  ["card_header", nothing],
  ...CONTROL_READERS,
]);
